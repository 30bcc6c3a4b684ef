import type { ItemId, ReadFailure } from '../domain.ts'
import type { ActiveModel } from '../models.ts'
import type { EmbeddingRow, Store } from '../store/store.ts'
import type { ReadItem } from './read-files.ts'
import { saveProjections } from './save-projections.ts'

/** Saves what was read in one transaction: item, words, embeddings and their projections, or the reason of a failure. */
export function saveRead(
  read: readonly ReadItem[],
  store: Store,
  model: ActiveModel | null,
  options: { readonly pictureWasEncoded: boolean }
): { failed: number; encoded: number } {
  // A folder may have been removed, or a file excluded, while it was read: then nothing of it is kept.
  const batch = read.filter(({ item }) => store.items.exists(item.itemId))
  const thumbnails = batch.flatMap(({ item, output: { reading } }) =>
    reading.kind === 'photo' ? [{ itemId: item.itemId, jpeg: reading.thumbnail.jpeg }] : []
  )
  // First, and in their own database: a kill between the two leaves a thumbnail too many, never one too few.
  store.thumbnails.save(thumbnails)

  let failed = 0
  let encoded = 0
  const pictures: EmbeddingRow[] = []
  const texts: EmbeddingRow[] = []
  const withoutThumbnail: ItemId[] = []
  store.transaction(() => {
    for (const { item, output } of batch) {
      const { reading } = output
      if (reading.kind === 'failure') {
        failed++
        if (!saveFailure(item, reading, store, options)) withoutThumbnail.push(item.itemId)
        continue
      }
      // Another process may have removed it since.
      if (!store.items.exists(item.itemId)) continue
      // A new sidecar's stamp is kept only together with what the sidecar says.
      if (!options.pictureWasEncoded) store.items.relocate(item.itemId, item)
      store.items.saveReading(item.itemId, reading)
      if (reading.kind === 'note') withoutThumbnail.push(item.itemId)
      if (model === null) continue
      if (output.picture !== null) pictures.push({ itemId: item.itemId, part: 0, turnDeg: 0, vector: output.picture })
      for (const text of output.texts) texts.push({ itemId: item.itemId, turnDeg: 0, ...text })
      if (options.pictureWasEncoded || output.texts.length > 0) encoded++
      const hasPicture =
        options.pictureWasEncoded ||
        store.embeddings.get(model.card.image.id, { itemId: item.itemId, part: 0 }) !== undefined
      if (reading.kind === 'note' || hasPicture) store.items.markEncoded(item.itemId, model.key)
    }
    if (model === null) return
    store.embeddings.save(model.card.image.id, pictures)
    store.embeddings.save(model.card.text.id, texts)
    saveProjections('image', pictures, store, model)
    saveProjections('text', texts, store, model)
  })
  // A file may have been a photo before. Last, so that a kill leaves one too many here as well.
  store.thumbnails.remove(withoutThumbnail)
  return { failed, encoded }
}

/**
 * A failed reading of the very content that was read before takes nothing away: it is counted and listed, and says so.
 * @returns whether what was read before is still found
 */
function saveFailure(
  item: ReadItem['item'],
  failure: ReadFailure,
  store: Store,
  { pictureWasEncoded }: { readonly pictureWasEncoded: boolean }
): boolean {
  const before = store.items.reading(item.itemId)
  const isSame = failure.contentHash !== null && failure.contentHash === before?.contentHash
  if (!isSame || !before.isSearchable) {
    store.items.saveFailure(item.itemId, failure)
    return false
  }
  // Its sidecars were looked at: what they say is tried again when they change.
  if (!pictureWasEncoded) store.items.relocate(item.itemId, item)
  const reason = `Reading it again failed; what was read of it before is still found. ${failure.reason}`
  store.items.saveRereadFailure(item.itemId, { ...failure, reason })
  return true
}
