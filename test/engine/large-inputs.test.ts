import fc from 'fast-check'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { methods, type Method } from '../../src/shared/contract.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { EngineError } from '../../src/shared/errors.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const library = join(folder, 'library')
let engine: Engine

beforeAll(async () => {
  await mkdir(library)
  for (let i = 0; i < 300; i++) await writeFile(join(library, `${i}.md`), `note ${i}: a boat on the sea`)
  engine = await openRealEngine(join(folder, 'data'))
  await indexAll(engine, library)
})
afterAll(() => engine.close())

const times = (n: number, part: (i: number) => string): string => Array.from({ length: n }, (_, i) => part(i)).join(' ')

test.each([
  ['1,000 tags', times(1000, i => `tag:t${i}`)],
  ['1,000 folders', times(1000, i => `in:folder-${i}`)],
  ['1,000 left-out words', `boat ${times(1000, i => `-w${i}`)}`],
  ['1,000 quoted texts', times(1000, i => `"sea ${i}"`)],
  ['1,000 words', times(1000, i => `w${i}`)],
  ['a page without spaces', Array.from({ length: 9000 }, (_, i) => String.fromCharCode(0x4e00 + i)).join('')],
  ['a book', 'a boat on the sea '.repeat(50_000)]
])('a question with %s is answered, and says that it was cut', async (_, text) => {
  for (const wordsOnly of [true, false]) {
    const { notices } = await engine.client.search({ text, wordsOnly })
    expect(notices).toContain('question-cut')
  }
})

test.each([
  ['800 cameras', times(800, i => `camera:c${i}`)],
  ['800 places', times(800, i => `near:${i % 90},11`)],
  ['800 dates', times(800, i => `after:${1000 + i}`)],
  ['one tag 1,000 times', times(1000, () => 'tag:sea')],
  ['a word of 10,000 letters', 'a'.repeat(10_000)]
])('a question with %s is answered as it is', async (_, text) => {
  expect((await engine.client.search({ text })).notices).not.toContain('question-cut')
})

test('a question of the library is found beside 800 filters that all hold', async () => {
  const { hits } = await engine.client.search({
    text: `"boat" ${times(400, () => 'in:library type:note')}`,
    limit: 100
  })
  expect(hits).toHaveLength(100)
})

test('a text too long to be asked again is not remembered, and cannot be saved', async () => {
  const text = 'sea '.repeat(3000)
  await engine.client.rememberSearch({ text })
  await expect(engine.client.saveSearch({ text, isSaved: true })).rejects.toMatchObject({ code: 'bad-input' })
  expect(await engine.client.searches({})).toEqual({ recent: [], saved: [] })
  expect((await engine.client.suggest({ text, caret: 3 })).suggestions).toEqual([])
})

test('10,000 places are left out and taken in again, without reading what is left out once for each', async () => {
  const paths = Array.from({ length: 10_000 }, (_, i) => join(library, `${i % 300}.md`))
  const { files } = await engine.client.exclude({ paths })
  await engine.idle()
  expect(files).toBe(300)
  expect((await engine.client.library({})).excluded).toBe(300)
  await engine.client.include({ paths })
  await engine.idle()
  expect(await engine.client.library({})).toMatchObject({ excluded: 0, indexed: 300 })
})

/** Starting these is another matter than checking their input: a process, a download, an end. */
const started = new Set<Method>(['devices', 'trainProjector', 'installModel'])

test('no input of the contract is an error that is not said in words, however long and however many', async () => {
  const short = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('', '\0', '\ud800', '..', `/${'x/'.repeat(2000)}`, `/${'x'.repeat(4000)}`, '/dev/null')
  )
  const text = fc.oneof(
    short,
    fc.integer({ min: 1, max: 1_100_000 }).map(n => 'ä'.repeat(n))
  )
  const number = fc.oneof(
    fc.integer(),
    fc.constantFrom(0, 1, -1, 1e10, 2 ** 53 - 1, 2 ** 53, 1.5, Number.NaN, Infinity)
  )
  const list = (one: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    fc.oneof(
      fc.array(one, { maxLength: 3 }),
      fc.tuple(one, fc.constantFrom(1000, 9999, 10_001, 100_001)).map(([value, n]) => Array<unknown>(n).fill(value))
    )
  const fields = {
    ...{ text, path: text, folder: text, packId: text, jobId: text, offerId: text, imageId: text, hubUrl: text },
    ...{
      itemId: number,
      folderId: number,
      versionId: number,
      photoId: number,
      noteId: number,
      caret: number,
      limit: number
    },
    ...{ itemIds: list(number), excludedIds: list(number), paths: list(short), languages: list(short) },
    ...{ isSaved: fc.boolean(), verdict: fc.constantFrom('confirmed', 'rejected', null), wordsOnly: fc.boolean() },
    bytes: fc.uint8Array({ maxLength: 50 })
  }
  const names = Object.keys(methods) as Method[]
  const refusals = new Map<string, number>()
  const tried = new Map<string, number>()
  const call = async (method: Method, input: unknown): Promise<void> => {
    tried.set(method, (tried.get(method) ?? 0) + 1)
    try {
      await (engine.client[method] as (input: unknown) => Promise<unknown>)(input)
    } catch (error) {
      expect(error, method).toBeInstanceOf(EngineError)
      const { code, message } = error as EngineError
      expect(code, message).not.toBe('internal')
      refusals.set(code, (refusals.get(code) ?? 0) + 1)
    }
  }
  // What each method asks for, so that made-up values get behind the first line too.
  const asked: Partial<Record<Method, readonly (keyof typeof fields)[]>> = {
    ...{ search: ['text'], suggest: ['text', 'caret'], item: ['itemId'], failures: ['limit'], excluded: ['limit'] },
    ...{
      pairs: ['limit'],
      browse: ['path'],
      addFolder: ['path'],
      removeFolder: ['folderId'],
      retryFailed: ['itemIds']
    },
    ...{ exclude: ['paths'], include: ['paths'], rememberSearch: ['text'], saveSearch: ['text', 'isSaved'] },
    ...{ activateModel: ['packId'], removeModel: ['packId'], addModel: ['folder'], forgetModelEmbeddings: ['packId'] },
    ...{ confirmPair: ['photoId', 'text', 'verdict'], cancelJob: ['jobId'], pauseJob: ['jobId'], resumeJob: ['jobId'] },
    ...{ openImage: ['path'], activateProjector: ['versionId'] }
  }
  const inputOf = (method: Method): fc.Arbitrary<unknown> =>
    fc.oneof(
      { weight: 3, arbitrary: fc.record(Object.fromEntries((asked[method] ?? []).map(name => [name, fields[name]]))) },
      { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) }
    )
  for (const method of names.filter(name => !started.has(name))) {
    await fc.assert(
      fc.asyncProperty(inputOf(method), input => call(method, input)),
      { numRuns: 12 }
    )
  }
  await engine.idle()
  expect([...tried.keys()]).toHaveLength(names.length - started.size)
  expect(refusals.get('bad-input')).toBeGreaterThan(50)
})
