import { config } from '../../base/config.ts'
import type { ItemId } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { Turns } from '../../base/give-way.ts'
import { everyPart, type SavedParts } from '../../store/saved-parts.ts'
import type { Store, WorkItem } from '../../store/store.ts'
import { isToldByName } from '../../stages/library/told-by-name.ts'
import { hashOfItem } from './hash-found.ts'
import { saveProjections } from '../projecting/save-projections.ts'
import { inSlices } from './in-slices.ts'
import { inIdRanges } from './known-files.ts'
import type { Control } from '../../base/job-queue.ts'
import { nameOf } from '../../base/item-path.ts'

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
    const contentHash = await hashOfItem(file, store).catch(() => null)
    const same = contentHash === null ? [] : store.items.asideLike(contentHash)
    // Of several the one with the same name: see findMoves.
    const one = same.find(({ path }) => nameOf(path) === nameOf(file.path)) ?? same[0]
    if (one === undefined) continue
    const isBack = await bringBack(one.itemId, store, () => model, {
      freshId: file.itemId,
      isWanted: () => store.items.isWaiting(file.itemId),
      onBack() {
        const told = store.items.told(one.itemId)
        if (told !== undefined && isToldByName(told, one.path, file.path)) store.items.markChanged(one.itemId, file)
      }
    })
    if (!isBack) continue
    back.push(one.itemId)
    if (file.sidecarStamp !== one.sidecarStamp) described.push({ ...file, itemId: one.itemId, contentHash })
  }
  return { back, described }
}

/**
 * An item that was set aside, as it was. A long note comes in steps: it is found from the last one on.
 * @param given.isWanted  asked before each step
 * @param given.onBack  ends the transaction in which it is there again
 * @returns false when it is not aside, or not wanted any more
 */
export async function bringBack(
  itemId: ItemId,
  store: Store,
  model: () => ActiveModel | null,
  given: { readonly freshId?: ItemId; readonly isWanted?: () => boolean; readonly onBack?: () => void } = {}
): Promise<boolean> {
  const steps = store.items.takeBackInSteps(itemId, given.freshId)
  const turns = new Turns()
  for (let isFirst = true; ; isFirst = false) {
    const step = store.transaction(() => {
      const step = given.isWanted?.() === false ? steps.return(false) : steps.next()
      if (step.done === true && step.value) {
        const now = model()
        if (isFirst && now !== null) projectAgain(itemId, everyPart, store, now)
        given.onBack?.()
      }
      return step
    })
    if (step.done === true) {
      if (step.value && !isFirst) await projectInSteps(itemId, store, model, turns)
      return step.value
    }
    if (turns.isLong) await turns.next()
  }
}

/** A kill between two steps is made good by the next run, which projects what has no projection. */
async function projectInSteps(
  itemId: ItemId,
  store: Store,
  model: () => ActiveModel | null,
  turns: Turns
): Promise<void> {
  for (let from = 0; from < config.encodedPassages; from += config.saveRows) {
    const now = model()
    if (now === null) return
    store.transaction(() => projectAgain(itemId, { from, to: from + config.saveRows }, store, now))
    if (turns.isLong) await turns.next()
  }
}

/** What was set aside has no projections, because another map may answer by now. */
function projectAgain(itemId: ItemId, parts: SavedParts, store: Store, model: ActiveModel): void {
  const { image, text } = model.card
  const picture = store.embeddings.of(image.id, itemId, parts).filter(({ part }) => part === 0)
  saveProjections('image', picture, store, model)
  saveProjections('text', store.embeddings.of(text.id, itemId, parts), store, model)
}
