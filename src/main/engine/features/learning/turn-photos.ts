import { config } from '../../base/config.ts'
import type { ItemId, TurnDeg } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import { limit } from '../../workers/limit.ts'

/** Clockwise, in the order of `TrainingData.images` after the upright one. */
export const turnsDeg = [90, 180, 270] as const satisfies readonly TurnDeg[]

/** A photo whose turned embeddings are wanted. */
export interface PhotoToTurn {
  readonly itemId: ItemId
  /** Absolute. */
  readonly path: string
}

/** What encodes a photo turned: the encoder process. */
export interface TurnedEncoder {
  /** @returns one unit embedding for each turn; null when the photo cannot be read now */
  encodeTurned(
    input: { readonly path: string; readonly turns: readonly TurnDeg[] },
    signal?: AbortSignal
  ): Promise<readonly Float32Array[] | null>
}

interface Deps {
  readonly store: Store
  readonly encoder: TurnedEncoder
  /** Of the image tower. */
  readonly encoderId: string
}

/** How far it is: a photo that cannot be turned any more is counted as failed, and the training does without it. */
export interface Turned {
  readonly itemId: ItemId
  /** In the order of `turnsDeg`; null when the photo cannot be read now. */
  readonly turns: readonly Float32Array[] | null
  /** false when the store had them. */
  readonly wasEncoded: boolean
}

/**
 * Embeddings of photos turned by 90°, 180° and 270°: from the store, else encoded now and kept there, a few at a time, so
 * that a search or an indexing run finds the encoder free soon.
 */
export async function* turnPhotos(
  photos: readonly PhotoToTurn[],
  { store, encoder, encoderId }: Deps,
  control: { readonly signal: AbortSignal; pace(): Promise<void> }
): AsyncGenerator<Turned> {
  const atOnce = limit(config.turnsInFlight)
  const turn = async ({ itemId, path }: PhotoToTurn): Promise<Turned> => {
    const known = turnsDeg.map(deg => store.embeddings.get(encoderId, { itemId, part: 0 }, deg))
    if (known.every(vector => vector !== undefined)) return { itemId, turns: known, wasEncoded: false }
    const encoded = await encoder.encodeTurned({ path, turns: turnsDeg }, control.signal)
    if (encoded === null) return { itemId, turns: null, wasEncoded: true }
    // Deleted while it was encoded: no row to hang it on.
    if (!store.items.exists(itemId)) return { itemId, turns: null, wasEncoded: true }
    store.embeddings.save(
      encoderId,
      encoded.map((vector, i) => ({ itemId, part: 0, turnDeg: turnsDeg[i] ?? 90, vector }))
    )
    return { itemId, turns: encoded, wasEncoded: true }
  }
  for (let from = 0; from < photos.length; from += config.saveBatch) {
    await control.pace()
    const batch = photos.slice(from, from + config.saveBatch)
    yield* await Promise.all(batch.map(photo => atOnce(() => turn(photo))))
    // All from the store: a search that waits goes first.
    await new Promise(resolve => setImmediate(resolve))
  }
}
