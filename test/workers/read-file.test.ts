import { copyFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { hashFile } from '../../src/main/engine/base/hash-file.ts'
import { identifyFile, type IdentifiedFile } from '../../src/main/engine/workers/identify-file.ts'
import { readIdentified, type ReadContent } from '../../src/main/engine/workers/read-file.ts'
import type { ReadFailure } from '../../src/main/engine/base/domain.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
let drawn: DrawnLibrary

beforeAll(async () => {
  drawn = await drawLibrary(join(folder, 'drawn'))
})

const photo = (i: number): string =>
  join(drawn.folder, drawn.photos.filter(({ path }) => path.endsWith('.jpg'))[i]?.path ?? '')

/** Identifies a file, lets something happen to it, and reads it. */
async function readAfter(path: string, happens: () => Promise<void>): Promise<ReadContent | ReadFailure> {
  const file = (await identifyFile(path)) as IdentifiedFile
  await happens()
  return readIdentified(file, { path, sidecarPaths: [], modifiedMs: 0, encodePicture: false }, () => 0)
}

test('a photo that is overwritten after it was hashed is not kept with the hash of the one and the picture of the other', async () => {
  const path = join(folder, 'photo.jpg')
  await copyFile(photo(0), path)
  expect(await readAfter(path, () => copyFile(photo(1), path))).toMatchObject({
    kind: 'failure',
    changedMeanwhile: true
  })
})

test('nor is one that has the same size and another time', async () => {
  const path = join(folder, 'touched.jpg')
  await copyFile(photo(0), path)
  expect(await readAfter(path, () => utimes(path, 1, 1))).toMatchObject({ changedMeanwhile: true })
})

test('a photo that nobody writes to is read', async () => {
  const path = photo(2)
  expect(await readAfter(path, () => Promise.resolve())).toMatchObject({
    kind: 'picture',
    reading: { contentHash: await hashFile(path) }
  })
})

test('a note that is overwritten after it was hashed has the hash of the text that was read', async () => {
  const path = join(folder, 'note.md')
  await writeFile(path, '# Boats')
  expect(await readAfter(path, () => writeFile(path, '# Kites'))).toMatchObject({
    title: 'Kites',
    contentHash: await hashFile(path)
  })
})
