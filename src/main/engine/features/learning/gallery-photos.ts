import { config } from '../../base/config.ts'
import { spaceName, type ActiveModel } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import { giveWay } from '../../base/give-way.ts'
import { toInt16 } from '../../math/int16.ts'
import { serializeProjector } from '../../stages/project/projector-file.ts'
import type { Store } from '../../store/store.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import type { Control } from '../../base/job-queue.ts'

interface GalleryPhotos {
  readonly itemIds: readonly ItemId[]
  /** [n, k] where the model's own map puts them: see [Note: int16 on disk]. */
  readonly rows: Int16Array
}

interface Deps {
  readonly store: Store
  readonly model: ActiveModel
  readonly trainer: Pick<TrainerProcess, 'openProjector'>
  readonly threads: number
}

/**
 * The other photos of the library: a caption has to find its photo among them, too. Copies of the given ones are left out, since they are as good
 * an answer. Rows come from the store where the model's own map was projected with, and are projected here where only another version was.
 *
 * @param paired  photos that a text belongs to
 */
export async function galleryPhotos(paired: readonly ItemId[], deps: Deps, control: Control): Promise<GalleryPhotos> {
  const { store, model } = deps
  const { image, baseProjector: base } = model.card
  const isPaired = new Set(paired)
  const items = [...store.items.each()].filter(({ kind }) => kind === 'photo')
  const known = new Set(items.flatMap(({ itemId, contentHash }) => (isPaired.has(itemId) ? [contentHash] : [])))
  const wanted = new Set(
    items.flatMap(({ itemId, contentHash }) =>
      isPaired.has(itemId) || (contentHash !== null && known.has(contentHash)) ? [] : [itemId]
    )
  )
  const k = base?.dimension ?? image.dimension
  const rows = new Int16Array(wanted.size * k)
  const itemIds: ItemId[] = []
  const add = (itemId: ItemId, row: Int16Array): void => {
    rows.set(row, itemIds.length * k)
    itemIds.push(itemId)
    wanted.delete(itemId)
  }
  let looked = 0
  if (base !== null)
    for (const { itemId, vector } of store.projections.eachStored(spaceName(base.id, 'image'))) {
      if (wanted.has(itemId)) add(itemId, vector)
      if (++looked % config.pageSize === 0) await giveWay()
    }

  const lacking = [...wanted]
  const projector =
    base === null || lacking.length === 0
      ? null
      : await deps.trainer.openProjector({ projector: serializeProjector(base), threads: deps.threads }, control.signal)
  try {
    for (let from = 0; from < lacking.length; from += config.projectRows) {
      await control.pace()
      const some = lacking.slice(from, from + config.projectRows).flatMap(itemId => {
        const vector = store.embeddings.get(image.id, { itemId, part: 0 })
        return vector === undefined ? [] : [{ itemId, vector }]
      })
      const vectors = new Float32Array(some.length * image.dimension)
      some.forEach(({ vector }, i) => vectors.set(vector, i * image.dimension))
      const projected =
        projector === null || some.length === 0
          ? toInt16(vectors)
          : await projector.project(
              {
                tower: 'image',
                vectors,
                from: -1,
                tokens: new Int32Array(0),
                tokenStarts: new Int32Array(some.length + 1)
              },
              control.signal
            )
      some.forEach(({ itemId }, i) => add(itemId, projected.subarray(i * k, (i + 1) * k)))
      await giveWay()
    }
  } finally {
    projector?.close()
  }
  return { itemIds, rows: rows.slice(0, itemIds.length * k) }
}
