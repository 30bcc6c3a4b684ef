/**
 * What a training's settings are worth for new notes, on libraries that nothing is reported of: pictures with captions, cut into “notes” of the
 * sizes of a real blog by nearest captions. Each setting is trained in five turns and judged by what each turn left out, among all photos.
 *
 *   npm run bench albums [settings] [libraries]      both as names between commas; all when absent
 */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { dot } from '../../src/main/engine/math/vectors.ts'
import { project } from '../../src/main/engine/stages/project/projector.ts'
import { ranksAmongAll } from '../../src/main/engine/stages/train/among-all.ts'
import { identityProjector, learnedProjector, withShare } from '../../src/main/engine/stages/train/candidate.ts'
import { Dataset } from '../../src/main/engine/stages/train/dataset.ts'
import { openSession } from '../../src/main/engine/stages/train/executors/open-session.ts'
import { gainOf, type PhotoRanks } from '../../src/main/engine/stages/train/gate.ts'
import { heldOut } from '../../src/main/engine/stages/train/held-out.ts'
import { parseProbe } from '../../src/main/engine/stages/train/probe-file.ts'
import { hidden, librarySettings } from '../../src/main/engine/stages/train/settings.ts'
import { ssalProgram, train, type SsalConfig, type SsalStart } from '../../src/main/engine/stages/train/ssal.ts'
import type { Values } from '../../src/main/engine/stages/train/step.ts'
import {
  joined,
  rowOf,
  type GeneralProbe,
  type TrainingData
} from '../../src/main/engine/stages/train/training-data.ts'
import { deal } from '../../src/main/engine/stages/train/turns.ts'
import { sharedData } from '../tools/shared-data.ts'
import { openTrustPack, type CaptionedPhoto, type TrustPack } from './trust-data.ts'

/** Of the notes of blog_remy. */
const sizes = [17, 7, ...times(7, 6), 5, 5, ...times(9, 4), ...times(6, 3), ...times(17, 2), ...times(42, 1)]
const photosEach = 206
const plain = { modalityReversal: 0, rotationReversal: 0, batch: 128 } as const

const settings: Readonly<Record<string, Partial<SsalConfig>>> = {
  now: plain,
  'no-anchor': { ...plain, anchorWeight: 0 },
  'anchor-40': { ...plain, anchorWeight: 40 },
  'no-structure': { ...plain, structureWeight: 0 },
  '200-steps': { ...plain, steps: 200 },
  before: { ...plain, anchorWeight: 0, steps: 200 },
  noise: { ...plain, imageNoise: 1 },
  'temperature-.1': { ...plain, temperature: 0.1 }
}

export async function bench([wanted = Object.keys(settings).join(), named]: readonly string[]): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const sets = captioned(data)
  const pack = await openTrustPack(resolve(import.meta.dirname, '../../resources/models/starter'))
  try {
    const rehearsal = await rehearsed(pack)
    for (const name of named?.split(',') ?? Object.keys(sets)) {
      const library = await libraryOf(sets[name] ?? [], pack)
      for (const setting of wanted.split(',')) await judged(name, setting, library, rehearsal)
    }
  } finally {
    pack.close()
  }
}

/** One line: the gain at half of the steps and at the end, of all of the map and of half of it. */
async function judged(name: string, setting: string, own: TrainingData, rehearsal: GeneralProbe): Promise<void> {
  const k = own.imageDimension
  const data = joined(own, rehearsal)
  const others = Array.from({ length: data.groups.length - own.groups.length }, (_, i) => own.groups.length + i)
  const tower = { inputDimension: k, dimension: k, linear: null, words: null, hidden }
  const start: SsalStart = { image: { ...tower, tower: 'image' }, text: { ...tower, tower: 'text' }, labels: 0 }
  const before: PhotoRanks[] = []
  const groups: number[] = []
  const after = new Map<string, PhotoRanks[]>()
  for (const turn of deal(own).turns) {
    const options = { hasRehearsal: true, hasRotations: false, hasLabels: false, seed: 1 }
    const changed = { ...librarySettings(turn.train.length, options), ...settings[setting] }
    const config = { ...changed, evaluateEvery: Math.ceil(changed.steps / 2) }
    const dataset = new Dataset(data, {
      ...{ seed: 1, batch: config.batch, photos: turn.train, words: null, labels: 0, wordDropout: 0 },
      ...{ imageNoise: config.imageNoise, rehearsed: { photos: others, count: config.batch * config.rehearsedShare } }
    })
    const fresh = heldOut(own, turn.fresh)
    before.push(...(await ranksAmongAll(own, fresh, identityProjector(k), 1)).photos)
    groups.push(...fresh.photos.map(photo => own.groups[photo] ?? photo))
    const session = await openSession(ssalProgram(start, config), { device: 'cpu', threads: 1 })
    const lesson = {
      batch: (step: number) => dataset.batch(step),
      judge: (weights: Values) => Promise.resolve(weights),
      isWorse: () => false
    }
    for await (const { step, state } of train(session, lesson, config))
      for (const share of [1, 0.5]) {
        const map = withShare(learnedProjector(start, state.averages, null, setting), share)
        const key = `${step} steps, share ${share}`
        after.set(key, [...(after.get(key) ?? []), ...(await ranksAmongAll(own, fresh, map, 1)).photos])
      }
    await session.close()
  }
  const told = [...after].map(([key, ranks]) => {
    const { mean, low, high } = gainOf(before, ranks, groups)
    return `${key}: ${[mean, low, high].map(value => (1000 * value).toFixed(1)).join(' ')}`
  })
  console.log(`${name}, ${setting}: gain in thousandths of MRR, ${told.join('; ')}`)
}

function captioned(data: string): Readonly<Record<string, readonly CaptionedPhoto[]>> {
  const lines = (set: string): Record<string, unknown>[] =>
    readFileSync(join(data, set, 'pairs.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
  const drawn = (photos: readonly CaptionedPhoto[]): CaptionedPhoto[] =>
    [...seededRandom(7).permutation(photos.length)].slice(0, photosEach).flatMap(i => photos[i] ?? [])
  const twice = (set: string) => (line: Record<string, unknown>) => ({
    path: join(data, set, String(line.image)),
    captions: (line.captions as string[]).slice(0, 2)
  })
  return {
    emoji: drawn(
      lines('emoji_noto').map(({ image, name, keywords }) => ({
        path: join(data, 'emoji_noto', String(image)),
        captions: [String(name), (keywords as string[]).join(', ')].filter(text => text !== '')
      }))
    ),
    coco: lines('coco_mini').map(twice('coco_mini')),
    imagenet: drawn(
      readdirSync(join(data, 'imagenet_sample')).map(file => ({
        path: join(data, 'imagenet_sample', file),
        captions: [file.replace(/^n\d+_|\.jpg$/g, '').replaceAll('_', ' ')]
      }))
    ),
    flickr8k: drawn(
      lines('flickr8k')
        .filter(({ split }) => split === 'dev')
        .map(twice('flickr8k'))
    )
  }
}

/** In the common space, upright, in “notes”: a photo that is drawn and those whose first captions are nearest to its own. */
async function libraryOf(photos: readonly CaptionedPhoto[], pack: TrustPack): Promise<TrainingData> {
  const images = await pack.photos(photos.map(({ path }) => path))
  const k = images[0]?.length ?? 0
  const encoded = await pack.texts(photos.flatMap(({ captions }) => captions))
  const pairs = photos.flatMap(({ captions }, photo) =>
    captions.flatMap(text => {
      const one = encoded.get(text)
      const [row] =
        one == null || pack.model.projector === null
          ? []
          : project(pack.model.projector, 'text', [one.vector], () => one.tokens)
      return row === undefined ? [] : [{ photo, row }]
    })
  )
  const firsts = new Map(pairs.toReversed().map(({ photo, row }) => [photo, row]))
  const free = new Map([...firsts].sort(([a], [b]) => a - b))
  const groups = new Int32Array(photos.length).map((_, photo) => -1 - photo)
  const random = seededRandom(11)
  for (const size of sizes) {
    const [, about] = [...free][random.below(Math.max(1, free.size))] ?? []
    if (about === undefined) break
    const number = Math.floor(random.uniform() * 2 ** 31)
    const near = [...free].map(([photo, row]) => ({ photo, cosine: dot(row, about) }))
    for (const { photo } of near.sort((a, b) => b.cosine - a.cosine).slice(0, size)) {
      groups[photo] = number
      free.delete(photo)
    }
  }
  return {
    ...{ images: flat(images), rotations: 1, imageDimension: k, texts: flat(pairs.map(({ row }) => row)) },
    ...{ textDimension: k, tokens: new Int32Array(0), tokenStarts: new Int32Array(pairs.length + 1) },
    pairPhotos: Int32Array.from(pairs, ({ photo }) => photo),
    pairTexts: Int32Array.from(pairs.keys()),
    pairWeights: new Float32Array(pairs.length).fill(1),
    pairDescribes: new Uint8Array(pairs.length).fill(1),
    alike: Int32Array.from(photos.keys()),
    groups,
    labels: new Int32Array(photos.length).fill(-1),
    gallery: new Int16Array(0)
  }
}

/** What the pack rehearses, in the common space. */
async function rehearsed({ model }: TrustPack): Promise<GeneralProbe> {
  const probe = parseProbe(await readFile(model.card.rehearsalPath ?? ''))
  const { projector } = model
  if (probe === null || projector === null) throw new Error('The model in the box has photos to rehearse, and a map.')
  const { images, imageDimension, texts, textDimension, tokens, tokenStarts } = probe
  const rows = (values: Float32Array, d: number): Float32Array[] =>
    Array.from({ length: values.length / d }, (_, i) => rowOf(values, i, d))
  const wordsOf = (i: number): Int32Array => tokens.subarray(tokenStarts[i] ?? 0, tokenStarts[i + 1] ?? 0)
  return {
    ...probe,
    images: flat(project(projector, 'image', rows(images, imageDimension))),
    texts: flat(project(projector, 'text', rows(texts, textDimension), wordsOf)),
    imageDimension: projector.dimension,
    textDimension: projector.dimension,
    tokens: new Int32Array(0),
    tokenStarts: new Int32Array(tokenStarts.length)
  }
}

function flat(rows: readonly Float32Array[]): Float32Array {
  const k = rows[0]?.length ?? 0
  const all = new Float32Array(rows.length * k)
  rows.forEach((row, i) => all.set(row, i * k))
  return all
}

function times(count: number, value: number): number[] {
  return new Array<number>(count).fill(value)
}
