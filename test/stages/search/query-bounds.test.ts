import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseQuery } from '../../../src/main/engine/stages/search/parse.ts'
import { wordsLane } from '../../../src/main/engine/features/searching/words-lane.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import { addFiles, note, photo } from '../../store/drawn.ts'

const times = (n: number, part: (i: number) => string): string => Array.from({ length: n }, (_, i) => part(i)).join(' ')

/** Few values, so that made-up questions meet made-up files. */
const tags = ['sea', 'snow', 'straße', 'two words', '漢字']
const folders = ['summer', 'Winter/alps', 'x']
const cameras = ['Canon R5', 'X100']
const texts = ['red boat', 'boat red', 'old boat', 'cat', '猫がいる', '😀']

interface Drawn {
  readonly folder: number
  readonly tags: readonly string[]
  readonly camera: string | null
  readonly year: number
  readonly texts: readonly string[]
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  folder: fc.nat(folders.length - 1),
  tags: fc.subarray(tags),
  camera: fc.option(fc.constantFrom(...cameras)),
  year: fc.integer({ min: 2018, max: 2024 }),
  texts: fc.subarray(texts)
})

/** One part of a question, and a naive way to say whether a file fits it. */
interface Part {
  readonly written: string
  readonly kind: 'tag' | 'in' | 'exact' | 'without' | 'camera' | 'type' | 'after' | 'before'
  readonly fits: (file: Drawn) => boolean
}
const pathOf = ({ folder }: Drawn, i: number): string => `${folders[folder] ?? ''}/${i}`
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom(...tags, 'unknown').map((tag): Part => ({
    ...{ written: `tag:"${tag}"`, kind: 'tag' },
    fits: file => file.tags.includes(tag)
  })),
  fc.constantFrom('summer', 'WINTER', 'alps', 'x', 'nowhere').map((name): Part => ({
    ...{ written: `in:${name}`, kind: 'in' },
    fits: file => `/p/${pathOf(file, 0)}`.toLowerCase().includes(name.toLowerCase())
  })),
  fc.constantFrom('red boat', 'boat', 'Cat', '猫', '😀').map((text): Part => ({
    ...{ written: `"${text}"`, kind: 'exact' },
    fits: file => file.texts.some(one => one.toLowerCase().includes(text.toLowerCase()))
  })),
  fc.constantFrom('old', 'cat', '猫が').map((text): Part => ({
    ...{ written: `-"${text}"`, kind: 'without' },
    fits: file => !file.texts.some(one => one.includes(text))
  })),
  fc.constantFrom('r5', 'x100', 'leica').map((name): Part => ({
    ...{ written: `camera:${name}`, kind: 'camera' },
    fits: file => file.camera?.toLowerCase().includes(name) === true
  })),
  fc.integer({ min: 2017, max: 2025 }).map((year): Part => ({
    ...{ written: `after:${year}`, kind: 'after' },
    fits: file => file.year >= year
  })),
  fc.integer({ min: 2017, max: 2025 }).map((year): Part => ({
    ...{ written: `before:${year}`, kind: 'before' },
    fits: file => file.year < year
  }))
)

function libraryOf(files: readonly Drawn[]) {
  const store = openMemoryStore()
  const ids = addFiles(store, '/p', ...files.map((file, i) => pathOf(file, i)))
  store.transaction(() =>
    files.forEach(({ tags: keywords, camera, year, texts: said }, i) =>
      store.items.saveReading(
        ids[i] ?? 0,
        photo(`${i}`, { localMs: Date.UTC(year, 5, 1), camera, keywords, description: said.join('\n') || null })
      )
    )
  )
  return { store, ids }
}

/** As search does it. */
function found(text: string, store: ReturnType<typeof openMemoryStore>): number[] {
  const { filters, words } = parseQuery(text)
  const byWords = store.words.allowed(words)
  return store.items.matching(filters).filter(itemId => byWords?.has(itemId) !== false)
}

test('a question of any number of filters is answered, as a naive second way answers it', () => {
  // Small and very large: what lies between is like the small ones.
  const parts = fc.oneof(fc.array(part, { maxLength: 12 }), fc.array(part, { minLength: 1000, maxLength: 1400 }))
  let large = 0
  fc.assert(
    fc.property(fc.array(drawn, { minLength: 1, maxLength: 12 }), parts, (files, asked) => {
      const { store, ids } = libraryOf(files)
      // Of cameras the last one counts; all else narrows. No more different values are drawn than are looked for.
      const camera = asked.findLast(({ kind }) => kind === 'camera')
      const counting = asked.filter(one => one.kind !== 'camera' || one === camera)
      const text = asked.map(({ written }) => written).join(' ')
      if (text.length > 10_000) large++
      expect(found(text, store)).toEqual(
        ids.filter((_, i) => counting.every(({ fits }) => files[i] !== undefined && fits(files[i])))
      )
      expect(parseQuery(text).isCut).toBe(false)
      store.close()
    }),
    { numRuns: 60 }
  )
  expect(large).toBeGreaterThan(5)
})

test.each([
  ['tags', (i: number) => `tag:t${i}`],
  ['folders', (i: number) => `in:f${i}`],
  ['filters with a minus', (i: number) => `-tag:t${i}`],
  ['left-out words', (i: number) => `-w${i}`],
  ['quoted texts', (i: number) => `"w${i} x"`],
  ['all kinds in turns', (i: number) => [`tag:${i}`, `in:${i}`, `-w${i}`, `"w${i}"`][i % 4] ?? '']
])('1,000 different %s are cut to the first 32, and it is told', (_, written) => {
  const { store } = libraryOf([])
  const query = parseQuery(times(1000, written))
  const { filters, words } = query
  const { tags = [], folders = [], without = [] } = filters
  const kept = [...tags, ...folders, ...without, ...words.exact, ...words.without]
  expect(kept).toHaveLength(32)
  expect(query.isCut).toBe(true)
  expect(query.tokens).toHaveLength(1000)
  expect(found(times(1000, written), store)).toEqual([])
  store.close()
})

test('what was written twice counts once, and what the last one decides is never too much', () => {
  for (const text of [
    times(1000, () => 'tag:sea TAG:Sea "a  b" "a b" -c in:x'),
    times(1000, i => `camera:${i} near:1,${i % 90} type:photo like:${i + 1} after:20${10 + (i % 10)}`)
  ])
    expect(parseQuery(text).isCut).toBe(false)
})

test('the first words are looked for and the last, whatever script they are written in', () => {
  expect(parseQuery(times(64, i => `w${i}`)).isCut).toBe(false)
  const many = parseQuery(times(1000, i => `w${i}`))
  expect(many.words.words).toEqual([...Array.from({ length: 63 }, (_, i) => `w${i}`), 'w999'])
  expect(many.isCut).toBe(true)
  // The model reads all of it.
  expect(many.caption).toContain('w500')

  const page = Array.from({ length: 9000 }, (_, i) => String.fromCharCode(0x4e00 + (i % 8000))).join('')
  const pasted = parseQuery(`cat ${page}`)
  expect(pasted.words.words).toEqual(['cat', page.slice(0, 64)])
  expect(pasted.isCut).toBe(true)
  expect(parseQuery('海辺で遊ぶ犬の写真 猫').isCut).toBe(false)
})

test('a very long quoted text is cut at a whole character', () => {
  const query = parseQuery(`"${'a'.repeat(299)}😀 and more" -"${'b '.repeat(2000)}"`)
  expect(query.words.exact).toEqual(['a'.repeat(299)])
  expect(query.words.without).toEqual(['b '.repeat(150).trimEnd()])
  expect(query.isCut).toBe(true)
})

test('no question is an error, however long and whatever is in it', () => {
  const { store, ids } = libraryOf([
    { folder: 0, tags, camera: 'X100', year: 2020, texts },
    { folder: 1, tags: [], camera: null, year: 2021, texts: ['a b c'] }
  ])
  const [, second] = ids
  store.items.saveReading(second ?? 0, note('n', ['the cat and the 猫', 'a '.repeat(500)]))
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      '"',
      '“',
      '\0',
      '\ud800',
      '漢'.repeat(3000),
      'ก'.repeat(3000),
      'a'.repeat(9000),
      '[(a+)+$*',
      'NEAR(',
      '*'
    )
  )
  const piece = fc
    .tuple(
      fc.constantFrom('', '-', '"', '-"', 'tag:', 'in:', 'camera:', 'near:', 'like:', 'type:', 'after:', 'is:'),
      value
    )
    .map(([start, rest]) => start + rest)
  const question = fc.oneof(
    // More of them than an expression of SQLite is deep.
    fc.constantFrom('tag:', 'in:', '-', '').map(start => times(1150, i => `${start}${i}`)),
    fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(' ')),
    fc.tuple(piece, fc.integer({ min: 500, max: 3000 })).map(([one, n]) => times(n, i => `${one.slice(0, 20)}${i}`))
  )
  fc.assert(
    fc.property(question, long => {
      const text = long.slice(0, 10_000)
      const { words, filters } = parseQuery(text)
      found(text, store)
      store.items.newest(5, filters)
      store.items.oldest(5, filters)
      const { asked, rows } = wordsLane(words, store.words.allowed(words), store)
      store.words.evidence(asked, [...rows.values()].flat())
    }),
    { numRuns: 80 }
  )
  store.close()
})
