import { config } from '../../base/config.ts'
import type { EncodedText, ItemId } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import { describingReasons } from '../../stages/library/pairs.ts'
import { galleryPhotos } from './gallery-photos.ts'
import { learnableOf } from './list-pairs.ts'
import { minedPairs } from './mined-pairs.ts'
import { photoLabels } from './photo-labels.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import { folderOf } from '../../base/item-path.ts'
import { enoughPhotos, refuseTooFew, type Learnable } from '../../stages/train/readiness.ts'
import { hashPairs, type TrainingRows } from './training-rows.ts'
import { rotatePhotos, type RotatedEncoder } from './rotate-photos.ts'

/** What encodes for a training: the encoder process. */
export interface TrainingEncoder extends RotatedEncoder {
  /** null for a text without a known word. */
  encodeTexts(texts: readonly string[], signal?: AbortSignal): Promise<readonly (EncodedText | null)[]>
  /** The same, refusing once another model is in use. */
  bound?(): TrainingEncoder
}

/** What a training learns from, and what its positions stand for. */
export interface TrainingSet {
  readonly rows: TrainingRows
  readonly pairHash: string
  /** By position, those of the gallery after the others; null for a photo that is not in the library. */
  readonly itemIds: readonly (ItemId | null)[]
  readonly texts: readonly string[]
}

interface Deps {
  readonly store: Store
  readonly encoder: TrainingEncoder
  readonly model: ActiveModel
  readonly trainer: Pick<TrainerProcess, 'openProjector'>
  readonly threads: number
}

/**
 * The library's own pairs: mined, their texts encoded, their photos' embeddings from the store, and rotated where there are
 * enough of them. Photos that the model has not encoded are left out; the next training has them.
 *
 * @throws EngineError bad-input when there are too few
 */
export async function* libraryTrainingSet(deps: Deps, control: Control): AsyncGenerator<Progress, TrainingSet> {
  const { store, encoder, model } = deps
  let progress: Progress = { stage: 'pairs', done: 0, total: null, failed: 0, encoded: 0 }
  yield progress
  const mined = await minedPairs(store, model.card.image.id)

  const wanted = [...new Set(mined.pairs.map(({ text }) => text))]
  const encoded = new Map<string, EncodedText>()
  for await (const { text, row, done } of encodeTexts(wanted, encoder, control)) {
    if (row !== null) encoded.set(text, row)
    progress = { ...progress, done, total: wanted.length }
    if (done % config.pageSize === 0) yield progress
  }
  const upright = new Map<ItemId, Float32Array>()
  for (const itemId of mined.groupOf.keys()) {
    const vector = store.embeddings.get(model.card.image.id, { itemId, part: 0 })
    if (vector !== undefined) upright.set(itemId, vector)
  }
  let pairs = mined.pairs.filter(({ photoId, text }) => upright.has(photoId) && encoded.has(text))
  const learnable = (): Learnable => learnableOf(mined, new Set(pairs.map(({ photoId }) => photoId)))
  refuseTooFew(learnable())

  const rotated = new Map<ItemId, readonly Float32Array[]>()
  if (learnable().different >= enoughPhotos) {
    const photos = [...new Set(pairs.map(({ photoId }) => photoId))].flatMap(itemId => {
      const path = store.items.get(itemId)?.path
      return path === undefined ? [] : [{ itemId, path }]
    })
    progress = { ...progress, stage: 'turn', done: 0, total: photos.length }
    yield progress
    for await (const photo of rotatePhotos(photos, { store, encoder, encoderId: model.card.image.id }, control)) {
      if (photo.rotations !== null) rotated.set(photo.itemId, photo.rotations)
      progress = {
        ...progress,
        done: progress.done + 1,
        failed: progress.failed + (photo.rotations === null ? 1 : 0),
        encoded: progress.encoded + (photo.wasEncoded ? 1 : 0)
      }
      yield progress
    }
    pairs = pairs.filter(({ photoId }) => rotated.has(photoId))
    refuseTooFew(learnable())
  }

  const itemIds = [...new Set(pairs.map(({ photoId }) => photoId))].sort((a, b) => a - b)
  const texts = [...new Set(pairs.map(({ text }) => text))].sort()
  const photoAt = new Map(itemIds.map((itemId, i) => [itemId, i]))
  const textAt = new Map(texts.map((text, i) => [text, i]))
  const labels = labelsOf(itemIds, store)
  const gallery = await galleryPhotos(itemIds, deps, control)
  return {
    itemIds: [...itemIds, ...gallery.itemIds],
    texts,
    pairHash: hashPairs(pairs),
    rows: {
      photos: itemIds.map((itemId, i) => ({
        rotations: [upright.get(itemId) ?? missing(), ...(rotated.get(itemId) ?? [])],
        alike: mined.alikeOf.get(itemId) ?? missing(),
        group: mined.groupOf.get(itemId) ?? missing(),
        label: labels[i] ?? -1
      })),
      texts: texts.map(text => encoded.get(text) ?? missing()),
      gallery: gallery.rows,
      pairs: pairs
        .map(({ photoId, text, weight, reason }) => ({
          photo: photoAt.get(photoId) ?? missing(),
          text: textAt.get(text) ?? missing(),
          weight,
          describes: describingReasons.has(reason)
        }))
        .sort((a, b) => a.photo - b.photo || a.text - b.text)
    }
  }
}

/** In pages, each text with how many are done. */
export async function* encodeTexts(
  texts: readonly string[],
  encoder: TrainingEncoder,
  control: Control
): AsyncGenerator<{ readonly text: string; readonly row: EncodedText | null; readonly done: number }> {
  for (let from = 0; from < texts.length; from += config.pageSize) {
    await control.pace()
    const page = texts.slice(from, from + config.pageSize)
    const rows = await encoder.encodeTexts(page, control.signal)
    for (const [i, text] of page.entries()) yield { text, row: rows[i] ?? null, done: from + i + 1 }
  }
}

function labelsOf(itemIds: readonly ItemId[], store: Store): Int32Array {
  const wanted = new Set(itemIds)
  const photos = [...store.items.each()].filter(({ itemId }) => wanted.has(itemId))
  const labels = photoLabels(
    photos.map(({ itemId, keywords, folderId, path }) => ({
      itemId,
      keywords,
      folder: `${folderId}/${folderOf(path)}`
    }))
  )
  const byItem = new Map(photos.map(({ itemId }, i) => [itemId, labels[i] ?? -1]))
  return Int32Array.from(itemIds, itemId => byItem.get(itemId) ?? -1)
}

function missing(): never {
  throw new EngineError('internal', 'A pair lost its photo or its text while the training was prepared. Try again.')
}
