/** The contract's words for the chosen folders and what is in them, in numbers. Plain data, like all of the contract. */

import type { ModelSummary } from './models.ts'

/** eligible = indexed + failed + waiting + unreachable + excluded, always. */
export interface Counts {
  readonly eligible: number
  readonly indexed: number
  readonly failed: number
  readonly waiting: number
  /** Not there or not readable now, and not known to be deleted: what was read of them is found as before. */
  readonly unreachable: number
  /** Left out by the person: not read, not found. */
  readonly excluded: number
}

export interface FolderStatus extends Counts {
  readonly folderId: number
  readonly path: string
  readonly addedMs: number
  /** What the last scan could not look into. */
  readonly problems: readonly { readonly path: string; readonly reason: string }[]
  /** false when the folder itself is not there now (an unplugged disk): its items are kept. */
  readonly isReachable: boolean
}

export interface LibraryStatus extends Counts {
  readonly folders: readonly FolderStatus[]
  readonly photos: number
  readonly notes: number
  /** Indexed items that the active model has not encoded yet and that can be reached. */
  readonly unencoded: number
  /** Notes of which only the beginning is found by its meaning, and how many passages that is. */
  readonly longNotes: { readonly count: number; readonly encodedPassages: number }
  /** null: words only. */
  readonly model: ModelSummary | null
  readonly databaseBytes: number
  readonly thumbnailBytes: number
  /** About how long `rebuildLibrary` takes here: as the last one did, or by the model's measured speed; null when neither is known. */
  readonly rebuildSeconds: number | null
}

/** The last line of `reverie index --json`. */
export interface IndexReport extends Counts {
  /** Files that went through the encoder in this run. */
  readonly encoded: number
  readonly seconds: number
}

/** Folders on this machine to choose from. */
export interface BrowsedFolders {
  /** null: the usual places. */
  readonly path: string | null
  readonly parent: string | null
  readonly folders: readonly { readonly name: string; readonly path: string }[]
}
