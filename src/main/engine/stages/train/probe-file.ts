import { readTensors, writeTensors } from '../project/safetensors.ts'
import { rowOf, type GeneralProbe, type TrainingData } from './training-data.ts'

/**
 * A general probe set as a safetensors file: `images` [n, d] and `texts` [m, e] in half precision, `imageOfText` [m], and the tokens of the texts, flat, with
 * `tokenStarts` [m + 1].
 */
export function serializeProbe(probe: GeneralProbe): Uint8Array {
  const { images, imageDimension: d, texts, textDimension: e, tokens, tokenStarts, imageOfText } = probe
  return writeTensors(
    [
      { name: 'images', shape: [images.length / d, d], values: images, isHalf: true },
      { name: 'texts', shape: [texts.length / e, e], values: texts, isHalf: true },
      { name: 'imageOfText', shape: [imageOfText.length], values: imageOfText },
      // One more, because an array of nothing is no array there.
      { name: 'tokens', shape: [tokens.length + 1], values: Int32Array.from([...tokens, 0]) },
      { name: 'tokenStarts', shape: [tokenStarts.length], values: tokenStarts }
    ],
    { format: 'reverie-probe-1' }
  )
}

/** null when the bytes are no such file. */
export function parseProbe(bytes: Uint8Array): GeneralProbe | null {
  const tensors = readTensors(bytes)?.tensors
  const floats = (name: string): { values: Float32Array; rows: number; width: number } | null => {
    const tensor = tensors?.get(name)
    const [rows, width] = tensor?.shape ?? []
    if (!(tensor?.values instanceof Float32Array) || rows === undefined || width === undefined) return null
    return tensor.values.every(Number.isFinite) ? { values: tensor.values, rows, width } : null
  }
  const whole = (name: string, length: number | null, below: number): Int32Array | null => {
    const values = tensors?.get(name)?.values
    if (!(values instanceof Int32Array) || (length !== null && values.length !== length)) return null
    return values.every(value => value >= 0 && value < below) ? values : null
  }
  const images = floats('images')
  const texts = floats('texts')
  if (images === null || texts === null) return null
  const imageOfText = whole('imageOfText', texts.rows, images.rows)
  const tokens = whole('tokens', null, 2 ** 31)
  const tokenStarts = whole('tokenStarts', texts.rows + 1, tokens?.length ?? 0)
  if (imageOfText === null || tokens === null || tokenStarts === null) return null
  return {
    images: images.values,
    imageDimension: images.width,
    texts: texts.values,
    textDimension: texts.width,
    tokens: tokens.subarray(0, tokens.length - 1),
    tokenStarts,
    imageOfText
  }
}

/** Of the held-out photos that a pack brings, with all their texts. */
const probePhotos = 300
/** Of the photos that it was fitted on, with two texts each. */
const rehearsedPhotos = 1000
const rehearsedTexts = 2

/**
 * Some of the photos that were held out: what training on a library is measured on.
 *
 * @param hasWords  whether the map has a word table. Without one the tokens of the texts are left out: with the vocabulary they
 *   would be the captions themselves, which may not be anybody's to pass on.
 */
export function probeOf(data: TrainingData, photos: readonly number[], hasWords: boolean): GeneralProbe {
  return subsetOf(data, photos.slice(0, probePhotos), Infinity, hasWords)
}

/** Some of the photos that were trained on: what training on a library goes over again. */
export function rehearsalOf(data: TrainingData, photos: readonly number[], hasWords: boolean): GeneralProbe {
  return subsetOf(data, photos.slice(0, rehearsedPhotos), rehearsedTexts, hasWords)
}

function subsetOf(data: TrainingData, chosen: readonly number[], textsEach: number, hasWords: boolean): GeneralProbe {
  const position = new Map(chosen.map((photo, i) => [photo, i]))
  const { imageDimension: d, textDimension: e, rotations } = data
  const taken = new Map<number, number>()
  const own = [...data.pairPhotos].flatMap((photo, pair) => {
    const image = position.get(photo)
    const count = taken.get(photo) ?? 0
    if (image === undefined || count >= textsEach) return []
    taken.set(photo, count + 1)
    return [{ text: data.pairTexts[pair] ?? 0, image }]
  })
  const images = new Float32Array(chosen.length * d)
  chosen.forEach((photo, i) => images.set(rowOf(data.images, photo * rotations, d), i * d))
  const texts = new Float32Array(own.length * e)
  own.forEach(({ text }, i) => texts.set(rowOf(data.texts, text, e), i * e))
  const tokens = own.map(({ text }) =>
    hasWords ? data.tokens.subarray(data.tokenStarts[text] ?? 0, data.tokenStarts[text + 1] ?? 0) : new Int32Array()
  )
  const tokenStarts = new Int32Array(own.length + 1)
  tokens.forEach((ids, i) => (tokenStarts[i + 1] = (tokenStarts[i] ?? 0) + ids.length))
  return {
    images,
    imageDimension: d,
    texts,
    textDimension: e,
    tokens: Int32Array.from(tokens.flatMap(ids => [...ids])),
    tokenStarts,
    imageOfText: Int32Array.from(own, ({ image }) => image)
  }
}
