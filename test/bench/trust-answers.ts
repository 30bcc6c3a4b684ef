import type { Background } from '../../src/main/engine/base/domain.ts'
import { cosineLanes } from '../../src/main/engine/features/searching/cosine-lanes.ts'
import { cosineEvidence } from '../../src/main/engine/features/searching/evidence.ts'
import type { GalleryName } from '../../src/main/engine/features/searching/model-galleries.ts'
import { commonnessOf, type Commonness } from '../../src/main/engine/stages/search/commonness.ts'
import { fuse } from '../../src/main/engine/stages/search/fuse.ts'
import { Gallery } from '../../src/main/engine/stages/search/gallery.ts'
import type { Kernels } from '../../src/main/engine/stages/search/kernels.ts'
import type { EncodedTexts, TrustPack } from './trust-data.ts'

/** A hit of one lane or of all, as the build judges it and as the one before this calibration did. */
export interface TrustHit {
  readonly itemId: number
  readonly verdict: number
  readonly isRelevant: boolean
  /** Of one lane: standard deviations above the background, less √(2 ln n). NaN for several lanes. */
  readonly excess: number
}

export interface TrustAnswer {
  readonly commonness: number | null
  /** Best first. */
  readonly now: readonly TrustHit[]
  /** As commit 3ea48b8 judges. */
  readonly before: readonly TrustHit[]
}

export interface TextRow {
  readonly itemId: number
  readonly part: number
  readonly vector: Float32Array
}

/** The galleries of a made-up library, asked through the engine's own lanes. */
export class TrustGalleries {
  readonly #pack: TrustPack
  readonly #table: Commonness
  readonly #galleries: Readonly<Record<GalleryName, Gallery | null>>

  constructor(
    pack: TrustPack,
    kernels: Kernels,
    table: Commonness,
    { photos, texts }: { photos: ReadonlyMap<number, Float32Array>; texts: readonly TextRow[] }
  ) {
    this.#pack = pack
    this.#table = table
    const open = (rows: readonly TextRow[]): Gallery | null => {
      const [first] = rows
      if (first === undefined) return null
      const dimension = first.vector.length
      const gallery = new Gallery({ kernels, dimension, fetch: () => new Float32Array() })
      gallery.add(rows.map((row, sequence) => ({ ...row, sequence })))
      return gallery
    }
    const pictures = [...photos].map(([itemId, vector]) => ({ itemId, part: 0, vector }))
    this.#galleries = { pictures: open(pictures), texts: open(texts), textsForPictures: null, likeness: null }
  }

  ask(text: string, encoded: EncodedTexts, limit = 10): TrustAnswer {
    const asked = encoded.get(text) ?? null
    const commonness = commonnessOf(text, this.#table, true)
    const galleries = { get: (name: GalleryName) => this.#galleries[name] }
    const found = cosineLanes({
      ...{ model: { active: this.#pack.model, galleries }, text: asked, picture: null, allowed: null },
      commonness
    })
    const [alone] = found
    const excessOf = new Map<number, number>()
    if (found.length === 1 && alone !== undefined) {
      const [background] = alone.backgrounds
      if (background !== undefined)
        for (const { itemId, cosine } of alone.hits) excessOf.set(itemId, excess(cosine, background))
    }
    const now = fuse(found.flatMap(cosineEvidence), limit).map(({ itemId, verdict, isRelevant }) => ({
      ...{ itemId, verdict, isRelevant },
      excess: excessOf.get(itemId) ?? NaN
    }))
    return { commonness, now, before: this.#before(found, limit) }
  }

  /**
   * The formula of commit 3ea48b8: the spread of the library's own histogram, whose cosines are coded, and constants of then. What
   * the lanes found is the same; so is the noisy-or.
   */
  #before(found: ReturnType<typeof cosineLanes>, limit: number): TrustHit[] {
    const missed = new Map<number, number>()
    for (const { lane, hits, spread } of found) {
      const { bias, slope } = lane === 'picture' ? { bias: -1.6, slope: 0.84 } : { bias: -2.6, slope: 0.93 }
      for (const { itemId, cosine } of hits) {
        const p = Math.min(0.999, 1 / (1 + Math.exp(-bias - slope * excess(cosine, spread))))
        missed.set(itemId, (missed.get(itemId) ?? 1) * (1 - p))
      }
    }
    return [...missed]
      .map(([itemId, missing]) => ({ itemId, verdict: 1 - missing, isRelevant: missing <= 0.75, excess: NaN }))
      .sort((a, b) => b.verdict - a.verdict || a.itemId - b.itemId)
      .slice(0, limit)
  }
}

function excess(cosine: number, { count, mean, standardDeviation }: Background): number {
  const z = standardDeviation > 0 ? (cosine - mean) / standardDeviation : 0
  return z - Math.sqrt(2 * Math.log(Math.max(count, 2)))
}
