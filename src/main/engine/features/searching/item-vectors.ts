import type { ActiveModel } from '../../base/active-model.ts'
import type { EncodedText, ItemId } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { meanOf, unit } from '../../math/vectors.ts'
import type { Store } from '../../store/store.ts'
import type { Question } from './question.ts'

/**
 * The stored embeddings of an item, as a question: the picture of a photo, or the mean of a note's passages.
 * @param model  whose embeddings; null: none
 * @returns null where the model has not encoded the item
 * @throws EngineError not-found
 */
export function vectorsOf(itemId: ItemId, model: ActiveModel | null, store: Store): Pick<Question, 'text' | 'picture'> {
  const item = store.items.get(itemId)
  if (item === undefined)
    throw new EngineError(
      'not-found',
      `There is no item ${itemId} in the library. Remove “like:${itemId}” to search without it.`
    )
  if (model === null) return { text: null, picture: null }
  const { image, text } = model.card
  if (item.kind === 'photo') return { text: null, picture: store.embeddings.get(image.id, { itemId, part: 0 }) ?? null }
  const passages = store.embeddings.of(text.id, itemId)
  return {
    text: meanText(passages.map(({ vector, tokens }) => ({ vector, tokens: tokens ?? noTokens }))),
    picture: null
  }
}

const noTokens = new Int32Array(0)

/** Several texts as one: the unit mean of their vectors, and the tokens of all. @returns null for none */
export function meanText(texts: readonly EncodedText[]): EncodedText | null {
  if (texts.length <= 1) return texts[0] ?? null
  const tokens = Int32Array.from(texts.flatMap(one => [...one.tokens]))
  return { vector: unit(meanOf(texts.map(({ vector }) => vector))), tokens }
}
