import { appendFile, cp, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import sharp from 'sharp'
import { cachedFolder } from '../../../tools/cached-folder.ts'
import { chanceFrom } from './chance.ts'
import { planNotes, type DrawnNote } from './notes.ts'
import { paint } from './paint.ts'
import { planPhotos, writePhoto, type DrawnPhoto } from './photos.ts'
import { loopPath, makeLoop, writeTrouble, type Trouble } from './trouble.ts'
import { captionOf, imagine, paraphraseOf } from './world.ts'

/** What a drawn library holds, so that a test can say what must be found. */
export interface DrawnLibrary extends Trouble {
  /** Absolute. */
  readonly folder: string
  readonly photos: readonly DrawnPhoto[]
  readonly notes: readonly DrawnNote[]
  /** Which photo belongs to which words, and where they stand. */
  readonly pairs: readonly { readonly photo: string; readonly text: string; readonly note: string | null }[]
  readonly expected: { readonly eligible: number; readonly indexed: number; readonly failed: number }
}

export interface DrawOptions {
  /** 64 or more; 72 when absent. */
  readonly photos?: number
  /** 24 or more; 26 when absent. */
  readonly notes?: number
  /** 1 when absent. */
  readonly seed?: number
}

/**
 * Puts a small library into a new or empty folder: photos with captions, notes that show them, and the trouble that real
 * folders hold. Deterministic; drawn once, then copied from `test/.cache`. Nothing of it is ever committed.
 */
export async function drawLibrary(into: string, options: DrawOptions = {}): Promise<DrawnLibrary> {
  const { photos, notes, seed } = { photos: 72, notes: 26, seed: 1, ...options }
  const cached = await cachedFolder(`drawn-library-${photos}-${notes}-${seed}-of`, sources, async making => {
    const drawn = await drawAnew(join(making, 'files'), options)
    // It leads to this very folder; each copy has its own.
    await rm(join(drawn.folder, loopPath), { force: true })
    await writeFile(join(making, 'drawn'), serialize(drawn))
  })
  const folder = resolve(into)
  await cp(join(cached, 'files'), folder, { recursive: true, preserveTimestamps: true })
  await makeLoop(folder)
  return { ...(deserialize(await readFile(join(cached, 'drawn'))) as DrawnLibrary), folder }
}

/** Everything that decides what is drawn. */
const sources = ['test/stages/library/drawn', 'src/main/engine/math/random.ts', 'package-lock.json']

/** The same without the cache; takes a second or two. */
export async function drawAnew(into: string, options: DrawOptions = {}): Promise<DrawnLibrary> {
  const folder = resolve(into)
  const photos = planPhotos(Math.max(64, options.photos ?? 72), chanceFrom(options.seed ?? 1))
  const notes = planNotes(Math.max(24, options.notes ?? 26), photos)
  await inBatches(photos, photo => writePhoto(folder, photo))
  for (const note of notes) await writeNote(folder, note)
  await writeSidecars(folder, photos)
  const trouble = await writeTrouble(folder)
  const indexed = photos.length + notes.length
  const failed = trouble.failures.length
  return {
    folder,
    photos,
    notes,
    pairs: pairsOf(photos, notes),
    ...trouble,
    expected: { eligible: indexed + failed, indexed, failed }
  }
}

/** Extra photos with captions, small and from another seed: what a model is fitted on. Writes `pairs.jsonl` and `images/`. */
export async function drawnPairs(into: string, count: number, seed: number): Promise<string> {
  const list = join(into, 'pairs.jsonl')
  await mkdir(join(into, 'images'), { recursive: true })
  await writeFile(list, '')
  const pictures = imagine(count, chanceFrom(seed)).map((picture, i) => ({ picture, image: `images/${i}.jpg` }))
  await inBatches(pictures, async ({ picture, image }) => {
    const [widthPx, heightPx] = picture.seed % 3 === 0 ? [96, 128] : [128, 88]
    await sharp(paint(picture, widthPx, heightPx))
      .jpeg({ quality: 88 })
      .toFile(join(into, image))
  })
  const lines = pictures.map(({ picture, image }) =>
    JSON.stringify({ image, captions: [captionOf(picture), paraphraseOf(picture)] })
  )
  await appendFile(list, `${lines.join('\n')}\n`)
  return list
}

async function writeNote(folder: string, note: DrawnNote): Promise<void> {
  const path = join(folder, note.path)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, note.content)
  const modified = new Date(Date.UTC(2021, 8, 1))
  await utimes(path, modified, modified)
}

/** Descriptions of two photos that stand beside them: an XMP sidecar and a Google Takeout one. */
async function writeSidecars(folder: string, photos: readonly DrawnPhoto[]): Promise<void> {
  const [first, second] = photos.filter(photo => photo.description === null).slice(-2) as [DrawnPhoto, DrawnPhoto]
  await writeFile(
    join(folder, `${first.path}.xmp`),
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt><rdf:li xml:lang="x-default">${first.caption}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>`
  )
  await writeFile(
    join(folder, `${second.path}.json`),
    JSON.stringify({
      title: second.path.split('/').at(-1),
      description: second.caption,
      photoTakenTime: { timestamp: '1625410000' }
    })
  )
}

function pairsOf(photos: readonly DrawnPhoto[], notes: readonly DrawnNote[]): DrawnLibrary['pairs'] {
  const captions = new Map(photos.map(photo => [photo.path, photo.caption]))
  const described = photos.flatMap(({ path, description }) =>
    description === null ? [] : [{ photo: path, text: description, note: null }]
  )
  const shown = notes.flatMap(note =>
    note.shows.map(photo => ({ photo, text: captions.get(photo) ?? '', note: note.path }))
  )
  return [...described, ...shown]
}

/** A few at a time: libvips brings its own threads. */
async function inBatches<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += 8) await Promise.all(all.slice(i, i + 8).map(work))
}

if (import.meta.main) {
  const into = process.argv[2]
  if (into === undefined) {
    console.error('Say where to draw: node test/stages/library/drawn/draw.ts <folder>')
    process.exitCode = 2
  } else {
    const { photos, notes, failures } = await drawLibrary(into)
    console.log(
      `Drew ${photos.length} photos, ${notes.length} notes and ${failures.length} broken files into ${resolve(into)}`
    )
  }
}
