import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hit } from '../../src/shared/searching.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { paint } from '../stages/library/drawn/paint.ts'
import { imagine, type Picture } from '../stages/library/drawn/world.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
let engine: Engine

/** Of a day at the beach: what a note shows, and what the library has never seen. */
const regatta = (seed: number, count: 1 | 2 | 3 = 1): Picture => ({
  ...{ object: 'boat', colour: 'yellow', scene: 'beach', light: 'sunset' },
  ...{ count, seed }
})
const jpegOf = (picture: Picture): Promise<Buffer> =>
  sharp(paint(picture, 320, 240))
    .jpeg()
    .toBuffer()

beforeAll(async () => {
  const library = join(folder, 'library')
  await mkdir(join(library, 'photos'), { recursive: true })
  const others = imagine(150, chanceFrom(7)).filter(({ object, colour }) => object !== 'boat' && colour !== 'yellow')
  for (const [i, picture] of others.entries())
    await writeFile(join(library, 'photos', `${i}.jpg`), await jpegOf(picture))
  for (const seed of [1, 2, 3, 4, 5])
    await writeFile(join(library, 'photos', `regatta-${seed}.jpg`), await jpegOf(regatta(seed)))
  const shows = (name: string): string => `![](photos/${name}.jpg)`
  await writeFile(
    join(library, 'Regatta.md'),
    `We went out early.\n\n${[1, 2, 4, 5].map(n => shows(`regatta-${n}`)).join('\n')}\n`
  )
  for (const n of [0, 1, 2, 3, 4, 5])
    await writeFile(join(library, `Day ${n}.md`), `Nothing happened.\n\n${shows(`${n}`)}\n`)
  engine = await openRealEngine(join(folder, 'data'), [await buildDrawnPack(join(folder, 'models'))])
  await indexAll(engine, library)
})

afterAll(() => engine.close())

const askWith = async (picture: Picture, text = ''): Promise<readonly Hit[]> => {
  const { imageId, itemId } = await engine.client.openImage({ bytes: new Uint8Array(await jpegOf(picture)) })
  expect(itemId).toBeNull()
  return (await engine.client.search({ text, imageId })).hits
}
const notesThatBelong = (hits: readonly Hit[]): Hit[] => hits.filter(hit => hit.kind === 'note' && hit.isRelevant)

test('a picture that the library has never seen finds the note that shows photos like it, and says which photo', async () => {
  const hits = await askWith(regatta(99))
  const belonging = notesThatBelong(hits)
  expect(belonging.map(({ title }) => title)).toEqual(['Regatta'])
  const shown = belonging[0]!.reasons.find(({ kind }) => kind === 'shown')
  expect(shown).toMatchObject({ title: expect.stringMatching(/^regatta-[1245]/) as string, like: {} })
  expect(shown?.kind === 'shown' && shown.like!.cosine).toBeGreaterThan(0.5)
  const photo = await engine.client.item({ itemId: shown?.kind === 'shown' ? shown.like!.itemId : 0 })
  expect(photo.path).toMatch(/regatta-[1245]\.jpg$/)
  const reasons = belonging[0]!.reasons.reduce((sum, { share }) => sum + share, 0)
  expect(reasons).toBeCloseTo(1)
})

test('a filter that lets only notes through does not keep their photos from speaking for them', async () => {
  const hits = await askWith(regatta(98), 'type:note')
  expect(hits.every(({ kind }) => kind === 'note')).toBe(true)
  expect(notesThatBelong(hits)[0]?.title).toBe('Regatta')
})

test('a picture of something else has no note', async () => {
  const stranger: Picture = { object: 'boat', colour: 'black', scene: 'room', light: 'night', count: 3, seed: 5 }
  expect(notesThatBelong(await askWith(stranger))).toEqual([])
})

test('a photo of the library that no note shows finds the note that shows others like it', async () => {
  const itemId = engine.findPath(join(folder, 'library', 'photos', 'regatta-3.jpg'))!
  const { hits } = await engine.client.search({ text: `like:${itemId}` })
  expect(notesThatBelong(hits).map(({ title }) => title)).toEqual(['Regatta'])
})
