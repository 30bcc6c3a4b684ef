import { createHash } from 'node:crypto'
import type { NeutralRows } from '../../base/active-model.ts'
import type { EncodedText, PackCard } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { neutralCaptions } from './neutral-captions.ts'

interface Deps {
  readonly store: Pick<Store, 'neutralCaptions'>
  readonly log: (text: string) => void
}

/** Another list of captions is encoded anew. */
const list = createHash('sha256').update(neutralCaptions.join('\n')).digest('hex')

/**
 * What a model's cohort is made of: see [Note: the cohort]. The photos come with the pack. The captions are encoded when the model
 * is first opened, in its own process, and kept in the store, because a large text tower takes seconds for them.
 *
 * @param encoder  has the model open
 * @throws EngineError cancelled when the process is closed meanwhile
 */
export async function neutralRows(
  card: PackCard,
  encoder: Pick<EncoderProcess, 'encodeTexts'>,
  { store, log }: Deps
): Promise<NeutralRows> {
  const photos = rowsOf(card.neutralPhotos, card.image.dimension)
  const kept = store.neutralCaptions.of(card.text.id, list)
  if (kept.length > 0) return { photos, captions: known(kept) }
  try {
    const captions = await encoder.encodeTexts(neutralCaptions)
    store.neutralCaptions.save(card.text.id, list, captions)
    return { photos, captions: known(captions) }
  } catch (error) {
    // A text tower that cannot encode is met by the first question too, and says so there; photos are encoded all the same.
    if (!(error instanceof EngineError) || error.code === 'cancelled') throw error
    log(`${error.message} Until it is opened anew, what it finds is judged more roughly.`)
    return { photos, captions: [] }
  }
}

/** [n, d] to [n] rows that look at the same numbers. */
function rowsOf(matrix: Float32Array | null, dimension: number): Float32Array[] {
  if (matrix === null) return []
  return Array.from({ length: matrix.length / dimension }, (_, row) =>
    matrix.subarray(row * dimension, (row + 1) * dimension)
  )
}

function known(captions: readonly (EncodedText | null)[]): EncodedText[] {
  return captions.filter(caption => caption !== null)
}
