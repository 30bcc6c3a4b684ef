import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { CallOptions, Client } from '../../../src/shared/contract.ts'
import type { Hit, OpenedImage, SearchQuery, SearchResult } from '../../../src/shared/searching.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { PAUSE_MS, REFRESH_MS, SearchState } from '../../../src/renderer/src/state/search.svelte.ts'

const hit = (itemId: number): Hit => ({
  itemId,
  kind: 'photo',
  folderId: 1,
  path: `/photos/${itemId}.jpg`,
  title: `${itemId}.jpg`,
  dateMs: 0,
  widthPx: 4,
  heightPx: 3,
  thumbhash: null,
  score: 0.5,
  isRelevant: true,
  reasons: [],
  snippet: null
})
const found = (...itemIds: number[]): SearchResult => ({
  hits: itemIds.map(hit),
  tokens: [],
  notices: [],
  hasEvidence: true,
  tookMs: 1
})

/** An engine that answers when it is told to, and notes what was asked and what was cancelled. */
class SlowEngine implements Pick<Client, 'search' | 'openImage'> {
  readonly asked: {
    query: SearchQuery
    answer: (result: SearchResult) => Promise<void>
    fail: (error: Error) => Promise<void>
    signal: AbortSignal
  }[] = []
  get last(): (typeof this.asked)[number] {
    return this.asked[this.asked.length - 1]!
  }

  readonly opening: { open: (image: OpenedImage) => Promise<void>; fail: (error: Error) => Promise<void> }[] = []

  search = (query: SearchQuery, options?: CallOptions): Promise<SearchResult> =>
    new Promise((resolve, reject) => {
      const signal = options?.signal ?? new AbortController().signal
      signal.addEventListener('abort', () => reject(new EngineError('cancelled', 'A newer question was asked.')))
      this.asked.push({
        query,
        signal,
        answer: result => settled(() => resolve(result)),
        fail: error => settled(() => reject(error))
      })
    })

  openImage = (): Promise<OpenedImage> =>
    new Promise((resolve, reject) => {
      this.opening.push({ open: image => settled(() => resolve(image)), fail: error => settled(() => reject(error)) })
    })
}

async function settled(act: () => void): Promise<void> {
  act()
  await vi.advanceTimersByTimeAsync(0)
}

let engine: SlowEngine
let search: SearchState
let reported: unknown[]

beforeEach(() => {
  vi.useFakeTimers()
  engine = new SlowEngine()
  reported = []
  search = new SearchState(engine, error => reported.push(error))
})
afterEach(() => vi.useRealTimers())

describe('while typing', () => {
  test('words are asked at once, the meaning when the typing rests', () => {
    search.type('hedge')
    expect(engine.asked.map(({ query }) => [query.text, query.wordsOnly])).toEqual([['hedge', true]])
    vi.advanceTimersByTime(PAUSE_MS - 1)
    search.type('hedgehog')
    vi.advanceTimersByTime(PAUSE_MS - 1)
    expect(engine.asked).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(engine.asked.map(({ query }) => [query.text, query.wordsOnly])).toEqual([
      ['hedge', true],
      ['hedgehog', true],
      ['hedgehog', undefined]
    ])
  })

  test('a newer question cancels the older one, whose late answer is dropped', async () => {
    search.type('hedge')
    search.type('hedgehog')
    expect(engine.asked[0]?.signal.aborted).toBe(true)
    await engine.asked[1]?.answer(found(2))
    await engine.asked[0]?.answer(found(1))
    expect(search.hits.map(({ itemId }) => itemId)).toEqual([2])
    expect(search.answered).toBe('hedgehog')
    expect(reported).toEqual([])
  })

  test('the meaning’s answer replaces the words’, never the other way round', async () => {
    search.type('dog')
    vi.advanceTimersByTime(PAUSE_MS)
    await engine.asked[1]?.answer(found(7, 8))
    expect([search.isSearching, search.isComplete]).toEqual([false, true])
    await engine.asked[0]?.answer(found(1))
    expect(search.hits.map(({ itemId }) => itemId)).toEqual([7, 8])
  })

  test('when no word matches, the hits stay until the meaning has answered', async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    await engine.asked[1]?.answer(found(1, 2))
    search.type('dog on the')
    await engine.asked[2]?.answer(found())
    expect(search.hits).toHaveLength(2)
    vi.advanceTimersByTime(PAUSE_MS)
    await engine.asked[3]?.answer(found())
    expect(search.hits).toHaveLength(0)
    expect(search.isComplete).toBe(true)
  })

  test('a failed search is reported, and the bar is ready for the next', async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    const broken = new EngineError('model-broken', 'The model cannot be read.')
    await engine.asked[1]?.fail(broken)
    expect(reported).toEqual([broken])
    expect(search.isSearching).toBe(false)
  })
})

test('an empty bar asks once, without the words, for what is newest', () => {
  search.ask('  ')
  vi.advanceTimersByTime(0)
  expect(engine.asked.map(({ query }) => query.wordsOnly)).toEqual([undefined])
  expect(search.isEmpty).toBe(true)
})

describe('chips', () => {
  const token = { kind: 'type', label: 'photo', start: 4, end: 14 } as const

  async function answered(text: string): Promise<void> {
    search.ask(text)
    vi.advanceTimersByTime(0)
    const words = { kind: 'words', label: 'red', start: 0, end: 3 } as const
    await engine.last.answer({ ...found(1), tokens: [words, token] })
  }

  test('every piece but the plain words is a chip; removing it takes just its characters', async () => {
    await answered('red type:photo kite')
    expect(search.chips).toEqual([token])
    search.removeToken(token)
    expect(search.text).toBe('red kite')
  })

  test('spaces inside quotation marks are left as they are', async () => {
    await answered('red type:photo "two  spaces"')
    search.removeToken(token)
    expect(search.text).toBe('red "two  spaces"')
  })

  test('a chip is found again where it has moved to since the answer, and is left alone when it is gone', async () => {
    await answered('red type:photo')
    search.type('big red type:photo')
    search.removeToken(token)
    expect(search.text).toBe('big red')
    search.removeToken(token)
    expect(search.text).toBe('big red')
  })
})

describe('a picture in the bar', () => {
  const image: OpenedImage = {
    imageId: 'i1',
    widthPx: 4,
    heightPx: 3,
    thumbnail: new Uint8Array([255, 216, 255]),
    itemId: null
  }

  test('is opened, shown as a chip, and asked with the words', async () => {
    search.ask('at night')
    const opening = search.openImage(new Uint8Array([1]))
    expect(search.isOpeningImage).toBe(true)
    await engine.opening[0]?.open(image)
    await opening
    vi.advanceTimersByTime(0)
    expect(search.isOpeningImage).toBe(false)
    expect(search.image).toEqual({ imageId: 'i1', thumbnailUrl: 'data:image/jpeg;base64,/9j/' })
    expect(engine.last.query).toMatchObject({ text: 'at night', imageId: 'i1' })
    expect(engine.last.query.wordsOnly).toBeUndefined()
    search.removeImage()
    vi.advanceTimersByTime(0)
    expect(engine.last.query.imageId).toBeUndefined()
  })

  test('that cannot be opened is reported and leaves the search as it was', async () => {
    const opening = search.openImage(new Uint8Array([1]))
    const refused = new EngineError('bad-input', 'This is no picture.')
    await engine.opening[0]?.fail(refused)
    await opening
    expect(reported).toEqual([refused])
    expect([search.image, search.isOpeningImage]).toEqual([null, false])
  })

  test('gives way to a newer one that was dropped while it was being opened', async () => {
    void search.openImage(new Uint8Array([1]))
    void search.openImage(new Uint8Array([2]))
    await engine.opening[1]?.open({ ...image, imageId: 'i2' })
    await engine.opening[0]?.open(image)
    expect(search.image?.imageId).toBe('i2')
  })
})

describe('the end of the list', () => {
  test('asks for twice as many only when there may be more', async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    const limit = engine.asked[1]?.query.limit ?? 0
    await engine.asked[1]?.answer(found(...Array.from({ length: limit }, (_, n) => n)))
    expect(search.isAll).toBe(false)
    search.more()
    search.more()
    expect(engine.asked.slice(2).map(({ query }) => query.limit)).toEqual([2 * limit])
    await engine.asked[2]?.answer(found(...Array.from({ length: limit + 5 }, (_, n) => n)))
    expect(search.isAll).toBe(true)
    search.more()
    expect(engine.asked).toHaveLength(3)
  })
})

test('a question that comes back is another one, and the same that is asked again is not', async () => {
  const names: string[] = []
  for (const text of ['dog', 'dog', 'cat', 'dog']) {
    search.ask(text)
    await engine.last.answer(found(1))
    vi.advanceTimersByTime(0)
    await engine.last.answer(found(1, 2))
    names.push(search.question)
  }
  expect(names[0]).toBe(names[1])
  expect(new Set(names).size).toBe(3)
})

describe('the order', () => {
  const dated = (itemId: number, dateMs: number, isRelevant = true): Hit => ({ ...hit(itemId), dateMs, isRelevant })
  const byFilter = (one: Hit): Hit => ({ ...one, reasons: [{ kind: 'filter', share: 1 }] })
  const ids = (): number[] => search.hits.map(({ itemId }) => itemId)
  const answer = (hits: readonly Hit[]): Promise<void> => engine.last.answer({ ...found(), hits })

  test('is changed without a question where everything is there, and stays for the next question', async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    await answer([dated(1, 20), dated(2, 10), dated(3, 30), dated(4, 40, false)])
    const before = search.asked
    search.sort('newest')
    expect(ids()).toEqual([3, 1, 2, 4])
    expect(search.asked).not.toBe(before)
    expect(engine.asked).toHaveLength(2)
    search.ask('cat')
    vi.advanceTimersByTime(0)
    expect(engine.asked.slice(-2).map(({ query }) => query.limit)).toEqual([120, 1000])
    await answer([dated(5, 1), dated(6, 2)])
    expect(ids()).toEqual([6, 5])
  })

  test('by date asks for all there is, since any of it may come first', async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    await answer(Array.from({ length: 120 }, (_, n) => dated(n, n)))
    search.sort('oldest')
    expect(engine.last.query).toEqual({ text: 'dog', limit: 1000, withStacks: true, oldestFirst: true })
  })

  test('of filters alone is by date, newest first, and turned round where the oldest are wanted', async () => {
    search.ask('type:photo')
    vi.advanceTimersByTime(0)
    // The engine's date of a failed file is not the one that is shown: its order is kept, not made again.
    const hits = [dated(1, 5), dated(2, 9), dated(3, 7)].map(byFilter)
    await answer(hits)
    expect([search.hasBest, search.shownOrder, ids()]).toEqual([false, 'newest', [1, 2, 3]])
    search.sort('oldest')
    expect(ids()).toEqual([3, 2, 1])
    void search.refresh()
    expect(engine.last.query.oldestFirst).toBe(true)
    await answer(hits.toReversed())
    expect(ids()).toEqual([3, 2, 1])
  })

  test('by date brings the rest by itself', async () => {
    search.ask('')
    vi.advanceTimersByTime(0)
    await answer(Array.from({ length: 120 }, (_, n) => byFilter(dated(n, n))))
    expect(engine.asked.map(({ query }) => query.limit)).toEqual([120, 1000])
  })
})

describe('when the library changes', () => {
  beforeEach(async () => {
    search.ask('dog')
    vi.advanceTimersByTime(0)
    await engine.asked[1]?.answer(found(1))
  })

  test('many changes cost one question, and the old hits stay until it is answered', async () => {
    for (let n = 0; n < 5; n++) search.libraryChanged(() => true)
    vi.advanceTimersByTime(REFRESH_MS)
    expect(engine.asked).toHaveLength(3)
    expect(search.hits).toHaveLength(1)
    await engine.asked[2]?.answer(found(1, 2))
    expect(search.hits).toHaveLength(2)
  })

  test('results that someone is at work in are offered, not replaced', async () => {
    search.libraryChanged(() => false)
    vi.advanceTimersByTime(REFRESH_MS)
    expect(engine.asked).toHaveLength(2)
    expect(search.isOutdated).toBe(true)
    void search.refresh()
    expect(search.isOutdated).toBe(false)
    await engine.asked[2]?.answer(found(1, 2))
    expect(search.hits).toHaveLength(2)
  })
})
