import { readFile, readlink, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../tools/temporary-folder.ts'
import { chanceFrom } from './chance.ts'
import { drawAnew, drawLibrary, drawnPairs, type DrawnLibrary } from './draw.ts'
import { paint } from './paint.ts'
import { captionOf, imagine } from './world.ts'

describe('the drawn library', () => {
  const folder = temporaryFolder()
  const secondFolder = temporaryFolder()
  let library: DrawnLibrary
  beforeAll(async () => {
    library = await drawAnew(folder)
  })

  test('holds enough photos and notes, no two with one caption, and counts itself', () => {
    const { photos, notes, failures, expected } = library
    expect(photos.length).toBeGreaterThanOrEqual(64)
    expect(notes.length).toBeGreaterThanOrEqual(24)
    expect(new Set(photos.map(photo => photo.caption)).size).toBe(photos.length)
    expect(new Set([...photos, ...notes].map(file => file.path)).size).toBe(photos.length + notes.length)
    expect(expected).toEqual({
      eligible: photos.length + notes.length + failures.length,
      indexed: photos.length + notes.length,
      failed: failures.length
    })
  })

  test('leaves photos that only their picture tells of: no description, no note, no telling name', () => {
    const told = new Set(library.pairs.map(pair => pair.photo))
    const untold = library.photos.filter(
      ({ path, caption }) => !told.has(path) && !path.includes(caption.toLowerCase())
    )
    expect(untold.length).toBeGreaterThan(20)
  })

  test('every photo, turned as its file says, is the picture that was painted', async () => {
    for (const { path, picture, widthPx, heightPx, orientation } of library.photos) {
      const file = sharp(await readFile(join(folder, path)))
      expect((await file.metadata()).orientation ?? 1, path).toBe(orientation)
      const upright = await file.autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true })
      expect([upright.info.width, upright.info.height], path).toEqual([widthPx, heightPx])
      const painted = await sharp(paint(picture, widthPx, heightPx))
        .removeAlpha()
        .raw()
        .toBuffer()
      const difference = upright.data.reduce((sum, byte, i) => sum + Math.abs(byte - painted[i]!), 0) / painted.length
      expect(difference, path).toBeLessThan(6)
    }
  })

  test('notes show photos that exist, and say what they say they say', async () => {
    const photos = new Set(library.photos.map(photo => photo.path))
    expect(library.notes.flatMap(note => note.shows).every(path => photos.has(path))).toBe(true)
    const markdown = library.notes.filter(note => note.format === 'markdown')
    for (const { path, sentence } of markdown) expect(await readFile(join(folder, path), 'utf8')).toContain(sentence)
    expect(new Set(library.notes.map(note => note.sentence)).size).toBe(library.notes.length)
  })

  test('trouble is there', async () => {
    for (const path of [...library.failures.map(failure => failure.path), ...library.unseen])
      expect((await stat(join(folder, path))).isFile(), path).toBe(true)
    if (process.platform !== 'win32') expect(await readlink(join(folder, 'Family/back to the start'))).toBe(folder)
  })

  test('is the same again from the same seed, byte for byte, and another from another', async () => {
    // Drawn by another process perhaps, and copied from the cache with its dates and a loop of its own.
    const again = await drawLibrary(secondFolder)
    expect(again).toEqual({ ...library, folder: secondFolder })
    for (const { path } of [...library.photos, ...library.notes]) {
      const [one, other] = [join(folder, path), join(again.folder, path)]
      expect(await readFile(other), path).toEqual(await readFile(one))
      expect((await stat(other)).mtimeMs, path).toBe((await stat(one)).mtimeMs)
    }
    if (process.platform !== 'win32')
      expect(await readlink(join(secondFolder, 'Family/back to the start'))).toBe(secondFolder)
    const captions = (seed: number): string[] => imagine(64, chanceFrom(seed)).map(captionOf)
    expect(captions(2)).not.toEqual(captions(1))
  })
})

describe('drawn pairs', () => {
  const folder = temporaryFolder()
  test('list every picture with two captions', async () => {
    const lines = (await readFile(await drawnPairs(folder, 20, 3), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(20)
    for (const line of lines) {
      const { image, captions } = JSON.parse(line) as { image: string; captions: string[] }
      expect(captions).toHaveLength(2)
      expect((await sharp(join(folder, image)).metadata()).format).toBe('jpeg')
    }
  })
})
