import type {
  Changes,
  ExclusionChanges,
  FolderId,
  FoundFile,
  ItemId,
  KnownFile,
  ScanProblem
} from '../../base/domain.ts'
import { isToldByName } from '../../stages/library/told-by-name.ts'
import type { Store } from '../../store/store.ts'
import { setItemsAside } from './forget-items.ts'
import { inSlices } from './in-slices.ts'

interface Deps {
  readonly store: Store
  readonly onRemoved: (itemIds: readonly ItemId[]) => void
}

export type Seen = Parameters<Store['items']['seen']>[1][number]
export type Missed = Parameters<Store['items']['missed']>[1][number]

/** What a scan found to be otherwise than it was known. */
export interface Otherwise {
  readonly deleted: readonly ItemId[]
  readonly exclusions: ExclusionChanges
  readonly changes: Changes
  readonly presence: { readonly seen: readonly Seen[]; readonly missed: readonly Missed[] }
  readonly scan: { readonly isReachable: boolean; readonly problems: readonly ScanProblem[]; readonly scans: number }
}

/**
 * Writes it down in slices. A kill between two leaves what the next scan finds again and finishes, because of their order:
 *
 * 1. What was deleted goes first: a file is never an item and excluded.
 * 2. Excluded files, and items that moved or changed: each is either as it was known or as it was found.
 * 3. What is there and what is not, before the scan's number: else a file that this scan missed would count as seen by it.
 * 4. The scan's number, before new files: those that it saw together are known to have been there together.
 * 5. New files: those that are not in yet are new in the next scan.
 *
 * @returns whether anything was otherwise
 * @throws the signal's reason, between two slices
 */
export async function applyChanges(
  folderId: FolderId,
  { deleted, exclusions, changes, presence, scan }: Otherwise,
  { store, onRemoved }: Deps,
  signal: AbortSignal
): Promise<boolean> {
  const after = (): void => signal.throwIfAborted()
  const nowMs = Date.now()
  await setItemsAside(deleted, store, { nowMs }, slice => {
    onRemoved(slice)
    after()
  })
  const saveExclusions = (some: Partial<ExclusionChanges>): void =>
    store.excluded.saveScan(folderId, { seen: [], found: [], gone: [], ...some }, nowMs)
  await inSlices(exclusions.seen, store, one => saveExclusions({ seen: [one] }), { after })
  await inSlices(exclusions.found, store, one => saveExclusions({ found: [one] }), { after })
  await inSlices(exclusions.gone, store, one => saveExclusions({ gone: [one] }), { after })

  await inSlices(
    changes.moved,
    store,
    ({ known, found }) => {
      // What was wrong may have been its name: a text that was called a picture is read as what it is called now.
      if (known.status === 'failed' || isRenamed(known, found, store)) store.items.markChanged(known.itemId, found)
      // Other sidecars are known only once they were read: see saveRead. A run may end before.
      else store.items.relocate(known.itemId, { ...found, sidecarStamp: known.sidecarStamp })
      store.items.seen(scan.scans, [{ itemId: known.itemId, device: found.device ?? null }])
    },
    { after }
  )
  await inSlices(changes.touched, store, ({ known, found }) => store.items.relocate(known.itemId, found), { after })
  await inSlices(changes.changed, store, ({ known, found }) => store.items.markChanged(known.itemId, found), { after })

  await inSlices(presence.seen, store, one => store.items.seen(scan.scans, [one]), { after })
  await inSlices(presence.missed, store, one => store.items.missed(scan.scans, [one]), { after })
  store.folders.saveScan(folderId, scan)

  await inSlices(
    changes.added,
    store,
    file => {
      // What was excluded while the folder was looked at stays out, and so does all of a folder that was removed.
      if (store.folders.has(folderId) && !store.excluded.covers(folderId, file.path))
        store.items.add(folderId, [file], scan.scans)
    },
    { after }
  )
  const { added, moved, changed } = changes
  return [deleted, added, moved, changed, presence.seen, presence.missed].some(({ length }) => length > 0)
}

/** Whether the new name of a file tells something else of it than the old one did. */
function isRenamed({ itemId, path }: KnownFile, found: FoundFile, store: Store): boolean {
  const told = store.items.told(itemId)
  return told !== undefined && isToldByName(told, path, found.path)
}
