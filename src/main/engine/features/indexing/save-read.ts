import { config } from '../../base/config.ts'
import type { ItemId, NoteReading, ReadFailure } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { EmbeddingRow, Store } from '../../store/store.ts'
import { giveWay } from '../../base/give-way.ts'
import { finishLeaving } from './finish-leaving.ts'
import { isSaidAsEncoded } from './own-texts.ts'
import type { ReadItem } from './read-files.ts'
import { saveProjections } from '../projecting/save-projections.ts'

export interface SaveDeps {
  readonly store: Store
  /** The version of the map that answers may change between two transactions. */
  readonly model: () => ActiveModel | null
  readonly pictureWasEncoded: boolean
  readonly signal: AbortSignal
  /** What was saved in the transaction that has just ended. */
  readonly onSaved: (
    saved: { readonly itemIds: readonly ItemId[] } | { readonly itemId: ItemId; readonly parts: SavedParts }
  ) => void
}

interface Saved {
  failed: number
  encoded: number
}

/**
 * Saves what was read in transactions of a bounded size, with a turn of the loop after each: item, words, embeddings and
 * their projections, or the reason of a failure. A note that is larger than one transaction is saved in several: see
 * [Note: saved in steps].
 */
export async function saveRead(read: readonly ReadItem[], deps: SaveDeps): Promise<Saved> {
  const total: Saved = { failed: 0, encoded: 0 }
  for (const group of groups(read, deps)) {
    const [one] = group
    const saved =
      one !== undefined && isLong(one, deps)
        ? await saveLongNote(one, one.output.reading, deps)
        : await saveTogether(group, deps)
    total.failed += saved.failed
    total.encoded += saved.encoded
    await giveWay()
  }
  return total
}

type LongNote = ReadItem & { readonly output: { readonly reading: NoteReading } }

function isLong(read: ReadItem, deps: SaveDeps): read is LongNote {
  return read.output.reading.kind === 'note' && rowsOf(read, deps) > config.saveRows
}

/** Of the table that gets most of them, or of which most go: a note that was long may be short now. */
function rowsOf({ item, output: { reading, texts } }: ReadItem, { store }: SaveDeps): number {
  if (reading.kind !== 'note') return Math.max(1, texts.length)
  const before = store.leaving.isLong(item.itemId) ? Infinity : 1
  return Math.max(before, texts.length, reading.passages.length, reading.links.length)
}

/** Items that go into one transaction: as many as have room in it, and a long note alone. */
function* groups(read: readonly ReadItem[], deps: SaveDeps): Generator<readonly ReadItem[]> {
  let group: ReadItem[] = []
  let rows = 0
  for (const item of read) {
    const more = rowsOf(item, deps)
    if (group.length > 0 && (rows + more > config.saveRows || group.length >= config.saveItems)) {
      yield group
      group = []
      rows = 0
    }
    group.push(item)
    rows += more
  }
  if (group.length > 0) yield group
}

async function saveTogether(
  read: readonly ReadItem[],
  { store, model: modelNow, pictureWasEncoded, onSaved }: SaveDeps
): Promise<Saved> {
  // What was a long note is not found any more, and waits until it is saved as a photo.
  for (const { item, output } of read)
    if (output.reading.kind === 'photo' && store.items.forgetLongReading(item.itemId)) await finishLeaving(store)
  const model = modelNow()
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
    for (const one of batch) {
      const { item, output } = one
      const { reading } = output
      if (reading.kind === 'failure') {
        failed++
        if (!saveFailure(item, reading, store, pictureWasEncoded)) withoutThumbnail.push(item.itemId)
        continue
      }
      // Another process may have removed it since.
      if (!store.items.exists(item.itemId)) continue
      // A new sidecar's stamp is kept only together with what the sidecar says.
      if (!pictureWasEncoded) store.items.relocate(item.itemId, item)
      const isAsEncoded = isSaidAsEncoded(one, store)
      store.items.saveReading(item.itemId, reading)
      if (reading.kind === 'note') withoutThumbnail.push(item.itemId)
      if (model === null) continue
      if (output.picture !== null)
        pictures.push({ itemId: item.itemId, part: 0, rotationDeg: 0, vector: output.picture })
      if (isAsEncoded) texts.push(...textRows(item.itemId, output.texts))
      if (pictureWasEncoded || output.texts.length > 0) encoded++
      const hasPicture =
        pictureWasEncoded || store.embeddings.get(model.card.image.id, { itemId: item.itemId, part: 0 }) !== undefined
      if (isAsEncoded && (reading.kind === 'note' || hasPicture)) store.items.markEncoded(item.itemId, model.key)
    }
    if (model === null) return
    saveEmbeddings('image', pictures, store, model)
    saveEmbeddings('text', texts, store, model)
  })
  // A file may have been a photo before. Last, so that a kill leaves one too many here as well.
  store.thumbnails.remove(withoutThumbnail)
  onSaved({ itemIds: batch.map(({ item }) => item.itemId) })
  await finishLeaving(store)
  return { failed, encoded }
}

/**
 * A failed reading of the very content that was read before takes nothing away: it is counted and listed, and says so.
 * @returns whether what was read before is still found
 */
function saveFailure(item: ReadItem['item'], failure: ReadFailure, store: Store, pictureWasEncoded: boolean): boolean {
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

/** [Note: saved in steps] */
async function saveLongNote(
  { item, output: { texts } }: LongNote,
  reading: NoteReading,
  { store, model: modelNow, pictureWasEncoded, onSaved, signal }: SaveDeps
): Promise<Saved> {
  const { itemId } = item
  const steps = store.items.saveNoteInSteps(itemId, reading, config.saveRows)
  for (;;) {
    const parts = store.transaction((): SavedParts | null => {
      const step = steps.next()
      // The last step makes it an indexed item: in the same transaction as that the model has encoded it.
      if (step.done === true) {
        const model = modelNow()
        // As for a short one: the stamp of what was read beside it is kept together with what that says.
        if (!pictureWasEncoded && store.items.exists(itemId)) store.items.relocate(itemId, item)
        if (model !== null && store.items.exists(itemId)) store.items.markEncoded(itemId, model.key)
      }
      return step.done === true ? null : step.value
    })
    if (parts === null) break
    await giveWay()
    const model = modelNow()
    const rows = textRows(
      itemId,
      texts.filter(({ part }) => part >= parts.from && part < parts.to)
    )
    if (model !== null && rows.length > 0)
      store.transaction(() => {
        if (store.items.exists(itemId)) saveEmbeddings('text', rows, store, model)
      })
    onSaved({ itemId, parts })
    await giveWay()
    // It waits, and is read again.
    if (signal.aborted) return { failed: 0, encoded: 0 }
  }
  // The file may have been a photo before.
  store.thumbnails.remove([itemId])
  return { failed: 0, encoded: modelNow() === null ? 0 : 1 }
}

function textRows(itemId: ItemId, texts: ReadItem['output']['texts']): EmbeddingRow[] {
  return texts.map(text => ({ itemId, rotationDeg: 0, ...text }))
}

function saveEmbeddings(
  tower: 'image' | 'text',
  rows: readonly EmbeddingRow[],
  store: Store,
  model: ActiveModel
): void {
  store.embeddings.save(model.card[tower].id, rows)
  saveProjections(tower, rows, store, model)
}
