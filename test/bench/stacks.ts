/**
 * Stacks of near-duplicates: how many variants of real photos are found, and how many different photos are taken for the same.
 * `npm run bench stacks -- [--pack <folder>]`
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import type { PhotoReading } from '../../src/main/engine/base/domain.ts'
import { bitsApart, hashOf } from '../../src/main/engine/stages/library/perceptual-hash.ts'
import { stackNearDuplicates, type ComparedHit } from '../../src/main/engine/stages/library/stacks.ts'
import { dot } from '../../src/main/engine/math/vectors.ts'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sharedData } from '../tools/shared-data.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

const root = resolve(import.meta.dirname, '../..')

type Change = (photo: Sharp, size: { width: number; height: number }) => Sharp

const trimmed =
  (left: number, top: number, share: number): Change =>
  (photo, { width, height }) =>
    photo.extract({
      left: Math.round(width * left),
      top: Math.round(height * top),
      width: Math.floor(width * share),
      height: Math.floor(height * share)
    })

/** Copies, as other programs and other people make them. */
const copies: Readonly<Record<string, Change>> = {
  'half the size': (photo, { width }) => photo.resize(Math.round(width / 2)),
  '40 %, quality 50': (photo, { width }) => photo.resize(Math.round(width * 0.4)).jpeg({ quality: 50 }),
  'quality 30': photo => photo.jpeg({ quality: 30 }),
  'cut by 3 %': trimmed(0.015, 0.015, 0.97),
  '15 % brighter': photo => photo.modulate({ brightness: 1.15 }),
  'more contrast': photo => photo.linear(1.2, -20)
}
/** What a hand does between two frames of a burst: nothing that moves in the picture, which is easier than a real one. */
const frames: Readonly<Record<string, Change>> = {
  'next frame: 4 % aside': trimmed(0.06, 0.03, 0.92),
  'next frame: 1.5° and nearer': (photo, size) =>
    trimmed(0.06, 0.06, 0.88)(photo.rotate(1.5, { background: '#777' }), size)
}

interface Seen {
  readonly of: string
  readonly name: string
  readonly compared: ComparedHit
  readonly embedding: Float32Array
}

export async function bench(rest: readonly string[]): Promise<void> {
  const [variedFolder, otherFolder] = [sharedData('coco_mini', 'images'), sharedData('flickr8k')]
  if (variedFolder === null || otherFolder === null) throw new Error('Needs coco_mini and flickr8k in the shared data.')
  const pack = rest.includes('--pack') ? rest[rest.indexOf('--pack') + 1]! : join(root, 'resources/models/starter')
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  const encoder = new EncoderProcess(nodeWorkers(sourceWorkers), 2, { isBulk: true })
  try {
    await encoder.usePack(pack)
    const varied = (await readdir(variedFolder)).map(name => join(variedFolder, name))
    const originals = await readAll(
      varied.map(path => ({ path, of: path, name: 'original' })),
      encoder
    )
    const others = (await devPhotos(otherFolder)).map(path => ({ path, of: path, name: 'original' }))
    const different = [...originals, ...(await readAll(others, encoder))]
    const changed = await writeVariants(originals, { ...copies, ...frames }, folder)
    const variants = await readAll(changed, encoder)
    console.log(`pack ${basename(pack)}; ${originals.length} photos varied, ${different.length} different photos\n`)
    reportVariants(originals, variants)
    reportDifferent(different)
  } finally {
    encoder.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function devPhotos(folder: string): Promise<string[]> {
  const lines = (await readFile(join(folder, 'pairs.jsonl'), 'utf8')).trim().split('\n')
  const pairs = lines.map(line => JSON.parse(line) as { image: string; split: string })
  return pairs.filter(({ split }) => split === 'dev').map(({ image }) => join(folder, image))
}

interface File {
  readonly path: string
  readonly of: string
  readonly name: string
}

async function readAll(files: readonly File[], encoder: EncoderProcess): Promise<Seen[]> {
  const seen: Seen[] = []
  const ahead = 16
  for (let from = 0; from < files.length; from += ahead)
    seen.push(...(await Promise.all(files.slice(from, from + ahead).map(file => readOne(file, encoder)))).flat())
  return seen
}

async function readOne({ path, of, name }: File, encoder: EncoderProcess): Promise<Seen[]> {
  const output = await encoder.read({ path, sidecarPaths: [], modifiedMs: 0, encodePicture: true })
  if (output.reading.kind !== 'photo' || output.picture === null) return []
  const { perceptualHash, thumbhash, contentHash, widthPx, heightPx } = output.reading satisfies PhotoReading
  const compared = { perceptualHash, thumbhash, contentHash, aspect: widthPx / heightPx, camera: null, takenMs: null }
  return [{ of, name, compared, embedding: output.picture }]
}

async function writeVariants(
  originals: readonly Seen[],
  changes: Readonly<Record<string, Change>>,
  into: string
): Promise<File[]> {
  await mkdir(into, { recursive: true })
  const files: File[] = []
  for (const [i, { of }] of originals.entries()) {
    const upright = await sharp(of).rotate().jpeg({ quality: 95 }).toBuffer()
    const { width, height } = await sharp(upright).metadata()
    for (const [j, [name, change]] of Object.entries(changes).entries()) {
      const path = join(into, `${i}-${j}.jpg`)
      const bytes = await change(sharp(upright), { width, height }).toFormat('jpeg').toBuffer()
      await writeFile(path, bytes)
      files.push({ path, of, name })
    }
  }
  return files
}

/** Whether results would show the two as one, by the product's own rule. */
function areStacked(a: Seen, b: Seen, burst: boolean): boolean {
  const both = [a, b].map(({ compared }) => (burst ? { ...compared, camera: 'one', takenMs: 0 } : compared))
  return stackNearDuplicates(both, at => [a, b][at]?.embedding ?? null)[1] === 0
}

function reportVariants(originals: readonly Seen[], variants: readonly Seen[]): void {
  console.log('variant                          bits: median   90 %   99 %    cosine: median   10 %    1 %    found')
  const original = new Map(originals.map(one => [one.of, one]))
  for (const [name, all] of Map.groupBy(variants, one => one.name)) {
    const couples = all.map(one => [original.get(one.of)!, one] as const)
    const bits = couples.map(([a, b]) => bitsOf(a, b)).sort((a, b) => a - b)
    const cosines = couples.map(([a, b]) => dot(a.embedding, b.embedding)).sort((a, b) => a - b)
    const found = couples.filter(([a, b]) => areStacked(a, b, name in frames)).length / couples.length
    const cells = [at(bits, 0.5), at(bits, 0.9), at(bits, 0.99)].map(value => String(value).padStart(6))
    const likeness = [at(cosines, 0.5), at(cosines, 0.1), at(cosines, 0.01)].map(value => value.toFixed(3).padStart(7))
    console.log(
      `${name.padEnd(38)}${cells.join(' ')}          ${likeness.join(' ')}   ${(100 * found).toFixed(1).padStart(5)} %`
    )
  }
}

/** Every couple of different photos, as if each had come from another camera, and as if all were of one burst. */
function reportDifferent(different: readonly Seen[]): void {
  const near: { a: Seen; b: Seen; bits: number; cosine: number }[] = []
  for (const [i, a] of different.entries())
    for (const b of different.slice(i + 1)) {
      const bits = bitsOf(a, b)
      if (bits <= 24) near.push({ a, b, bits, cosine: dot(a.embedding, b.embedding) })
    }
  const couples = (different.length * (different.length - 1)) / 2
  console.log(`\n${couples} couples of different photos: how many are at most so many bits apart, and see the same`)
  const cosines = [-1, 0.7, 0.8, 0.85, 0.9, 0.95]
  console.log(`bits   ${cosines.map(cosine => (cosine < 0 ? 'any' : `≥ ${cosine}`).padStart(8)).join('')}`)
  for (const bits of [2, 6, 9, 12, 16, 20, 24]) {
    const counts = cosines.map(least => near.filter(one => one.bits <= bits && one.cosine >= least).length)
    console.log(`≤ ${String(bits).padEnd(5)}${counts.map(count => String(count).padStart(8)).join('')}`)
  }
  for (const burst of [false, true]) {
    const wrong = near.filter(({ a, b }) => areStacked(a, b, burst))
    const per = ((1000 * wrong.length) / different.length).toFixed(1)
    console.log(
      `${burst ? 'as if all were one burst' : 'as photos of any time'}: ${wrong.length} couples stacked, ${per} per 1,000 photos`
    )
    for (const { a, b, bits, cosine } of wrong)
      console.log(`  ${basename(a.of)}  ${basename(b.of)}  ${bits} bits, cosine ${cosine.toFixed(3)}`)
  }
}

const bitsOf = (a: Seen, b: Seen): number =>
  bitsApart(hashOf(a.compared.perceptualHash), hashOf(b.compared.perceptualHash))

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
