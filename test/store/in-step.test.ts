import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NoteReading, PhotoReading } from '../../src/main/engine/base/domain.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { addFiles, found, note, photo, takeBack, unit, words } from './drawn.ts'

/** None of these is changed by the stemmer, and none is in another. */
const vocabulary = ['alfa', 'bravo', 'kilo', 'tango', 'zulu', '東京', 'café']
const word = fc.constantFrom(...vocabulary)
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map(parts => parts.join(' '))
const path = fc.tuple(word, word, fc.constantFrom('.jpg', '.md')).map(([a, b, ending]) => `${a}_${b}${ending}`)
const content = fc.constantFrom('one', 'two')

type Reading = PhotoReading | NoteReading
const reading: fc.Arbitrary<Reading> = fc.oneof(
  fc
    .record({
      content,
      title: fc.option(text),
      description: fc.option(text),
      keywords: fc.array(word, { maxLength: 2 })
    })
    .map(({ content: hash, ...metadata }) => photo(`photo ${hash}`, metadata)),
  fc
    .record({
      content,
      title: text,
      passages: fc.array(text, { maxLength: 3 }),
      tags: fc.array(word, { maxLength: 2 })
    })
    .map(({ content: hash, passages, ...more }) => note(`note ${hash}`, passages, more))
)

const which = fc.nat({ max: 20 })
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('add' as const), path }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), which, reading }) },
  fc.record({ do: fc.constant('encode' as const), which }),
  fc.record({ do: fc.constant('fail' as const), which }),
  fc.record({ do: fc.constant('change' as const), which }),
  fc.record({ do: fc.constant('rename' as const), which, path }),
  fc.record({ do: fc.constant('remove' as const), which }),
  fc.record({ do: fc.constant('exclude' as const), which }),
  fc.record({ do: fc.constant('include' as const) }),
  fc.record({ do: fc.constant('read again' as const), which }),
  fc.record({ do: fc.constant('retry' as const) }),
  fc.record({ do: fc.constant('set aside' as const), which }),
  fc.record({ do: fc.constant('take back' as const), which }),
  fc.record({ do: fc.constant('lose' as const), which }),
  fc.record({ do: fc.constant('see' as const), which }),
  fc.record({ do: fc.constant('rolled back' as const), which, reading })
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Known {
  path: string
  status: 'waiting' | 'indexed' | 'failed'
  reading: Reading | null
  /** What each embedded part was made from. */
  encoded: Map<number, string>
  isLost: boolean
}

/** The same library, the naive way. */
class Model {
  /** Paths that were taken out. */
  readonly excluded = new Set<string>()
  readonly items = new Map<number, Known>()
  /** Deleted, and kept in case they come back. */
  readonly aside = new Map<number, Known>()

  rows(): Map<string, string> {
    const rows = new Map<string, string>()
    for (const [id, { path: name, reading: known }] of this.items) {
      if (known === null) continue
      const head =
        known.kind === 'photo'
          ? [known.metadata.title, known.metadata.description, ...known.metadata.keywords]
          : [known.title, ...known.tags]
      rows.set(`${id}/-1`, [name, ...head].join(' '))
      if (known.kind === 'note') for (const passage of known.passages) rows.set(`${id}/${passage.part}`, passage.text)
    }
    return rows
  }
}

/** What is encoded: the content for a picture, the text for anything else. */
function sources(store: Store, id: number, known: Reading): Map<number, string> {
  const parts = new Map(
    store.items.texts(id).map(({ part, text: written }) => [part, `${known.contentHash} ${written}`])
  )
  if (known.kind === 'photo') parts.set(0, known.contentHash)
  return parts
}

function take(store: Store, model: Model, action: Step): void {
  const ids = [...model.items.keys()]
  const id = 'which' in action && ids.length > 0 ? ids[action.which % ids.length]! : 0
  const known = model.items.get(id)
  const isFree = (name: string): boolean =>
    !model.excluded.has(name) && [...model.items.values()].every(item => item.path !== name)
  if (action.do === 'add' && isFree(action.path)) {
    const [itemId] = addFiles(store, '/library', action.path)
    forgetAsideAt(action.path, model)
    model.items.set(itemId!, {
      ...{ path: action.path, status: 'waiting', reading: null, encoded: new Map(), isLost: false }
    })
  }
  if (action.do === 'retry') {
    store.items.retry(null)
    for (const item of model.items.values()) if (item.status === 'failed' && !item.isLost) item.status = 'waiting'
  }
  if (action.do === 'include') {
    store.excluded.remove(store.excluded.namedBelow(1, new Set([''])))
    model.excluded.clear()
  }
  if (action.do === 'take back' && model.aside.size > 0) {
    const [back, item] = [...model.aside][action.which % model.aside.size]!
    if (!isFree(item.path)) return
    expect(takeBack(store, back)).toBe(true)
    store.projections.save('space', store.embeddings.of('encoder', back))
    model.aside.delete(back)
    model.items.set(back, item)
  }
  if (known === undefined) return
  if (action.do === 'read') {
    store.items.saveReading(id, action.reading)
    Object.assign(known, { status: 'indexed', reading: action.reading })
    const now = sources(store, id, action.reading)
    for (const [part, source] of known.encoded) if (now.get(part) !== source) known.encoded.delete(part)
  } else if (action.do === 'encode' && known.reading !== null) {
    known.encoded = sources(store, id, known.reading)
    const rows = [...known.encoded.keys()].map(part => ({
      itemId: id,
      part,
      rotationDeg: 0 as const,
      vector: unit(part)
    }))
    store.embeddings.save('encoder', rows)
    store.projections.save('space', rows)
  } else if (action.do === 'fail') {
    store.items.saveFailure(id, { kind: 'failure', code: 'corrupt', reason: 'Broken.', contentHash: 'broken' })
    Object.assign(known, { status: 'failed', reading: null, encoded: new Map() })
  } else if (action.do === 'change') {
    store.items.markChanged(id, found(known.path, { sizeBytes: 5 }))
    known.status = 'waiting'
  } else if (action.do === 'rename' && isFree(action.path)) {
    store.items.relocate(id, found(action.path))
    forgetAsideAt(action.path, model)
    known.path = action.path
  } else if (action.do === 'remove') {
    store.items.remove([id])
    model.items.delete(id)
  } else if (action.do === 'exclude') {
    store.transaction(() => {
      store.excluded.addItem(id, null, 1)
      store.items.remove([id])
    })
    model.items.delete(id)
    model.excluded.add(known.path)
  } else if (action.do === 'read again') {
    store.items.readAgain(1, id - 1)
    for (const [other, item] of model.items) if (other >= id && !item.isLost) item.status = 'waiting'
  } else if (action.do === 'set aside') {
    expect(store.items.setAside([id], 1)).toEqual(known.reading === null ? [id] : [])
    model.items.delete(id)
    if (known.reading !== null) model.aside.set(id, known)
  } else if (action.do === 'lose') {
    store.items.missed(1, [{ itemId: id, place: '', reason: 'Gone.', device: null, wasLookedFor: true }])
    known.isLost = true
  } else if (action.do === 'see') {
    store.items.seen(2, [{ itemId: id, device: null }])
    known.isLost = false
  } else if (action.do === 'rolled back') {
    expect(() =>
      store.transaction(() => {
        store.items.saveReading(id, action.reading)
        store.items.remove(ids.slice(0, 2))
        throw new Error('killed')
      })
    ).toThrow('killed')
  }
}

/** One that lost its path to another file has no place to come back to in this model. */
function forgetAsideAt(path: string, model: Model): void {
  for (const [id, item] of model.aside) if (item.path === path) model.aside.delete(id)
}

test('whatever happens to the items, words, counts and embeddings follow', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const store = openMemoryStore()
      const model = new Model()
      store.folders.add('/library', 0)
      for (const action of steps) take(store, model, action)

      const rows = model.rows()
      for (const asked of vocabulary) {
        const hits = store.words.search(words(asked), 10_000).map(({ itemId, part }) => `${itemId}/${part}`)
        const expected = [...rows].filter(([, written]) => written.includes(asked)).map(([key]) => key)
        expect(hits.sort(), asked).toEqual(expected.sort())
      }
      const statuses = [...model.items.values()].map(({ status, isLost }) => (isLost ? 'unreachable' : status))
      const count = (status: string): number => statuses.filter(one => one === status).length
      expect(store.items.counts()).toEqual({
        eligible: statuses.length + model.excluded.size,
        indexed: count('indexed'),
        failed: count('failed'),
        waiting: count('waiting'),
        unreachable: count('unreachable'),
        excluded: model.excluded.size
      })
      const encoded = [...model.items]
        .flatMap(([id, item]) => [...item.encoded.keys()].map(part => `${id}/${part}`))
        .sort()
      expect([...store.embeddings.each('encoder')].map(({ itemId, part }) => `${itemId}/${part}`).sort()).toEqual(
        encoded
      )
      expect([...store.projections.each('space')].map(({ itemId, part }) => `${itemId}/${part}`).sort()).toEqual(
        encoded
      )
      const searchable = [...model.items].filter(([, item]) => item.reading !== null).map(([id]) => id)
      expect(store.items.matching({})).toEqual(searchable.sort((a, b) => a - b))

      store.folders.remove(1)
      for (const asked of vocabulary) expect(store.words.search(words(asked), 10)).toEqual([])
      store.close()
    }),
    { numRuns: 120 }
  )
})
