import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Changes, FoundFile, KnownFile } from '../../../src/main/engine/base/domain.ts'
import { compare } from '../../../src/main/engine/stages/library/compare.ts'

/** A file of an imagined folder; its size follows from its content, as on a disk. */
interface Drawn {
  path: string
  content: string
  modifiedMs: number
  sidecars: string
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function found({ path, content, modifiedMs, sidecars }: Drawn): FoundFile {
  const sidecarPaths = sidecars === '' ? [] : [`${path}.xmp`]
  return { path, sizeBytes: content.length, modifiedMs, sidecarPaths, sidecarStamp: sidecars }
}

function known(file: Drawn, itemId: number, wasRead = true): KnownFile {
  return {
    ...found(file),
    itemId,
    status: wasRead ? 'indexed' : 'waiting',
    contentHash: wasRead ? sha256(file.content) : null
  }
}

/** Hashes what is on the imagined disk and remembers what was asked. */
function disk(files: readonly Drawn[]): { hash: (file: FoundFile) => Promise<string>; asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    hash: file => {
      asked.push(file.path)
      return Promise.resolve(sha256(files.find(({ path }) => path === file.path)!.content))
    }
  }
}

const file = (path: string, content = path, modifiedMs = 1, sidecars = ''): Drawn => ({
  path,
  content,
  modifiedMs,
  sidecars
})

async function changesBetween(before: readonly Drawn[], after: readonly Drawn[], problems: readonly string[] = []) {
  const { hash, asked } = disk(after)
  const changes = await compare(
    after.map(found),
    before.map((drawn, i) => known(drawn, i + 1)),
    problems.map(path => ({ path, reason: 'no' })),
    hash
  )
  return { changes, asked, paths: pathsOf(changes) }
}

/** Only the lists that are not empty, by path. */
function pathsOf(changes: Changes): Record<string, string[]> {
  const lists: [string, string[]][] = Object.entries(changes).map(([name, list]: [string, readonly object[]]) => [
    name,
    list.map(one =>
      'known' in one
        ? `${(one as { known: KnownFile }).known.path} → ${(one as unknown as { found: FoundFile }).found.path}`
        : (one as FoundFile).path
    )
  ])
  return Object.fromEntries(lists.filter(([, paths]) => paths.length > 0))
}

test('an unchanged folder is unchanged, and nothing in it is read', async () => {
  const files = [file('a.jpg'), file('b/c.md')]
  const { paths, asked } = await changesBetween(files, files)
  expect(paths).toEqual({ unchanged: ['a.jpg', 'b/c.md'] })
  expect(asked).toEqual([])
})

test('new, edited and deleted files are told apart without reading any', async () => {
  const { paths, asked } = await changesBetween(
    [file('edited.md', 'one'), file('deleted.jpg')],
    [file('edited.md', 'longer', 2), file('new.png')]
  )
  expect(paths).toEqual({ added: ['new.png'], changed: ['edited.md → edited.md'], gone: ['deleted.jpg'] })
  expect(asked).toEqual([])
})

test('another time with the same size: the content decides', async () => {
  const before = [file('same.jpg', 'abc'), file('other.jpg', 'abc')]
  const { paths, asked } = await changesBetween(before, [file('same.jpg', 'abc', 2), file('other.jpg', 'xyz', 2)])
  expect(paths).toEqual({ touched: ['same.jpg → same.jpg'], changed: ['other.jpg → other.jpg'] })
  expect(asked).toEqual(['same.jpg', 'other.jpg'])
})

test('a renamed file is recognised by its content; only new files as large as a missing one are read', async () => {
  const { paths, asked } = await changesBetween(
    [file('old.jpg', 'content'), file('stays.jpg', 's')],
    [file('new/place.jpg', 'content'), file('stays.jpg', 's'), file('unrelated.jpg', 'of another size')]
  )
  expect(paths).toEqual({ added: ['unrelated.jpg'], moved: ['old.jpg → new/place.jpg'], unchanged: ['stays.jpg'] })
  expect(asked).toEqual(['new/place.jpg'])
})

test('a name that only changed its case is a move where the disk tells cases apart by nothing else', async () => {
  const { paths } = await changesBetween([file('IMG.JPG', 'x')], [file('img.jpg', 'x')])
  expect(paths).toEqual({ moved: ['IMG.JPG → img.jpg'] })
})

test('a copy of a file that is still there is new', async () => {
  const { paths } = await changesBetween([file('a.jpg', 'x')], [file('a.jpg', 'x'), file('copy.jpg', 'x')])
  expect(paths).toEqual({ added: ['copy.jpg'], unchanged: ['a.jpg'] })
})

test('copies that move together keep their own names', async () => {
  const { paths } = await changesBetween(
    [file('x/a.jpg', 'c'), file('x/b.jpg', 'c')],
    [file('y/b.jpg', 'c'), file('y/a.jpg', 'c')]
  )
  expect(paths).toEqual({ moved: ['x/b.jpg → y/b.jpg', 'x/a.jpg → y/a.jpg'] })
})

test('other sidecars mean that only the description changed, even when the file was touched too', async () => {
  const { paths } = await changesBetween(
    [file('a.jpg', 'x', 1, 's1'), file('b.jpg', 'y', 1, ''), file('c.jpg', 'z', 1, 's3')],
    [file('a.jpg', 'x', 1, 's2'), file('b.jpg', 'y', 2, 's1'), file('c.jpg', 'zz', 1, 's4')]
  )
  expect(paths).toEqual({ described: ['a.jpg → a.jpg', 'b.jpg → b.jpg'], changed: ['c.jpg → c.jpg'] })
})

test('a file that was never read cannot be the same as another', async () => {
  const { hash } = disk([file('b.jpg', 'x'), file('c.jpg', 'y', 2)])
  const changes = await compare(
    [found(file('b.jpg', 'x')), found(file('c.jpg', 'y', 2))],
    [known(file('a.jpg', 'x'), 1, false), known(file('c.jpg', 'y'), 2, false)],
    [],
    hash
  )
  expect(pathsOf(changes)).toEqual({ added: ['b.jpg'], changed: ['c.jpg → c.jpg'], gone: ['a.jpg'] })
})

test('nothing at or below a problem is gone, and nothing beside it is spared', async () => {
  const before = [file('locked/a.jpg'), file('locked/deep/b.jpg'), file('locked.jpg'), file('c.jpg'), file('odd.jpg')]
  const { paths } = await changesBetween(before, [], ['locked', 'odd.jpg'])
  expect(paths).toEqual({ unchanged: ['locked/a.jpg', 'locked/deep/b.jpg', 'odd.jpg'], gone: ['locked.jpg', 'c.jpg'] })
  expect((await changesBetween(before, [], [''])).paths).toEqual({ unchanged: before.map(({ path }) => path) })
})

test('a file that cannot be read for its hash counts as different; a bug in hashing is not swallowed', async () => {
  const before = [known(file('a.jpg', 'x'), 1), known(file('b.jpg', 'y'), 2)]
  const after = [found(file('a.jpg', 'x', 2)), found(file('c.jpg', 'y'))]
  const locked = Object.assign(new Error('no'), { code: 'EACCES' })
  const changes = await compare(after, before, [], () => Promise.reject(locked))
  expect(pathsOf(changes)).toEqual({ changed: ['a.jpg → a.jpg'], added: ['c.jpg'], gone: ['b.jpg'] })
  await expect(compare(after, before, [], () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug')
})

// ── against a naive second way ──────────────────────────────────────────────────────────────────────────────────────

const path = fc.constantFrom<string>('a.jpg', 'b.jpg', 'c.jpg', 'x/a.jpg', 'x/b.jpg', 'x/y/a.jpg', 'z/c.jpg', 'xx.jpg')
const drawn = fc.record({
  path,
  content: fc.constantFrom('', 'p', 'q', 'pq', 'qp', 'pqr'),
  modifiedMs: fc.integer({ min: 1, max: 3 }),
  sidecars: fc.constantFrom('', '', 's1', 's2')
})
const folderOf = fc.uniqueArray(drawn, { selector: one => one.path, maxLength: 8 })
const problem = fc.constantFrom('x', 'x/y', 'z', 'b.jpg')

test('applied to what was known, the changes give exactly what was found; every file is in one list', async () => {
  await fc.assert(
    fc.asyncProperty(
      folderOf,
      folderOf,
      fc.uniqueArray(problem, { maxLength: 1 }),
      fc.nat(),
      async (before, after, problems, unread) => {
        const isHidden = (path: string): boolean => problems.some(at => path === at || path.startsWith(`${at}/`))
        const disk = after.filter(({ path }) => !isHidden(path))
        const items = before.map((one, i) => known(one, i + 1, i !== unread % 9))
        const content = new Map(after.map(one => [one.path, one.content]))
        const changes = await compare(
          disk.map(found),
          items,
          problems.map(path => ({ path, reason: '' })),
          ({ path }) => Promise.resolve(sha256(content.get(path)!))
        )

        const pairs = [...changes.changed, ...changes.moved, ...changes.touched, ...changes.described]
        const library = new Map(items.map(one => [one.itemId, found({ ...before[one.itemId - 1]! })]))
        for (const { itemId } of changes.gone) library.delete(itemId)
        for (const pair of pairs) library.set(pair.known.itemId, pair.found)
        const result = [...library.values(), ...changes.added]
        const byPath = (a: FoundFile, b: FoundFile): number => (a.path < b.path ? -1 : 1)
        const expected = [...disk.map(found), ...before.filter(({ path }) => isHidden(path)).map(found)]
        expect(result.sort(byPath)).toEqual(expected.sort(byPath))

        const foundIn = [
          ...changes.added,
          ...pairs.map(pair => pair.found),
          ...changes.unchanged.filter(one => !isHidden(one.path))
        ]
        const knownIn = [...changes.gone, ...changes.unchanged, ...pairs.map(pair => pair.known)]
        expect(foundIn.map(one => one.path).sort()).toEqual(disk.map(one => one.path).sort())
        expect(knownIn.map(one => one.itemId).sort()).toEqual(items.map(one => one.itemId).sort())

        // Content: kept items really have it (or neither size nor time says otherwise), and nothing known is read again for nothing.
        const proven = changes.described.filter(pair => pair.known.modifiedMs !== pair.found.modifiedMs)
        for (const pair of [...changes.moved, ...changes.touched, ...proven])
          expect(pair.known.contentHash).toBe(sha256(content.get(pair.found.path)!))
        const lost = changes.gone.map(one => one.contentHash).filter(hash => hash !== null)
        for (const added of changes.added) expect(lost).not.toContain(sha256(content.get(added.path)!))
      }
    ),
    { numRuns: 500 }
  )
})
