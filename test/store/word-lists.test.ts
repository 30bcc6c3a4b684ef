import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Connection } from '../../src/main/engine/store/connection.ts'
import { createStore } from '../../src/main/engine/store/database.ts'
import { libraryMigrations, thumbnailMigrations } from '../../src/main/engine/store/migrations.ts'
import { createFts5Search, type PhraseSearch } from '../../src/main/engine/store/phrase-search.ts'
import { createSettings } from '../../src/main/engine/store/settings.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { createIndexedColumns } from '../../src/main/engine/store/word-index.ts'
import { createWordLists, type ListSizes, type WordLists } from '../../src/main/engine/store/word-lists.ts'
import { addFiles, note } from './drawn.ts'

interface Library {
  readonly connection: Connection
  readonly store: Store
  ids: number[]
  added: number
}

function library(): Library {
  const connection = new Connection(':memory:', libraryMigrations)
  const store = createStore(connection, new Connection(':memory:', thumbnailMigrations))
  return { connection, store, ids: [], added: 0 }
}

function add(all: Library, texts: readonly string[]): void {
  const { store, ids } = all
  const name = `${all.added++}`
  const [id] = addFiles(store, '/n', `${name}.md`)
  store.items.saveReading(id!, note(name, texts, { title: '' }))
  ids.push(id!)
}

/**
 * The same rows in an index that was never changed: FTS5's own counts of rows and tokens do not follow deletions from an index
 * without content, so its scores drift.
 */
function freshFts5({ connection }: Library): PhraseSearch {
  const fresh = new Connection(':memory:', libraryMigrations.slice(0, 1))
  const columnsOf = createIndexedColumns(connection)
  const rows = connection.prepare<[], { id: number; itemId: number; part: number }>(
    'SELECT word_id AS id, item_id AS itemId, part FROM word_row ORDER BY word_id'
  )
  const insert = fresh.prepare<[object]>(
    `INSERT INTO word_index (rowid, title, name, description, keywords, text)
     VALUES (@id, @title, @name, @description, @keywords, @text)`
  )
  const row = fresh.prepare<[object]>('INSERT INTO word_row VALUES (@id, @itemId, @part)')
  const item = fresh.prepare<[object]>(
    `INSERT OR IGNORE INTO item (item_id, folder_id, path, path_folded, kind, status, size_bytes, modified_ms, sidecar_paths,
       sidecar_stamp) VALUES (@itemId, 1, @itemId, '', 'note', 'waiting', 0, 0, '', '')`
  )
  fresh.transaction(() => {
    fresh.prepare("INSERT INTO folder VALUES (1, '/', '/', 0, 1, '')").run()
    for (const one of rows.all()) {
      item.run(one)
      row.run(one)
      insert.run({ id: one.id, ...columnsOf(one.itemId, one.part) })
    }
  })
  return createFts5Search(fresh)
}

/** Both ways give the same rows in the same order; scores differ by rounding only. */
function expectSame(all: Library, lists: WordLists, phrases: readonly string[]): void {
  const fts5 = freshFts5(all)
  const now = lists.now()
  expect(now, 'the lists hold all rows').not.toBe(fts5Of.get(lists))
  const expected = fts5.rank(phrases, 1000, null)
  const found = now.rank(phrases, 1000, null)
  const rounded = (rows: typeof found) =>
    rows
      .map(({ wordId, bm25 }) => ({ wordId, bm25: Number(bm25.toPrecision(9)) }))
      .sort((a, b) => b.bm25 - a.bm25 || a.wordId - b.wordId)
  expect(rounded(found), phrases.join(' OR ')).toEqual(rounded(expected))
  expect(now.rank(phrases, 3, null)).toEqual(found.slice(0, 3))
  expect(now.best(phrases)).toBeCloseTo(fts5.best(phrases), 9)
  expect(now.has(phrases)).toBe(fts5.has(phrases))
  for (const phrase of phrases) expect(now.matching(phrase), phrase).toEqual(fts5.matching(phrase))
}

const fts5Of = new Map<unknown, unknown>()

/** Few rows are a segment, and a merge takes many steps. */
const small: ListSizes = { slice: { rows: 16, characters: 1000 }, tail: { rows: 12, tokens: 200 }, mergeMs: 0 }

function listsOf({ connection }: Library): WordLists {
  const fts5 = createFts5Search(connection)
  const lists = createWordLists(
    connection,
    createSettings(connection, () => undefined),
    fts5,
    small
  )
  fts5Of.set(lists, fts5)
  return lists
}

function tendAll(lists: WordLists): void {
  while (lists.tend());
}

const word = fc.constantFrom(
  'dog',
  'dogs',
  'running',
  'runs',
  'beach',
  'a',
  'the',
  'do',
  'б',
  '東',
  '京',
  'zebra',
  '2019',
  'x'
)
const text = fc.array(word, { maxLength: 12 }).map(words => words.join(' '))
const phrase = fc
  .tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(([words, isPrefix]) => `"${words.join(' ')}"${isPrefix ? ' *' : ''}`)

test('the lists find what FTS5 finds, with the same scores, after every addition, edit, deletion and merge', () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('add' as const), texts: fc.array(text, { maxLength: 3 }) }) },
    fc.record({ do: fc.constant('many' as const), text }),
    fc.record({ do: fc.constant('edit' as const), which: fc.nat(), texts: fc.array(text, { maxLength: 3 }) }),
    fc.record({ do: fc.constant('remove' as const), which: fc.nat() }),
    { weight: 2, arbitrary: fc.record({ do: fc.constant('tend' as const), steps: fc.nat({ max: 40 }) }) },
    fc.record({ do: fc.constant('open again' as const) }),
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('ask' as const),
        phrases: fc.array(phrase, { minLength: 1, maxLength: 4 })
      })
    }
  )
  const ask = fc.array(fc.array(phrase, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), ask, (actions, asked) => {
      const all = library()
      let lists = listsOf(all)
      for (const one of actions) {
        const id = 'which' in one && all.ids.length > 0 ? all.ids[one.which % all.ids.length]! : undefined
        if (one.do === 'add') add(all, one.texts)
        else if (one.do === 'many')
          all.store.transaction(() => {
            for (let i = 0; i < 15; i++) add(all, [one.text, `${one.text} dog`, 'beach'])
          })
        else if (one.do === 'edit' && id !== undefined)
          all.store.items.saveReading(id, note(`${id} ${one.texts.join()}`, one.texts, { title: '' }))
        else if (one.do === 'remove' && id !== undefined) {
          all.store.items.remove([id])
          all.ids = all.ids.filter(other => other !== id)
        } else if (one.do === 'tend') for (let i = 0; i < one.steps && lists.tend(); i++);
        else if (one.do === 'open again') lists = listsOf(all)
        else if (one.do === 'ask') {
          tendAll(lists)
          expectSame(all, lists, one.phrases)
        }
      }
      tendAll(lists)
      for (const phrases of asked) expectSame(all, lists, phrases)
      all.store.close()
    }),
    { numRuns: 40 }
  )
})

test('a merge that is cut off at any step leaves lists that are right, and what it wrote is deleted', () => {
  const all = library()
  for (let i = 0; i < 40; i++) add(all, [`dog ${i}`, `a beach ${i % 3}`])
  const count = (table: string) =>
    all.connection
      .prepareValue<[], number>(
        `SELECT count(*) FROM ${table} WHERE segment_id NOT IN
      (SELECT segment_id FROM word_segment WHERE is_complete = 1)`
      )
      .get()
  for (let steps = 1; steps < 60; steps += 7) {
    const lists = listsOf(all)
    for (let i = 0; i < steps && lists.tend(); i++);
    all.store.items.remove([all.ids.shift()!])
    add(all, ['a dog on the beach'])
    const again = listsOf(all)
    tendAll(again)
    expectSame(all, again, ['"dog"', '"a beach"', '"be" *'])
    expect([count('word_segment'), count('word_block')]).toEqual([0, 0])
  }
})

test('lists that are damaged, or were made by another version, answer by FTS5 until they are made anew', () => {
  for (const [sql, isSeenAtOnce] of [
    ["UPDATE word_block SET lists = x'ffffffff'", true],
    ['DELETE FROM word_block', true],
    ["UPDATE word_segment SET first_terms = x'ffffff7f'", true],
    ['UPDATE word_segment SET version = 0', false],
    ['DELETE FROM word_segment', false],
    ['DELETE FROM word_segment WHERE after_id = 0', false]
  ] as const) {
    const all = library()
    for (let i = 0; i < 40; i++) add(all, [`dog ${i}`, `a beach ${i % 3}`])
    tendAll(listsOf(all))
    all.connection.prepare(sql).run()
    const lists = listsOf(all)
    const expected = createFts5Search(all.connection).matching('"dog"')
    expect(lists.now().matching('"dog"'), sql).toEqual(expected)
    if (isSeenAtOnce) expect(lists.now().rank(['"dog"'], 99, null).length, sql).toBe(expected.length)
    tendAll(lists)
    expectSame(all, lists, ['"dog"', '"a beach"', '"be" *'])
  }
})

test('what is written in a transaction that is rolled back is never in the lists', () => {
  const all = library()
  const lists = listsOf(all)
  add(all, ['a dog'])
  tendAll(lists)
  expect(() =>
    all.store.transaction(() => {
      add(all, ['another dog'])
      expect(lists.now().matching('"dog"')).toHaveLength(2)
      expect(lists.tend()).toBe(false)
      throw new Error('killed')
    })
  ).toThrow('killed')
  all.ids.pop()
  add(all, ['a zebra'])
  tendAll(lists)
  expectSame(all, lists, ['"dog"'])
  expectSame(all, lists, ['"zebra"'])
})
