import { chmod, copyFile, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let engine: Engine

beforeAll(async () => {
  library = await drawLibrary(join(folder, 'library'))
  engine = await openRealEngine(join(folder, 'data'))
  await indexAll(engine, library.folder)
})

afterAll(() => engine.close())

const photos = (): string[] => [...new Set(library.pairs.map(({ photo }) => join(library.folder, photo)))]
const idOf = (path: string): number => engine.findPath(path) ?? 0
const say = (path: string, caption: string) =>
  engine.client.say({ itemIds: [idOf(path)], caption, addTags: ['Küche'], isFavourite: true })
const isRoot = process.getuid?.() === 0

test('a sidecar beside the photo says what the person said, the photo is as it was, and a scan finds nothing new', async () => {
  const [path = ''] = photos()
  const before = { bytes: await readFile(path), mtimeMs: (await stat(path)).mtimeMs }
  await say(path, 'Zwetschgenknödel')
  const itemIds = [idOf(path), idOf(photos()[1] ?? '')]
  const { entries, total } = await engine.client.said({ itemIds })
  expect([total, entries.map(({ caption, items }) => [caption, items.map(({ itemId }) => itemId)])]).toEqual([
    1,
    [['Zwetschgenknödel', [idOf(path)]]]
  ])
  expect(await engine.client.said({ itemIds: itemIds.slice(1) })).toEqual({ entries: [], total: 0 })
  expect(await engine.client.writeSidecars({ itemIds: [idOf(path)] })).toEqual({ written: 1, same: 0, failed: [] })
  expect((await readFile(path)).equals(before.bytes)).toBe(true)
  expect((await stat(path)).mtimeMs).toBe(before.mtimeMs)
  expect((await readdir(dirname(path))).filter(name => name.endsWith('.new'))).toEqual([])
  expect(await readFile(`${path}.xmp`, 'utf8')).toContain('<rdf:li xml:lang="x-default">Zwetschgenknödel</rdf:li>')
  expect(await engine.client.writeSidecars({ itemIds: [idOf(path)] })).toEqual({ written: 0, same: 1, failed: [] })

  const detail = await engine.client.item({ itemId: idOf(path) })
  expect(await indexAll(engine)).toBe(0)
  expect(await engine.client.item({ itemId: idOf(path) })).toEqual(detail)
  // Read anew, the file says the same itself: found once, and not twice in the list of tags.
  await engine.client.rebuildLibrary({})
  await engine.idle()
  const again = await engine.client.item({ itemId: idOf(path) })
  expect(again.tags).toEqual(detail.tags)
  expect(again.description).toContain('Zwetschgenknödel')
})

test('all sidecars are written but those that cannot be: a link and one that is no XMP stay, each with its reason', async () => {
  const [one = '', two = '', three = ''] = photos()
  for (const path of [one, two, three]) await say(path, 'Quitten')
  await writeFile(`${two}.xmp`, 'no XMP at all')
  const elsewhere = join(folder, 'elsewhere.xmp')
  await copyFile(`${one}.xmp`, elsewhere)
  await symlink(elsewhere, `${three}.xmp`)
  const before = await readFile(elsewhere, 'utf8')
  const { written, failed } = await engine.client.writeSidecars({})
  expect(written).toBeGreaterThan(0)
  expect(failed.map(({ path }) => path).sort()).toEqual([two, three].sort())
  expect(failed.map(({ reason }) => reason).join()).toMatch(/not XMP that Reverie can add to/)
  expect(await readFile(`${two}.xmp`, 'utf8')).toBe('no XMP at all')
  expect(await readFile(elsewhere, 'utf8')).toBe(before)
  // Alone it is refused as a whole.
  await expect(engine.client.writeSidecars({ itemIds: [idOf(two)] })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(engine.client.writeSidecars({ itemIds: [999_999] })).rejects.toMatchObject({ code: 'not-found' })
})

test('a folder that may not be written to is refused in words', async context => {
  if (isRoot || process.platform === 'win32') context.skip('root, who may write everywhere; or Windows')
  const path = photos().at(-1) ?? ''
  await say(path, 'Quitten')
  await chmod(dirname(path), 0o555)
  try {
    await expect(engine.client.writeSidecars({ itemIds: [idOf(path)] })).rejects.toMatchObject({ code: 'read-only' })
  } finally {
    await chmod(dirname(path), 0o755)
  }
})

test('everything that was said is exported, with where its files are now', async () => {
  const [path = ''] = photos()
  await engine.client.judge({ text: 'Quitten', itemIds: [idOf(path)], verdict: 'right' })
  const said = await engine.client.exportSaid({})
  expect(said).toMatchObject({ format: 1, pairs: [], excluded: [] })
  expect(said.words).toHaveLength((await engine.client.said({})).total)
  expect(said.words.find(({ paths }) => paths.includes(path))).toMatchObject({
    ...{ caption: 'Quitten', addedTags: ['Küche'], isFavourite: true }
  })
  expect(said.hits).toMatchObject([{ question: 'quitten', text: 'Quitten', verdict: 'right', paths: [path] }])
})
