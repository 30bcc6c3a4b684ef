/** Folders as other programs write them, from files to hits. */
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import { write } from '../stages/library/folders.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const library = join(folder, 'library')
const tag = `${'e'.repeat(32)}.md`
const item = (id: string, type: number, text: string, more = ''): string =>
  `${text}${text === '' ? '' : '\n\n'}id: ${id.repeat(32)}\n${more}type_: ${type}`
let engine: Engine

beforeAll(async () => {
  const jpeg = (background: string): Promise<Buffer> =>
    sharp({ create: { width: 32, height: 32, channels: 3, background } })
      .jpeg()
      .toBuffer()
  const gallery = 'resources:\n- src: tram.jpg\n  title: A yellow funicular\n- src: "t*.jpg"\n  title: Painted azulejos'
  write(library, 'site/lisbon/index.md', `---\ntitle: Lisbon\n${gallery}\n---\n`)
  write(library, 'site/lisbon/tram.jpg', await jpeg('#fd0'))
  write(library, 'site/lisbon/tiles.jpg', await jpeg('#04f'))
  write(
    library,
    `joplin/${'a'.repeat(32)}.md`,
    item('a', 1, 'Beehive\n\nFull of brood.', `parent_id: ${'c'.repeat(32)}\n`)
  )
  write(library, `joplin/${'c'.repeat(32)}.md`, item('c', 2, 'Apiary'))
  write(library, `joplin/${tag}`, item('e', 5, 'honey'))
  write(
    library,
    `joplin/${'f'.repeat(32)}.md`,
    item('f', 6, '', `note_id: ${'a'.repeat(32)}\ntag_id: ${'e'.repeat(32)}\n`)
  )
  write(library, 'logseq/pages/water___mill.md', 'alias:: Wheelhouse\n\n- Grinds rye.')
  write(library, 'logseq/pages/day.md', '- Walked to [[wheelhouse]].')
  engine = await openRealEngine(join(folder, 'data'))
  await indexAll(engine, library)
})

afterAll(() => engine.close())

const found = async (text: string): Promise<string[]> =>
  (await engine.client.search({ text })).hits.map(({ path }) => path.slice(library.length + 1)).sort()

test('captions in front matter find the photos, each with its page', async () => {
  expect(await found('funicular')).toContain('site/lisbon/tram.jpg')
  expect(await found('azulejos')).toContain('site/lisbon/tiles.jpg')
})

test('records of Joplin are no failures, and a tag that is renamed is found by its new name', async () => {
  expect(await engine.client.failures({})).toEqual([])
  const note = `joplin/${'a'.repeat(32)}.md`
  expect(await found('tag:honey')).toEqual([note])
  expect(await found('apiary')).toEqual([note])
  writeFileSync(join(library, 'joplin', tag), item('e', 5, 'nectar'))
  utimesSync(join(library, 'joplin', tag), 1_800_000_000, 1_800_000_000)
  await indexAll(engine)
  expect([await found('tag:honey'), await found('tag:nectar')]).toEqual([[], [note]])
})

test('a wikilink leads to a page by its alias', async () => {
  const idOf = (path: string): number => engine.findPath(join(library, path)) ?? 0
  const mill = idOf('logseq/pages/water___mill.md')
  expect((await engine.client.item({ itemId: mill })).title).toBe('water/mill')
  const shown = await engine.client.noteText({ itemId: idOf('logseq/pages/day.md') })
  expect(JSON.stringify(shown)).toContain(`"itemId":${mill}`)
})
