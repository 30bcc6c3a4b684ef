import { expect, test } from 'vitest'
import type { ExcludedFile, ExcludedPlaces, FoundFile, KnownFile } from '../../../src/main/engine/base/domain.ts'
import { partExcluded } from '../../../src/main/engine/stages/library/part-excluded.ts'

const file = (path: string, more: Partial<FoundFile> = {}): FoundFile => ({
  ...{ path, sizeBytes: 10, modifiedMs: 1, sidecarPaths: [], sidecarStamp: '' },
  ...more
})
const row = (excludedId: number, path: string, more: Partial<ExcludedFile> = {}): ExcludedFile => ({
  ...{ excludedId, path, sizeBytes: 10, modifiedMs: 1, contentHash: path, withinId: null, isThere: true },
  ...more
})
const item = (itemId: number, path: string, contentHash = path): KnownFile => ({
  ...{ ...file(path), itemId, status: 'indexed', contentHash }
})

/** What files hold, by path; a file that is not named holds its own path. */
async function part(
  found: readonly FoundFile[],
  excluded: Partial<ExcludedPlaces>,
  {
    known = [],
    problems = [],
    contents = {}
  }: { known?: KnownFile[]; problems?: string[]; contents?: Record<string, string> } = {}
) {
  const hashed: string[] = []
  const { kept, changes } = await partExcluded(
    found,
    known,
    { files: [], folders: [], ...excluded },
    problems.map(path => ({ path, reason: 'no' })),
    one => {
      hashed.push(one.path)
      return Promise.resolve(contents[one.path] ?? one.path)
    }
  )
  return { kept: kept.map(({ path }) => path), changes, hashed }
}

const none = { seen: [], found: [], gone: [] }

test('without exclusions everything is kept and nothing is hashed', async () => {
  expect(await part([file('a'), file('b/c')], {})).toEqual({ kept: ['a', 'b/c'], changes: none, hashed: [] })
})

test('a named file stays out, whatever is written into it', async () => {
  expect(await part([file('a'), file('b')], { files: [row(1, 'a')] })).toEqual({
    kept: ['b'],
    changes: none,
    hashed: []
  })
  const edited = await part([file('a', { sizeBytes: 11 })], { files: [row(1, 'a')] }, { contents: { a: 'new' } })
  expect(edited.kept).toEqual([])
  expect(edited.changes.seen).toEqual([row(1, 'a', { sizeBytes: 11, contentHash: 'new' })])
})

test('moved or renamed, it stays out under its new path; a copy beside it does not', async () => {
  const moved = await part([file('z/b')], { files: [row(1, 'a')] }, { contents: { 'z/b': 'a' } })
  expect(moved).toMatchObject({ kept: [], changes: { seen: [row(1, 'z/b', { contentHash: 'a' })] } })
  const copied = await part([file('a'), file('b')], { files: [row(1, 'a')] }, { contents: { b: 'a' } })
  expect(copied).toEqual({ kept: ['b'], changes: none, hashed: [] })
  const other = await part([file('b')], { files: [row(1, 'a')] })
  expect(other).toMatchObject({ kept: ['b'], changes: { seen: [row(1, 'a', { isThere: false })] } })
})

test('a file that an item was moved to is that item’s, not the excluded one’s', async () => {
  const result = await part(
    [file('c')],
    { files: [row(1, 'a', { isThere: false })] },
    { known: [item(7, 'b', 'a')], contents: { c: 'a' } }
  )
  expect(result).toMatchObject({ kept: ['c'], changes: none })
})

test('deleted, it is no longer counted but stays named; back again, it is still out', async () => {
  const gone = await part([], { files: [row(1, 'a')] })
  expect(gone.changes.seen).toEqual([row(1, 'a', { isThere: false })])
  const back = await part([file('a')], { files: [row(1, 'a', { isThere: false })] })
  expect(back).toMatchObject({ kept: [], changes: { seen: [row(1, 'a')] } })
})

test('of what could not be looked at nothing changes', async () => {
  const hidden = await part([], { files: [row(1, 'x/a'), row(2, 'x/b', { withinId: 3 })] }, { problems: ['x'] })
  expect(hidden.changes).toEqual(none)
})

test('a folder is excluded by its place: what comes in is out, what leaves is in', async () => {
  const folders = [{ excludedId: 5, path: 'x' }]
  const result = await part([file('x/new'), file('x/y/deep'), file('xy/near'), file('out')], {
    folders,
    files: [row(6, 'x/out', { withinId: 5, contentHash: 'out' })]
  })
  expect(result.kept).toEqual(['xy/near', 'out'])
  expect(result.changes).toEqual({
    seen: [],
    found: [
      { withinId: 5, file: file('x/new') },
      { withinId: 5, file: file('x/y/deep') }
    ],
    gone: [6]
  })
  expect(result.hashed).toEqual([])
})

test('what was named before it was ever read is hashed once, to be followed from then on', async () => {
  const first = await part([file('a')], { files: [row(1, 'a', { contentHash: null, isThere: false })] })
  expect(first).toMatchObject({ kept: [], hashed: ['a'], changes: { seen: [row(1, 'a')] } })
})
