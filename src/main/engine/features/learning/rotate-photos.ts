import { config } from '../../base/config.ts'
import type { ItemId, RotationDeg } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import { limit } from '../../base/limit.ts'
import { giveWay } from '../../base/give-way.ts'
import type { Control } from '../../base/job-queue.ts'

/** Clockwise, in the order of `TrainingData.images` after the upright one. */
export const rotationsDeg = [90, 180, 270] as const satisfies readonly RotationDeg[]

/** A photo whose rotated embeddings are wanted. */
export interface PhotoToRotate {
  readonly itemId: ItemId
  /** Absolute. */
  readonly path: string
}

/** What encodes a photo rotated: the encoder process. */
export interface RotatedEncoder {
  /** @returns one unit embedding for each rotation; null when the photo cannot be read now */
  encodeRotated(
    input: { readonly path: string; readonly rotations: readonly RotationDeg[] },
    signal?: AbortSignal
  ): Promise<readonly Float32Array[] | null>
}

interface Deps {
  readonly store: Store
  readonly encoder: RotatedEncoder
  /** Of the image tower. */
  readonly encoderId: string
}

/** How far it is: a photo that cannot be rotated any more is counted as failed, and the training does without it. */
export interface Rotated {
  readonly itemId: ItemId
  /** In the order of `rotationsDeg`; null when the photo cannot be read now. */
  readonly rotations: readonly Float32Array[] | null
  /** false when the store had them. */
  readonly wasEncoded: boolean
}

/**
 * Embeddings of photos rotated by 90°, 180° and 270°: from the store, else encoded now and kept there, a few at a time, so
 * that a search or an indexing run finds the encoder free soon.
 */
export async function* rotatePhotos(
  photos: readonly PhotoToRotate[],
  { store, encoder, encoderId }: Deps,
  control: Control
): AsyncGenerator<Rotated> {
  const atOnce = limit(config.rotationsInFlight)
  const rotation = async ({ itemId, path }: PhotoToRotate): Promise<Rotated> => {
    const known = rotationsDeg.map(deg => store.embeddings.get(encoderId, { itemId, part: 0 }, deg))
    if (known.every(vector => vector !== undefined)) return { itemId, rotations: known, wasEncoded: false }
    const encoded = await encoder.encodeRotated({ path, rotations: rotationsDeg }, control.signal)
    if (encoded === null) return { itemId, rotations: null, wasEncoded: true }
    // Deleted while it was encoded: no row to hang it on.
    if (!store.items.exists(itemId)) return { itemId, rotations: null, wasEncoded: true }
    store.embeddings.save(
      encoderId,
      encoded.map((vector, i) => ({ itemId, part: 0, rotationDeg: rotationsDeg[i] ?? 90, vector }))
    )
    return { itemId, rotations: encoded, wasEncoded: true }
  }
  for (let from = 0; from < photos.length; from += config.saveBatch) {
    await control.pace()
    const batch = photos.slice(from, from + config.saveBatch)
    yield* await Promise.all(batch.map(photo => atOnce(() => rotation(photo))))
    // All from the store: a search that waits goes first.
    await giveWay()
  }
}
