import { dot } from '../../math/vectors.ts'
import { bitsApart, hashOf } from './perceptual-hash.ts'
import { coloursApart } from './photo-colours.ts'

/** What tells whether a photo shows the same as another. */
export interface ComparedHit {
  /** 64-bit difference hash, 16 hex digits. */
  readonly perceptualHash: string
  readonly thumbhash: Uint8Array
  /** sha256 of the file; null when it is not known. */
  readonly contentHash: string | null
  /** Width over height of the upright picture. */
  readonly aspect: number
  /** As the camera names itself; null when it is not known. */
  readonly camera: string | null
  /** When the camera took it, milliseconds; null when only the file's own time or a day is known. */
  readonly takenMs: number | null
}

/** Near enough for what is known of two photos, if the encoder sees as much of the same. */
interface Nearness {
  readonly bits: number
  readonly cosine: number
}

/**
 * The same picture, saved anew, made smaller, brighter, or cut a little. Measured with the model in the box
 * (`npm run bench stacks`): of 159 photos changed in six such ways 98.1 % or more are found, whichever the way. Of 671,061
 * couples of different photos none is taken for the same; 47 are as near as 12 bits, and none of these reaches a cosine of .8.
 */
const samePicture: readonly Nearness[] = [
  { bits: 6, cosine: 0.9 },
  { bits: 12, cosine: 0.95 }
]
/**
 * Frames of one burst: the camera and what it saw moved between them. Of the couples above two would be taken
 * for one if all came from one camera in one second.
 */
const sameBurst: Nearness = { bits: 24, cosine: 0.9 }
/** From the photo that stands for the burst to any other of it. */
const burstMs = 10_000
/**
 * Of copies: the hash knows no colours and the encoder forgives them, so that one room with a black and with a purple balloon
 * passed for one picture. At most .057 for the changes above but more contrast (.051 in 95 %); .063 for the balloons.
 */
const coloursOfCopies = 0.06
/** Without an embedding the hash has to say it alone. */
const bitsAlone = 2
/** A cut or a scaling that is rounded changes the shape by less; an upright photo and one on its side are never the same. */
const aspectsApart = 1.12

/**
 * Puts photos that show the same into stacks, for results. Unlike the groups of a training (near-duplicates.ts), which must
 * hold all that could be alike, a stack hides photos: it takes in only what is as good as the same, and each of its photos is
 * like the first of them itself. So no stack drifts from one photo to another that it is not like.
 *
 * Each photo is compared with those that stand for a stack, and joins the first that it is like: [n²/2] comparisons of 64
 * bits, about 5 ms for 1,000 of which none is like another.
 *
 * @param photos       best first: the first of a stack stands for it
 * @param embeddingOf  the upright photo's unit embedding by its position here; asked only where it decides
 * @returns [n] the position of the photo that stands for each; its own where it stands for itself
 */
export function stackNearDuplicates(
  photos: readonly ComparedHit[],
  embeddingOf: (position: number) => Float32Array | null = () => null
): Int32Array {
  const hashes = photos.map(({ perceptualHash }) => hashOf(perceptualHash))
  const firsts: number[] = []
  return Int32Array.from(photos, (photo, position) => {
    const hash = hashes[position]
    for (const first of firsts) {
      const [other, otherHash] = [photos[first], hashes[first]]
      if (hash === undefined || other === undefined || otherHash === undefined) continue
      const bits = bitsApart(hash, otherHash)
      // Nearly every couple ends here; the same file has the same hash.
      if (bits > sameBurst.bits) continue
      const seen = (): number | null => cosine(embeddingOf(position), embeddingOf(first))
      if (isLike(photo, other, bits, hash.isFlat || otherHash.isFlat, seen)) return first
    }
    firsts.push(position)
    return position
  })
}

function isLike(a: ComparedHit, b: ComparedHit, bits: number, isFlat: boolean, seen: () => number | null): boolean {
  if (a.contentHash !== null && a.contentHash === b.contentHash) return true
  if (isFlat || Math.max(a.aspect, b.aspect) > aspectsApart * Math.min(a.aspect, b.aspect)) return false
  const isBurst = areOfOneBurst(a, b)
  const least = isBurst ? sameBurst.cosine : samePicture.find(one => bits <= one.bits)?.cosine
  if (least === undefined || (!isBurst && coloursApart(a.thumbhash, b.thumbhash) > coloursOfCopies)) return false
  const reached = seen()
  return reached === null ? bits <= bitsAlone : reached >= least
}

function areOfOneBurst(a: ComparedHit, b: ComparedHit): boolean {
  if (a.camera === null || a.camera !== b.camera || a.takenMs === null || b.takenMs === null) return false
  return Math.abs(a.takenMs - b.takenMs) <= burstMs
}

function cosine(a: Float32Array | null, b: Float32Array | null): number | null {
  return a === null || b === null ? null : dot(a, b)
}
