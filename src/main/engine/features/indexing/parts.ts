import type { ModelInUse } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import type { SavedParts } from '../../store/saved-parts.ts'
import type { Store } from '../../store/store.ts'

/** What is searched, as indexing sees it: rows that follow the store. */
export interface SearchedRows {
  /** Items that were saved. */
  follow(itemIds: readonly ItemId[]): void
  /** Passages of a long note that were saved. */
  followParts(itemId: ItemId, parts: SavedParts): void
  remove(itemIds: readonly ItemId[]): void
  /** Everything was projected anew. */
  reload(): void
}

/** What the commands of indexing work with. */
export interface IndexingParts {
  readonly store: Store
  readonly galleries: SearchedRows
  readonly model: ModelInUse
  readonly indexing: {
    /** Tells the page that the library is different now, without a job. */
    changed(): void
    /** Starts a run, or has the running one followed by another. @returns the id of the job that runs now */
    request(): string
  }
}
