import { config } from '../../base/config.ts'
import type { ItemId, ReadFailure, Unreachable } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { EmbeddingRow, Store, WorkItem } from '../../store/store.ts'
import type { LibraryEncoder } from '../../workers/encoder-process.ts'
import { giveWay } from '../../base/give-way.ts'
import { batches } from '../indexing/index-library.ts'
import { unencoded, unencodedNow } from '../indexing/unencoded.ts'
import { projectEmbeddings } from '../projecting/project-embeddings.ts'
import { isProjected } from '../projecting/project-version.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import { absolutePath, several } from '../indexing/read-files.ts'
import { SpeedMeter } from '../indexing/speed.ts'
import { saveProjections } from '../projecting/save-projections.ts'
import { whyUnread } from '../indexing/why-unread.ts'

/**
 * Items that the next model could not encode, with the content hash that was tried. Indexing decides about them after the switch.
 */
export type PassedOver = Map<ItemId, string | null>

interface Deps {
  readonly store: Store
  /** Has the next model open, for this job alone. */
  readonly encoder: LibraryEncoder
  readonly next: ActiveModel
  /** The model in use, which answers meanwhile. */
  readonly before: () => ActiveModel | null
  readonly passedOver: PassedOver
}

/** One item as the next model encodes it, from the photo's file or the texts in the store. */
interface EncodedItem {
  readonly item: WorkItem
  /** Why the photo could not be encoded. */
  readonly failure: Pick<ReadFailure, 'reason'> | null
  readonly picture: Float32Array | null
  /** False when the store already held the picture's embedding. */
  readonly isNewPicture: boolean
  readonly texts: readonly { readonly part: number; readonly text: string }[]
  readonly rows: readonly EmbeddingRow[]
}

/**
 * Each pass encodes what was indexed during the pass before. A pass may find nothing and still not be the last, when items change
 * while they are encoded; so many such passes in a row mean that something can never be encoded.
 */
const mostIdlePasses = 20

/**
 * Whether the next model can answer alone: it has encoded every item that the model in use has, but those that were passed over,
 * and every embedding is projected.
 */
export function isPrepared({ store, next, before, passedOver }: Omit<Deps, 'encoder'>): boolean {
  const key = before()?.key
  if (key !== undefined)
    for (const { itemId, contentHash } of unencodedNow(store, next.key))
      if (passedOver.get(itemId) !== contentHash && store.items.isEncoded(itemId, key)) return false
  return isProjected(store, next)
}

/**
 * Encodes the indexed items with the next model, beside the model in use. Only embeddings of the next model are written: a photo
 * that cannot be read now keeps all that is stored of it. Texts come from the store, and a tower that two models share encodes
 * nothing twice. A stopped preparation continues where it stopped.
 *
 * @throws EngineError not-found when a folder or disk cannot be reached: its photos are still found by the model in use
 */
export async function* prepareModel(deps: Deps, control: Control): AsyncGenerator<Progress> {
  const { store, encoder, next, passedOver } = deps
  let progress: Progress = { stage: 'prepare', done: 0, total: null, failed: 0, encoded: 0 }
  for (let idlePasses = 0; !isPrepared(deps);) {
    await control.pace()
    const madeProjections = await projectEmbeddings(store, next, encoder, control.signal)
    progress = { ...progress, total: progress.done + store.items.countUnencoded(next.key) - passedOver.size }
    yield progress
    const before = progress.done
    const speed = new SpeedMeter()
    const paced = speed.follow(control)
    for await (const batch of batches(
      several(wanted(deps), paced, item => encode(item, deps, control.signal)),
      ({ texts }) => texts.length
    )) {
      speed.add(batch.filter(({ isNewPicture }) => isNewPicture).length)
      const encoded = await save(batch, deps)
      progress = {
        ...progress,
        done: progress.done + batch.length,
        total: Math.max(progress.total ?? 0, progress.done + batch.length),
        failed: passedOver.size,
        encoded: progress.encoded + encoded
      }
      yield progress
    }
    speed.remember(store, next.key)
    idlePasses = progress.done === before && madeProjections === 0 ? idlePasses + 1 : 0
    if (idlePasses > mostIdlePasses) throw new Error(`${next.card.id} lacks embeddings that cannot be made.`)
  }
}

async function* wanted({ store, next, passedOver }: Deps): AsyncGenerator<WorkItem> {
  for await (const item of unencoded(store, next.key)) if (passedOver.get(item.itemId) !== item.contentHash) yield item
}

async function encode(item: WorkItem, { store, encoder, next }: Deps, signal: AbortSignal): Promise<EncodedItem> {
  const { itemId } = item
  const { image, text } = next.card
  const isPhoto = store.items.kinds([itemId]).get(itemId) === 'photo'
  const texts = encodedTexts(itemId, store)
  const known = store.embeddings.of(text.id, itemId)
  const knownPicture = isPhoto ? store.embeddings.get(image.id, { itemId, part: 0 }) : undefined
  const result = { item, texts, failure: null, picture: knownPicture ?? null, isNewPicture: false, rows: known }

  if (isPhoto && knownPicture === undefined) {
    // Where the last scan did not reach the folder, the disk may be back by now: only reading the photo tells.
    const lost = item.unreachable !== null && item.unreachable.place !== item.path ? item.unreachable : null
    const path = absolutePath(item, item.path)
    const input = { path, sidecarPaths: [], modifiedMs: item.modifiedMs, encodePicture: true }
    const { reading, picture } = await encoder.read(input, signal)
    // The model in use still finds this photo, so switching without it would lose it. A single unreadable file loses no more.
    if (reading.kind === 'failure') {
      const why = await whyUnread(item, reading, store)
      if (why.kind === 'unreachable' && why.place !== item.path) refuseUnreachable(item, why, next)
      if (lost !== null) refuseUnreachable(item, lost, next)
      return { ...result, failure: reading }
    }
    if (reading.contentHash !== item.contentHash) {
      if (lost !== null) refuseUnreachable(item, lost, next)
      return { ...result, failure: { reason: 'The file was changed since it was indexed.' } }
    }
    result.picture = picture
    result.isNewPicture = picture !== null
  }
  const knownParts = new Set(known.map(({ part }) => part))
  const lacking = texts.filter(({ part }) => !knownParts.has(part))
  const encoded =
    lacking.length === 0
      ? []
      : await encoder.encodeTexts(
          lacking.map(one => one.text),
          signal
        )
  const made = lacking.flatMap(({ part }, i): EmbeddingRow[] => {
    const one = encoded[i]
    return one == null ? [] : [{ itemId, part, rotationDeg: 0, ...one }]
  })
  return { ...result, rows: [...known, ...made] }
}

function refuseUnreachable(item: WorkItem, { place, reason }: Unreachable, { card }: ActiveModel): never {
  const path = place === '' ? item.folderPath : absolutePath(item, place)
  throw new EngineError(
    'not-found',
    `The folder ${path} cannot be reached now, so its photos cannot be encoded with ${card.name}. ${reason} The model in use goes on, and what was encoded is kept. Connect the disk, or forget these files, and choose ${card.name} again.`
  )
}

/** The texts of an item that are encoded: its first passages. */
function encodedTexts(itemId: ItemId, store: Store): EncodedItem['texts'] {
  return store.items.texts(itemId, { from: 0, to: config.encodedPassages })
}

/**
 * Saves each item in transactions of a bounded size; the last one marks the item as encoded. An item that changed while it was
 * encoded is left to the next pass.
 * @returns items that were saved
 */
async function save(batch: readonly EncodedItem[], deps: Deps): Promise<number> {
  let saved = 0
  for (const one of batch) {
    if (one.failure !== null) deps.passedOver.set(one.item.itemId, one.item.contentHash)
    else if (await saveItem(one, deps)) saved++
    await giveWay()
  }
  return saved
}

/** @returns false when the item is no longer what was encoded, so that nothing or only a part of it was saved */
async function saveItem({ item, picture, texts, rows }: EncodedItem, { store, next }: Deps): Promise<boolean> {
  const { itemId, contentHash } = item
  const { image, text } = next.card
  const isSame = (): boolean =>
    contentHash !== null &&
    store.items.findContent(contentHash).includes(itemId) &&
    JSON.stringify(encodedTexts(itemId, store)) === JSON.stringify(texts)
  const isNew = (tower: string) => (row: EmbeddingRow) => store.embeddings.get(tower, row) === undefined
  const saveRows = (some: readonly EmbeddingRow[]): void => {
    store.embeddings.save(text.id, some.filter(isNew(text.id)))
    saveProjections('text', some, store, next)
  }

  const lastFrom = Math.floor(Math.max(0, rows.length - 1) / config.saveRows) * config.saveRows
  for (let from = 0; from < lastFrom; from += config.saveRows) {
    const some = rows.slice(from, from + config.saveRows)
    if (!store.transaction(() => isSame() && (saveRows(some), true))) return false
    await giveWay()
  }
  return store.transaction(() => {
    if (!isSame()) return false
    const pictures: EmbeddingRow[] = picture === null ? [] : [{ itemId, part: 0, rotationDeg: 0, vector: picture }]
    store.embeddings.save(image.id, pictures.filter(isNew(image.id)))
    saveProjections('image', pictures, store, next)
    saveRows(rows.slice(lastFrom))
    store.items.markEncoded(itemId, next.key)
    return true
  })
}
