import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutsideLinkEntry } from '../../src/shared/outside-links.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import { folderWith } from '../stages/library/folders.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

let root: string
let library: string
let outside: string
let engine: Engine

beforeEach(async () => {
  root = folderWith({ 'library/own.md': 'a boat of my own', 'outside/secret.md': 'a boat of theirs' })
  library = join(root, 'library')
  outside = join(root, 'outside')
  await symlink(outside, join(library, 'link'))
  await mkdir(join(library, 'album'))
  await symlink(join(outside, 'secret.md'), join(library, 'album', 'holiday.md'))
  engine = await openRealEngine(join(root, 'data'))
})
afterEach(() => engine.close())

const found = async (): Promise<string[]> =>
  (await engine.client.search({ text: '"boat"' })).hits.map(hit => hit.path.slice(library.length + 1)).sort()
const links = async (): Promise<readonly OutsideLinkEntry[]> => (await engine.client.outsideLinks({})).entries
const idOf = async (kind: OutsideLinkEntry['kind']): Promise<string> =>
  (await links()).find(link => link.kind === kind)?.linkId ?? ''
const say = async (kind: OutsideLinkEntry['kind'], answer: 'included' | 'left-out'): Promise<void> => {
  await engine.client.answerOutsideLinks({ linkIds: [await idOf(kind)], answer })
  await engine.idle()
}
const countsAddUp = async (eligible: number, unreachable = 0): Promise<void> => {
  const library = await engine.client.library({})
  expect(library).toMatchObject({ eligible, indexed: eligible - unreachable, unreachable, failed: 0, waiting: 0 })
}

test('nothing behind a link that leads out is read until the person says so, and then it is', async () => {
  await indexAll(engine, library)
  expect(await found()).toEqual(['own.md'])
  await countsAddUp(1)
  expect(await engine.client.outsideLinks({})).toMatchObject({
    ...{ total: 2, asked: 2 },
    entries: [
      { kind: 'folder', path: join(library, 'link'), target: outside, links: 1, answer: null },
      { kind: 'files', path: join(library, 'album'), target: outside, links: 1, answer: null }
    ]
  })

  await say('folder', 'included')
  // What is let in by one link is in the library, for the other link too.
  expect(await found()).toEqual(['album/holiday.md', 'link/secret.md', 'own.md'])
  await countsAddUp(3)
  expect((await links()).map(({ kind, answer }) => [kind, answer])).toEqual([['folder', 'included']])

  await say('folder', 'left-out')
  // Left out is what is there, by whatever way: the other link is asked about again.
  expect(await found()).toEqual(['own.md'])
  await countsAddUp(1)
  expect(await readFile(join(outside, 'secret.md'), 'utf8')).toBe('a boat of theirs')
  await say('folder', 'included')
  expect(await found()).toContain('link/secret.md')
})

test('links to files are let in, and left out again, without the files beside them', async () => {
  await writeFile(join(library, 'album', 'beside.md'), 'a boat beside')
  await indexAll(engine, library)
  await say('files', 'included')
  expect(await found()).toEqual(['album/beside.md', 'album/holiday.md', 'own.md'])
  await say('files', 'left-out')
  expect(await found()).toEqual(['album/beside.md', 'own.md'])
  await indexAll(engine)
  expect(await found()).toEqual(['album/beside.md', 'own.md'])
})

test('what was answered is not asked again: after a scan, a restart, and a damaged database', async () => {
  await indexAll(engine, library)
  await say('folder', 'left-out')
  await say('files', 'included')
  const answers = async (): Promise<unknown> => [
    (await engine.client.outsideLinks({})).asked,
    (await links()).map(({ kind, answer }) => [kind, answer]).sort()
  ]
  const said = [
    0,
    [
      ['files', 'included'],
      ['folder', 'left-out']
    ]
  ]
  await indexAll(engine)
  expect(await answers()).toEqual(said)
  await engine.close()
  engine = await openRealEngine(join(root, 'data'))
  expect(await answers()).toEqual(said)

  await engine.close()
  await writeFile(join(root, 'data', 'reverie.db'), 'damaged '.repeat(1000))
  for (const suffix of ['-wal', '-shm']) await rm(join(root, 'data', `reverie.db${suffix}`), { force: true })
  engine = await openRealEngine(join(root, 'data'), [], { rebuild: true })
  await indexAll(engine)
  expect(await answers()).toEqual(said)
  expect(await found()).toEqual(['album/holiday.md', 'own.md'])
})

test('a link that leads elsewhere by now is asked about anew', async () => {
  await indexAll(engine, library)
  await say('folder', 'included')
  await rm(join(library, 'link'))
  await mkdir(join(root, 'elsewhere'))
  await writeFile(join(root, 'elsewhere', 'far.md'), 'a boat far away')
  await symlink(join(root, 'elsewhere'), join(library, 'link'))
  await indexAll(engine)
  expect(await found()).not.toContain('link/far.md')
  expect((await links()).filter(({ answer }) => answer === null).map(({ target }) => target)).toEqual([
    join(root, 'elsewhere')
  ])
})

test('what an older version read through a link stays found until somebody answers', async () => {
  await indexAll(engine, library)
  await say('folder', 'included')
  await say('folder', 'included')
  await engine.close()
  // As it was before anybody could be asked: files are known, and no answer is.
  const store = openStore({ folder: join(root, 'data') })
  store.settings.set('linkAnswers', undefined)
  store.close()
  engine = await openRealEngine(join(root, 'data'))
  await indexAll(engine)
  expect(await found()).toEqual(['album/holiday.md', 'link/secret.md', 'own.md'])
  await countsAddUp(3, 2)
  expect((await engine.client.outsideLinks({})).asked).toBe(2)

  // A rebuild reads everything again but this: what it says by now is behind links that nobody has answered.
  await writeFile(join(root, 'outside', 'secret.md'), 'a zeppelin by now')
  await engine.client.rebuildLibrary({})
  await engine.idle()
  expect(await found()).toEqual(['album/holiday.md', 'link/secret.md', 'own.md'])
  expect((await engine.client.search({ text: 'zeppelin', wordsOnly: true })).hits).toEqual([])
  const { places } = await engine.client.unreachable({})
  expect(places.map(({ files, reason }) => [files, reason])).toEqual([
    [1, expect.stringContaining('Say whether Reverie may follow it')],
    [1, expect.stringContaining('Say whether Reverie may follow it')]
  ])

  await say('files', 'left-out')
  expect(await found()).toEqual(['link/secret.md', 'own.md'])
  await say('folder', 'left-out')
  expect(await found()).toEqual(['own.md'])
  await countsAddUp(1)
})

test('an answer to a link that nobody was asked about is refused, and nothing is changed', async () => {
  await indexAll(engine, library)
  await expect(
    engine.client.answerOutsideLinks({ linkIds: [await idOf('folder'), 'unknown'], answer: 'included' })
  ).rejects.toMatchObject({ code: 'not-found' })
  expect((await engine.client.outsideLinks({})).asked).toBe(2)
})

test('a folder of the system cannot be chosen', async context => {
  context.skip(process.platform !== 'linux', 'these are Linux’s')
  for (const path of ['/proc', '/sys', '/dev', '/proc/self'])
    await expect(engine.client.addFolder({ path })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('Nothing was changed') as string
    })
  expect((await engine.client.library({})).folders).toEqual([])
})
