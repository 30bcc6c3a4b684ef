import type { ProjectorWeights } from '../../base/domain.ts'
import { fromInt16 } from '../../math/int16.ts'
import { dot } from '../../math/vectors.ts'
import { input, matMul } from './expression.ts'
import { compile, tensorOf } from './executors/onnxruntime.ts'
import { openRowProjector, type RowProjector } from './executors/row-projector.ts'
import { photoRanks } from './figures.ts'
import type { PhotoRanks } from './gate.ts'
import type { HeldOut } from './held-out.ts'
import { rowOf, type TrainingData } from './training-data.ts'

/** Rows that are projected and compared at once: a block of cosines takes 4 MB, however large the library is. */
const block = 1024
/** The same numbers in another order of adding up differ by less. What ties with the right answer counts as before it. */
const tie = 1e-6

export interface Ranks {
  /** [m] of each text's best photo, from 1. */
  readonly texts: readonly number[]
  /** In the order of the photos that were asked. */
  readonly photos: readonly PhotoRanks[]
  /** The rank of each photo's best text, from 1. */
  readonly ofPhotos: readonly number[]
}

/**
 * Ranks what is asked among everything: each text among all photos of the library, also those that no text belongs to, and each photo among all
 * texts. What is right for a question although it was not asked (other photos of the same text, near-duplicates, their texts) is no wrong answer.
 *
 * @param data   in the common space of the base map
 * @param added  what a map adds to the base map, without a linear part and words of its own
 */
export async function ranksAmongAll(
  data: TrainingData,
  asked: HeldOut,
  added: ProjectorWeights,
  threads: number
): Promise<Ranks> {
  const projector = openRowProjector(added, threads)
  try {
    const { imageDimension: k } = data
    const photos = await projected(projector, 'image', k, asked.photos.length, i =>
      uprightRow(data, asked.photos[i] ?? 0)
    )
    const texts = await projected(projector, 'text', k, asked.texts.length, i =>
      rowOf(data.texts, asked.texts[i] ?? 0, k)
    )
    const bestOfText = new Float64Array(asked.texts.length).fill(-Infinity)
    const bestOfPhoto = new Float64Array(asked.photos.length).fill(-Infinity)
    asked.photosOfText.forEach((own, t) => {
      for (const photo of own) {
        const cosine = dot(rowOf(texts, t, k), rowOf(photos, photo, k))
        bestOfText[t] = Math.max(bestOfText[t] ?? 0, cosine)
        bestOfPhoto[photo] = Math.max(bestOfPhoto[photo] ?? 0, cosine)
      }
    })
    const right = rightAnswers(data, asked)
    const ofTexts = await ranks(texts, bestOfText, galleryBlocks(data, projector), right.ofTexts, k, threads)
    const ofPhotos = await ranks(photos, bestOfPhoto, textBlocks(data, projector), right.ofPhotos, k, threads)
    return { texts: ofTexts, ofPhotos, photos: photoRanks(asked.photosOfText, ofTexts, ofPhotos) }
  } finally {
    await projector.close()
  }
}

/** The first photos for a few texts, best first: positions in the data, and after them those of the gallery. */
export async function firstPhotos(
  data: TrainingData,
  texts: readonly number[],
  added: ProjectorWeights,
  count: number,
  threads: number
): Promise<readonly (readonly number[])[]> {
  const projector = openRowProjector(added, threads)
  try {
    const { imageDimension: k } = data
    const asked = await projected(projector, 'text', k, texts.length, i => rowOf(data.texts, texts[i] ?? 0, k))
    let first = texts.map((): { readonly photo: number; readonly cosine: number }[] => [])
    for await (const { rows, start } of galleryBlocks(data, projector))
      first = first.map((best, t) =>
        [
          ...best,
          ...Array.from({ length: rows.length / k }, (_, i) => ({
            photo: start + i,
            cosine: dot(rowOf(asked, t, k), rowOf(rows, i, k))
          }))
        ]
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, count)
      )
    return first.map(best => best.map(({ photo }) => photo))
  } finally {
    await projector.close()
  }
}

/** What is right for whoever is asked, by the answer: numbers of texts and of photos in the order in which they are asked. */
function rightAnswers(
  data: TrainingData,
  asked: HeldOut
): {
  readonly ofTexts: ReadonlyMap<number, readonly number[]>
  readonly ofPhotos: ReadonlyMap<number, readonly number[]>
} {
  const photosAlike = Map.groupBy(data.alike.keys(), photo => data.alike[photo] ?? 0)
  const textsOf = new Map<number, Set<number>>()
  const looksOf = new Map<number, Set<number>>()
  data.pairPhotos.forEach((photo, pair) => {
    if (!((data.pairWeights[pair] ?? 0) > 0)) return
    const text = data.pairTexts[pair] ?? 0
    const look = data.alike[photo] ?? 0
    textsOf.set(look, (textsOf.get(look) ?? new Set<number>()).add(text))
    looksOf.set(text, (looksOf.get(text) ?? new Set<number>()).add(look))
  })
  const ofTexts = new Map<number, number[]>()
  const ofPhotos = new Map<number, number[]>()
  const add = (to: Map<number, number[]>, answer: number, asking: number): void => {
    const known = to.get(answer)
    if (known === undefined) to.set(answer, [asking])
    else known.push(asking)
  }
  asked.texts.forEach((text, t) => {
    for (const look of looksOf.get(text) ?? []) for (const photo of photosAlike.get(look) ?? []) add(ofTexts, photo, t)
  })
  asked.photos.forEach((photo, i) => {
    for (const text of textsOf.get(data.alike[photo] ?? 0) ?? []) add(ofPhotos, text, i)
  })
  return { ofTexts, ofPhotos }
}

interface Block {
  /** [count, k] projected */
  readonly rows: Float32Array
  /** The number of the first of them. */
  readonly start: number
}

/** All photos of the library: those with texts, and then the others. */
async function* galleryBlocks(data: TrainingData, projector: RowProjector): AsyncGenerator<Block> {
  const { imageDimension: k } = data
  const own = data.groups.length
  for (let start = 0; start < own; start += block) {
    const count = Math.min(block, own - start)
    yield { start, rows: await projected(projector, 'image', k, count, i => uprightRow(data, start + i)) }
  }
  for (let start = 0; start * k < data.gallery.length; start += block) {
    const vectors = fromInt16(data.gallery.subarray(start * k, (start + block) * k))
    yield { start: own + start, rows: await projector.project('image', { vectors, dimension: k }) }
  }
}

async function* textBlocks(data: TrainingData, projector: RowProjector): AsyncGenerator<Block> {
  const { imageDimension: k } = data
  for (let start = 0; start * k < data.texts.length; start += block)
    yield {
      start,
      rows: await projector.project('text', {
        vectors: data.texts.subarray(start * k, (start + block) * k),
        dimension: k
      })
    }
}

/**
 * @param askers  [a, k] @param best  [a] cosine of the best right answer
 * @param right   by the number of an answer, who it is right for
 */
async function ranks(
  askers: Float32Array,
  best: Float64Array,
  answers: AsyncIterable<Block>,
  right: ReadonlyMap<number, readonly number[]>,
  k: number,
  threads: number
): Promise<number[]> {
  const found = new Array<number>(best.length).fill(1)
  const product = matMul(input('answers', [block, k]), input('askers', [block, k]), { b: true })
  const graph = await compile({ product }, { device: 'cpu', threads })
  try {
    for await (const { rows, start } of answers) {
      const count = rows.length / k
      for (let first = 0; first < best.length; first += block) {
        const result = await graph.run({
          answers: tensorOf(filled(rows, block * k), [block, k]),
          askers: tensorOf(filled(askers.subarray(first * k, (first + block) * k), block * k), [block, k])
        })
        const cosines = result.product?.data as Float32Array
        const asking = Math.min(block, best.length - first)
        for (let i = 0; i < count; i++) {
          // Not `>=`: beside a cosine that is no number every other answer comes first.
          const isBefore = (a: number): boolean => !((cosines[i * block + a] ?? 0) < (best[first + a] ?? 0) - tie)
          for (let a = 0; a < asking; a++) if (isBefore(a)) found[first + a] = (found[first + a] ?? 1) + 1
          for (const asker of right.get(start + i) ?? [])
            if (asker >= first && asker < first + asking && isBefore(asker - first))
              found[asker] = (found[asker] ?? 1) - 1
        }
      }
    }
  } finally {
    await graph.close()
  }
  return found
}

async function projected(
  projector: RowProjector,
  tower: 'image' | 'text',
  k: number,
  count: number,
  row: (i: number) => Float32Array
): Promise<Float32Array> {
  const vectors = new Float32Array(count * k)
  for (let i = 0; i < count; i++) vectors.set(row(i), i * k)
  return projector.project(tower, { vectors, dimension: k })
}

function uprightRow({ images, rotations, imageDimension }: TrainingData, photo: number): Float32Array {
  return rowOf(images, photo * rotations, imageDimension)
}

function filled(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values
  const whole = new Float32Array(length)
  whole.set(values)
  return whole
}
