import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, parse } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, scanAll } from './folders.ts'

test('links that lead out of the library are told, with where they lead, and not followed', async () => {
  const outside = folderWith({ 'o.jpg': '', 'sub/p.jpg': '', 'keys/id.txt': 'secret', 'keys/other.txt': 'secret' })
  const folder = folderWith({ 'm/a.jpg': '' })
  symlinkSync(outside, join(folder, 'm', 'out'))
  symlinkSync(dirname(folder), join(folder, 'up'))
  symlinkSync(parse(folder).root, join(folder, 'disk'))
  symlinkSync(join(outside, 'o.jpg'), join(folder, 'm', 'o.jpg'))
  symlinkSync(join(outside, 'keys', 'id.txt'), join(folder, 'm', 'holiday.txt'))
  symlinkSync(join(outside, 'keys', 'other.txt'), join(folder, 'm', 'more.txt'))
  // Not eligible, so nobody has to be asked.
  symlinkSync(join(outside, 'keys', 'id.txt'), join(folder, 'm', 'holiday.mp4'))

  const { paths, problems, outside: links } = await scanAll(folder)
  expect(paths).toEqual(['m/a.jpg'])
  expect(problems).toEqual([])
  expect(links).toEqual([
    { kind: 'folder', path: 'disk', target: parse(folder).root, links: ['disk'] },
    { kind: 'folder', path: 'up', target: dirname(folder), links: ['up'] },
    {
      ...{ kind: 'files', path: 'm', target: join(outside, 'keys') },
      links: ['m/holiday.txt', 'm/more.txt']
    },
    { kind: 'files', path: 'm', target: outside, links: ['m/o.jpg'] },
    { kind: 'folder', path: 'm/out', target: outside, links: ['m/out'] }
  ])
})

test('what the person let in is followed, and what it leads to is the library’s for other links too', async () => {
  const outside = folderWith({ 'o.jpg': '', 'sub/p.jpg': '' })
  const far = folderWith({ 'q.jpg': '' })
  symlinkSync(far, join(outside, 'far'))
  symlinkSync(join(outside, 'o.jpg'), join(outside, 'sub', 'same.jpg'))
  const folder = folderWith({ 'a.jpg': '' })
  symlinkSync(outside, join(folder, 'out'))
  symlinkSync(join(outside, 'o.jpg'), join(folder, 'linked.jpg'))
  symlinkSync(join(far, 'q.jpg'), join(folder, 'q.jpg'))

  const letIn = [{ kind: 'folder', path: 'out', target: outside }] as const
  const one = await scanAll(folder, undefined, { roots: [], included: letIn })
  expect(one.paths).toEqual(['a.jpg', 'linked.jpg', 'out/o.jpg', 'out/sub/p.jpg', 'out/sub/same.jpg'])
  expect(one.outside.map(({ kind, path, target }) => [kind, path, target])).toEqual([
    ['files', '', far],
    ['folder', 'out/far', far]
  ])
  const files = await scanAll(folder, undefined, { roots: [], included: [{ kind: 'files', path: '', target: far }] })
  expect(files.paths).toEqual(['a.jpg', 'q.jpg'])
})

test('a link that leads elsewhere by now is asked about anew', async () => {
  const [first, second] = [folderWith({ 'a.jpg': '' }), folderWith({ 'b.jpg': '' })]
  const folder = folderWith()
  symlinkSync(first, join(folder, 'link'))
  const rules = { roots: [], included: [{ kind: 'folder', path: 'link', target: first }] } as const
  expect((await scanAll(folder, undefined, rules)).paths).toEqual(['link/a.jpg'])
  rmSync(join(folder, 'link'))
  symlinkSync(second, join(folder, 'link'))
  const { paths, outside } = await scanAll(folder, undefined, rules)
  expect([paths, outside.map(({ target }) => target)]).toEqual([[], [second]])
})

test('links between chosen folders, and to hidden places of the same one, are followed as ever', async () => {
  const other = folderWith({ 'b.jpg': '' })
  const folder = folderWith({ '.git/annex/objects/x.jpg': '1', 'a.jpg': '' })
  symlinkSync(join(folder, '.git/annex/objects/x.jpg'), join(folder, 'annexed.jpg'))
  symlinkSync(other, join(folder, 'other'))
  mkdirSync(join(folder, 'deep'))
  symlinkSync(folder, join(folder, 'deep', 'loop'))
  const { paths, outside } = await scanAll(folder, undefined, { roots: [other], included: [] })
  expect(paths).toEqual(['a.jpg', 'annexed.jpg', 'other/b.jpg'])
  expect(outside).toEqual([])
})

test('a folder whose name begins like a chosen one is outside', async () => {
  const folder = folderWith({ 'photos/a.jpg': '', 'photos-of-others/b.jpg': '' })
  symlinkSync(join(folder, 'photos-of-others'), join(folder, 'photos', 'link'))
  const { paths, outside } = await scanAll(join(folder, 'photos'))
  expect([paths, outside.length]).toEqual([['a.jpg'], 1])
})
