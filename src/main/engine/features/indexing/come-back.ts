import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store, WorkItem } from '../../store/store.ts'
import { isToldByName } from '../../stages/library/told-by-name.ts'
import { hashFound } from './hash-found.ts'
import { saveProjections } from '../projecting/save-projections.ts'
import { inSlices } from './in-slices.ts'
import { inIdRanges } from './known-files.ts'
import type { Control } from '../../base/job-queue.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Forgets for good what was set aside too long ago. */
export async function forgetOld(store: Store, nowMs: number, control: Control): Promise<void> {
  const old = store.items.asideBefore(nowMs - config.keepDeletedDays * dayMs)
  await inSlices(old, store, itemId => store.items.remove([itemId]), {
    inside: slice => store.thumbnails.remove(slice),
    after: () => control.signal.throwIfAborted()
  })
}

/**
 * New files whose content is that of an item which was set aside are that item again, wherever they are: nothing is read or
 * encoded anew. A file is hashed only where it is as large as one of those.
 * @returns the items that are back, and those of them whose metadata must be read again, because their sidecars are others
 */
export async function comeBack(
  store: Store,
  model: ActiveModel | null,
  control: Control
): Promise<{ readonly back: readonly ItemId[]; readonly described: readonly WorkItem[] }> {
  const last = store.items.lastId()
  const sizes = new Set(await inIdRanges(last, ids => store.items.sizesAside(ids)))
  if (sizes.size === 0) return { back: [], described: [] }
  const fresh = await inIdRanges(last, ids => store.items.unread(ids).filter(({ sizeBytes }) => sizes.has(sizeBytes)))
  const back: ItemId[] = []
  const described: WorkItem[] = []
  for (const file of fresh) {
    await control.pace()
    control.signal.throwIfAborted()
    const contentHash = await hashFound(file.folderPath, file).catch(() => null)
    const same = contentHash === null ? [] : store.items.asideLike(contentHash)
    // Of several the one with the same name: see findMoves.
    const one = same.find(({ path }) => nameOf(path) === nameOf(file.path)) ?? same[0]
    if (one === undefined) continue
    const isBack = store.transaction(() => {
      if (!store.items.isWaiting(file.itemId) || !store.items.takeBack(one.itemId, file.itemId)) return false
      if (model !== null) projectAgain(one.itemId, store, model)
      const told = store.items.told(one.itemId)
      if (told !== undefined && isToldByName(told, one.path, file.path)) store.items.markChanged(one.itemId, file)
      return true
    })
    if (!isBack) continue
    back.push(one.itemId)
    if (file.sidecarStamp !== one.sidecarStamp) described.push({ ...file, itemId: one.itemId, contentHash })
  }
  return { back, described }
}

/** What was set aside has no projections, because another map may answer by now. */
export function projectAgain(itemId: ItemId, store: Store, model: ActiveModel): void {
  const { image, text } = model.card
  const picture = store.embeddings.of(image.id, itemId).filter(({ part }) => part === 0)
  saveProjections('image', picture, store, model)
  saveProjections('text', store.embeddings.of(text.id, itemId), store, model)
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
