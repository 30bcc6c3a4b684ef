import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { giveWay } from '../../base/give-way.ts'
import type { EmbeddingRow, Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { saveProjections } from './save-projections.ts'

interface Missing {
  readonly itemId: ItemId
  readonly part: number
  readonly text: string
}

/**
 * Encodes texts about photos that the store has and the model in use has not encoded: what the person said of them since they
 * were read. No file is opened for it. Items whose picture is not encoded are left to indexing.
 *
 * @param itemIds  photos; others are passed over
 * @returns the items that have new embeddings
 */
export async function completeTexts(
  itemIds: Iterable<ItemId>,
  store: Store,
  model: ActiveModel,
  encoder: Pick<EncoderProcess, 'encodeTexts'>,
  signal: AbortSignal
): Promise<readonly ItemId[]> {
  const done: ItemId[] = []
  for (const page of pages(itemIds)) {
    signal.throwIfAborted()
    const photos = page.filter(itemId => store.embeddings.get(model.card.image.id, { itemId, part: 0 }) !== undefined)
    const missing = photos.flatMap(itemId => missingOf(itemId, store, model))
    // A caption that was said of a hundred photos is encoded once.
    const texts = [...new Set(missing.map(({ text }) => text))]
    const encoded = texts.length === 0 ? [] : await encoder.encodeTexts(texts, signal)
    const byText = new Map(texts.map((text, i) => [text, encoded[i] ?? null]))
    store.transaction(() => {
      const rows: EmbeddingRow[] = []
      for (const itemId of photos) {
        // Something else may have been said of it meanwhile: that is encoded by who said it.
        const now = missingOf(itemId, store, model)
        for (const { part, text } of now) {
          const one = byText.get(text)
          if (one != null) rows.push({ itemId, part, rotationDeg: 0, ...one })
        }
        if (now.every(({ text }) => byText.has(text))) store.items.markEncoded(itemId, model.key)
      }
      store.embeddings.save(model.card.text.id, rows)
      saveProjections('text', rows, store, model)
      done.push(...new Set(rows.map(({ itemId }) => itemId)))
    })
    await giveWay()
  }
  return done
}

function missingOf(itemId: ItemId, store: Store, model: ActiveModel): Missing[] {
  const known = new Set(store.embeddings.of(model.card.text.id, itemId).map(({ part }) => part))
  return store.items
    .texts(itemId)
    .filter(({ part }) => !known.has(part))
    .map(one => ({ itemId, ...one }))
}

function* pages(itemIds: Iterable<ItemId>): Generator<ItemId[]> {
  let page: ItemId[] = []
  for (const itemId of itemIds) {
    page.push(itemId)
    if (page.length < config.saveItems) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
