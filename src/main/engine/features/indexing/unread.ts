import type { FolderId } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import { loseFolder, loseItems } from './follow-changes.ts'
import type { ReadItem } from './read-files.ts'
import { whyUnread } from './why-unread.ts'

interface Deps {
  readonly store: Store
  readonly onSaved: Parameters<typeof loseFolder>[2]['onSaved']
}

export interface Parted {
  /** What was read, or failed for what is in it. */
  readonly read: readonly ReadItem[]
  /** How many cannot be read now: they stay as they were, and are looked at again in each run. */
  readonly unreachable: number
  /** Folders in which something was taken away or changed meanwhile. */
  readonly lookAgain: ReadonlySet<FolderId>
}

/**
 * Takes out of a batch what could not be read for a reason that is not the file's content. What is lost with a disk is marked
 * so at once, as much of it as is known, so that nothing more of it is tried in this run.
 */
export async function partUnread(batch: readonly ReadItem[], deps: Deps): Promise<Parted> {
  const { store } = deps
  const read: ReadItem[] = []
  const lookAgain = new Set<FolderId>()
  let unreachable = 0
  for (const one of batch) {
    const { item, output } = one
    const { reading } = output
    if (reading.kind !== 'failure') {
      read.push(one)
      continue
    }
    const why = await whyUnread(item, reading, store)
    if (why.kind === 'content') {
      read.push({ item, output: { ...output, reading: { ...reading, contentHash: why.contentHash } } })
      continue
    }
    if (why.kind === 'look-again') {
      lookAgain.add(item.folderId)
      continue
    }
    unreachable++
    const folder = store.folders.all().find(({ folderId }) => folderId === item.folderId)
    if (why.isWholeFolder && folder !== undefined) {
      if (folder.isReachable) await loseFolder(folder, why.reason, deps)
      continue
    }
    if (why.lostDevice !== null) await loseItems(item.folderId, why, why.lostDevice, store)
    else
      store.items.missed(0, [
        { itemId: item.itemId, place: why.place, reason: why.reason, device: null, wasLookedFor: false }
      ])
    deps.onSaved({ itemIds: [], folderIds: new Set([item.folderId]) })
  }
  return { read, unreachable, lookAgain }
}
