import { createHash } from 'node:crypto'
import { config } from '../../base/config.ts'
import type { EncodedText } from '../../base/domain.ts'
import type { BeginInput, TrainingData } from '../../stages/train/training-data.ts'
import { giveWay } from '../../base/give-way.ts'

/** What a training learns from, still as rows: photos, texts, and the pairs of them by position. */
export interface TrainingRows {
  readonly photos: readonly {
    /** Unit embeddings: upright alone, or at 0°, 90°, 180° and 270°. The same number of all photos. */
    readonly rotations: readonly Float32Array[]
    /** Equal for near-duplicates and bursts. */
    readonly alike: number
    /** Equal for photos that know of each other, and the same for a photo in every training of its library. */
    readonly group: number
    /** −1 for none. */
    readonly label: number
  }[]
  readonly texts: readonly EncodedText[]
  /** Photos that no text belongs to: see `TrainingData.gallery`. None when absent. */
  readonly gallery?: Int16Array | undefined
  readonly pairs: readonly {
    readonly photo: number
    readonly text: number
    readonly weight: number
    /** The text claims to describe the photo, and does not only stand around it. */
    readonly describes: boolean
  }[]
}

/** The same as the plain arrays that the trainer takes. Lets searches go first now and then. */
export async function trainingData({ photos, texts, pairs, gallery }: TrainingRows): Promise<TrainingData> {
  const rotations = photos[0]?.rotations.length === 4 ? 4 : 1
  const imageDimension = photos[0]?.rotations[0]?.length ?? 0
  const textDimension = texts[0]?.vector.length ?? 0
  const images = new Float32Array(photos.length * rotations * imageDimension)
  for (const [i, photo] of photos.entries()) {
    photo.rotations.forEach((vector, rotation) => images.set(vector, (i * rotations + rotation) * imageDimension))
    if (i % config.pageSize === 0) await giveWay()
  }
  const rows = new Float32Array(texts.length * textDimension)
  const tokenStarts = new Int32Array(texts.length + 1)
  texts.forEach(({ vector, tokens }, i) => {
    rows.set(vector, i * textDimension)
    tokenStarts[i + 1] = (tokenStarts[i] ?? 0) + tokens.length
  })
  const tokens = new Int32Array(tokenStarts.at(-1) ?? 0)
  texts.forEach((text, i) => tokens.set(text.tokens, tokenStarts[i]))
  return {
    images,
    rotations,
    imageDimension,
    texts: rows,
    textDimension,
    tokens,
    tokenStarts,
    pairPhotos: Int32Array.from(pairs, ({ photo }) => photo),
    pairTexts: Int32Array.from(pairs, ({ text }) => text),
    pairWeights: Float32Array.from(pairs, ({ weight }) => weight),
    pairDescribes: Uint8Array.from(pairs, ({ describes }) => (describes ? 1 : 0)),
    alike: Int32Array.from(photos, ({ alike }) => alike),
    groups: Int32Array.from(photos, ({ group }) => group),
    labels: Int32Array.from(photos, ({ label }) => label),
    gallery: gallery ?? new Int16Array(0)
  }
}

/** sha256 over the pairs in an order of their own, so that it does not depend on how they were found. */
export function hashPairs(pairs: readonly { photoPath: string; text: string; weight: number }[]): string {
  const lines = pairs.map(({ photoPath, text, weight }) => JSON.stringify([photoPath, text, weight])).sort()
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/**
 * sha256 over all that a training learns from, its seed and the app's version: only a training with the same hash is the
 * same one and may go on from its checkpoint. Not the device: one that failed leaves the rest to another.
 */
export async function hashInput(
  { data, base, incumbent, general, rehearsal, seed }: Omit<BeginInput, 'checkpoint' | 'device'>,
  version: string
): Promise<string> {
  const hash = createHash('sha256').update(`${version} ${seed}`)
  const add = async (name: string, value: unknown): Promise<void> => {
    if (!ArrayBuffer.isView(value)) {
      hash.update(` ${name} ${JSON.stringify(value)}`)
      return
    }
    hash.update(` ${name} ${value.byteLength} `)
    for (let at = 0; at < value.byteLength; at += 4 * config.sentValues) {
      const length = Math.min(4 * config.sentValues, value.byteLength - at)
      hash.update(new Uint8Array(value.buffer, value.byteOffset + at, length))
      await giveWay()
    }
  }
  for (const [name, value] of Object.entries(data)) await add(name, value)
  for (const [name, value] of Object.entries(general ?? {})) await add(`general ${name}`, value)
  for (const [name, value] of Object.entries(rehearsal ?? {})) await add(`rehearsal ${name}`, value)
  await add('base', base)
  for (const [turn, weights] of (incumbent ?? []).entries()) await add(`incumbent ${turn}`, weights)
  return hash.digest('hex')
}
