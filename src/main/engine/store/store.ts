import type { ContainerRows } from './containers.ts'
import type { ExcludedRows } from './excluded.ts'
import type { HitVerdictRows } from './hit-verdicts.ts'
import type { KnownValues } from './known-values.ts'
import type { IdRange } from './id-range.ts'
import type { LeavingRows } from './leaving.ts'
import type { NeutralCaptionRows } from './neutral-captions.ts'
import type { SavedParts } from './saved-parts.ts'
import type { ThumbnailRows } from './thumbnails.ts'
import type { WordRows } from './word-rows.ts'
import type { Counts } from '../../../shared/library.ts'
import type { FailedItem, ItemDetail, ItemSummary, OwnWords } from '../../../shared/items.ts'
import type {
  DatePrecision,
  DateSource,
  FolderId,
  FoundFile,
  ItemFilters,
  ItemId,
  ItemKind,
  KnownFile,
  NoteReading,
  PairVerdict,
  PhotoReading,
  ReadFailure,
  ScanProblem,
  RotationDeg,
  Told,
  Unreachable,
  VectorKey
} from '../base/domain.ts'
import type { Steps } from '../base/give-way.ts'

/**
 * All that Reverie remembers: one SQLite database (`reverie.db`) and one for thumbnails (`thumbnails.db`) in the data
 * folder. Synchronous. Functions take and return domain types; SQL stays behind them.
 */
export interface Store {
  readonly folders: FolderRows
  readonly items: ItemRows
  readonly embeddings: EmbeddingRows
  readonly projections: ProjectionRows
  readonly projectorVersions: ProjectorVersionRows
  readonly neutralCaptions: NeutralCaptionRows
  readonly words: WordRows
  readonly links: LinkRows
  readonly pairVerdicts: PairVerdictRows
  readonly ownWords: OwnWordRows
  readonly hitVerdicts: HitVerdictRows
  readonly excluded: ExcludedRows
  readonly containers: ContainerRows
  readonly thumbnails: ThumbnailRows
  readonly leaving: LeavingRows
  readonly settings: SettingRows
  readonly known: KnownValues
  /** All or nothing. Nested calls join the outer one. */
  transaction<T>(work: () => T): T
  sizes(): { databaseBytes: number; thumbnailBytes: number }
  /** To be waited for before `close` where a thread copies the logs: it ends. */
  endCheckpoints(): Promise<void>
  close(): void
}

export interface StoredFolder {
  readonly folderId: FolderId
  readonly path: string
  readonly addedMs: number
  readonly problems: readonly ScanProblem[]
  readonly isReachable: boolean
  /** How many scans of it came to their end. */
  readonly scans: number
}

export interface FolderRows {
  all(): readonly StoredFolder[]
  has(folderId: FolderId): boolean
  /** The same folder again gives the row that is there. @throws EngineError bad-input when one contains the other */
  add(path: string, nowMs: number): StoredFolder
  /** With all items and everything derived from them. */
  remove(folderId: FolderId): void
  /** @param scan.scans  when it came to its end: how many did by now */
  saveScan(folderId: FolderId, scan: { isReachable: boolean; problems: readonly ScanProblem[]; scans?: number }): void
}

/** An item that has to be read: a new or changed file, or one that the active model has not encoded. */
export interface WorkItem extends FoundFile {
  readonly itemId: ItemId
  readonly folderId: FolderId
  /** Of the folder. Absolute path = folderPath + path. */
  readonly folderPath: string
  readonly contentHash: string | null
  /** What its folder or it is unreachable for; null when it may be read. */
  readonly unreachable: Unreachable | null
}

/** What is known of how a photo looks, and of when and with what it was taken. */
export interface PhotoLook {
  /** 64-bit difference hash, 16 hex digits. */
  readonly perceptualHash: string
  readonly thumbhash: Uint8Array
  readonly contentHash: string
  readonly widthPx: number
  readonly heightPx: number
  readonly camera: string | null
  readonly dateMs: number
  readonly dateSource: DateSource
  readonly datePrecision: DatePrecision | null
}

export interface ItemRows {
  /** Without those that were set aside. */
  inFolder(folderId: FolderId, ids?: IdRange): readonly (KnownFile & { readonly unreachable: Unreachable | null })[]
  /** Of the row that was added last; 0 where there is none. */
  lastId(): ItemId
  /** New rows, waiting. @param scan  the one that found them */
  add(folderId: FolderId, files: readonly FoundFile[], scan?: number): void
  /** Content may differ: status back to waiting; what is known stays searchable until it is read again. */
  markChanged(itemId: ItemId, file: FoundFile): void
  /** Path, times or sidecars differ, the content does not: status and embeddings stay. */
  relocate(itemId: ItemId, file: FoundFile): void
  /** For good. */
  remove(itemIds: readonly ItemId[]): void
  /** Not, when it was set aside. */
  exists(itemId: ItemId): boolean

  // Which files are there now: see unreachable-tables.ts.
  /** What is there, and was not before or on another device. */
  seen(scan: number, files: readonly { readonly itemId: ItemId; readonly device: string | null }[]): void
  /** What is not there, or cannot be read, and is not known to be deleted: what was read of it stays. */
  missed(
    scan: number,
    files: readonly (Unreachable & {
      readonly itemId: ItemId
      /** null: as it was */
      readonly device: string | null
      /** false when nobody could look whether it is there */
      readonly wasLookedFor: boolean
    })[]
  ): void
  /** The same of all that is in a folder, on a device where one is given. @returns how many that was news of */
  lost(folderId: FolderId, unreachable: Unreachable, device: string | null, ids?: IdRange): number
  /** By the place that is lost, the greatest number first. */
  unreachable(limit: number): {
    readonly places: readonly (Unreachable & {
      readonly folderId: FolderId
      readonly folderPath: string
      readonly files: number
    })[]
    readonly total: number
  }
  /** @param path  relative; '' is the whole folder */
  unreachableBelow(folderId: FolderId, path: string): readonly ItemId[]
  /** Why, of those of these that are. */
  unreachableReasons(itemIds: readonly ItemId[]): ReadonlyMap<ItemId, string>

  // What was deleted or forgotten, and is kept for a while.
  /**
   * Nothing of them is found or counted from now on; what was read is kept. Those of which nothing was read are removed.
   * @param forgotten.forgottenMs  names this forgetting by the person
   * @returns those that were removed
   */
  setAside(itemIds: readonly ItemId[], nowMs: number, forgotten?: { readonly forgottenMs?: number }): readonly ItemId[]
  /**
   * As it was, each step to be taken in a transaction of its own: see [Note: leaving in steps]. What is left off leaves again.
   * @param freshId  a new item with the same content, whose place it takes
   * @returns false when it is not aside
   */
  takeBackInSteps(itemId: ItemId, freshId?: ItemId): Steps<boolean>
  /** Makes an item wait as one that was never read, in steps that have begun then. @returns false for one that is not long */
  forgetLongReading(itemId: ItemId): boolean
  /** What was set aside with this content, the latest first. */
  asideLike(contentHash: string): readonly {
    readonly itemId: ItemId
    readonly path: string
    /** Of the sidecars that were read. */
    readonly sidecarStamp: string
  }[]
  /** How large the files were that were set aside. */
  sizesAside(ids: IdRange): readonly number[]
  asideIn(folderId: FolderId): readonly ItemId[]
  asideBefore(beforeMs: number): readonly ItemId[]
  /** What one forgetting set aside; null for all of them. */
  forgottenAt(forgottenMs: number | null): readonly ItemId[]
  /** Items that were never read, and can be. */
  unread(ids: IdRange): readonly WorkItem[]

  /** Waiting items that can be reached, by id, after the given one. */
  waiting(afterId: ItemId, limit: number): readonly WorkItem[]
  /** Says that a model (a pair of towers) has encoded what was read of an item. Forgotten when its content changes. */
  markEncoded(itemId: ItemId, modelKey: string): void
  /** Read items that a model has not encoded, by id, also those that cannot be reached now. */
  unencoded(modelKey: string, ids?: IdRange): readonly WorkItem[]
  countUnencoded(modelKey: string): number
  /** Of those that can be reached. */
  countUnencodedHere(modelKey: string, ids: IdRange): number
  /** Items whose newest reading is good, reachable or not. */
  countRead(): number
  isEncoded(itemId: ItemId, modelKey: string): boolean
  /**
   * Takes back that models whose key contains this have encoded some items, the next few after the given one.
   * @returns the last that was looked at; null at the end
   */
  forgetEncoded(partOfKey: string, afterId: ItemId): ItemId | null
  /** Status indexed; replaces what was known, the word index rows, passages and links; drops the embeddings of parts that are gone. */
  saveReading(itemId: ItemId, reading: PhotoReading | NoteReading): void
  /**
   * The same for a long note, in transactions of at most so many rows; each yields the parts that it replaced or took away.
   *
   * [Note: saved in steps] The note waits until its last step, so a process that is killed before reads it again. Meanwhile it
   * is found by what is there: each passage stands with its own words, and without any embedding of what it said before.
   */
  saveNoteInSteps(itemId: ItemId, reading: NoteReading, rows: number): Generator<SavedParts>
  saveFailure(itemId: ItemId, failure: ReadFailure): void
  /** Whether what was read of it is found, and of which content that is. */
  reading(itemId: ItemId): { readonly contentHash: string | null; readonly isSearchable: boolean } | undefined
  /** What was read of it that its file's name may have told; undefined where nothing was read. */
  told(itemId: ItemId): Told | undefined
  /** The same content could not be read again: it counts as failed, and what was read before is still found. */
  saveRereadFailure(itemId: ItemId, failure: ReadFailure): void
  /** Whether it is still to be read. */
  isWaiting(itemId: ItemId): boolean
  /** Failed items back to waiting; all when ids are absent. Returns how many. */
  retry(itemIds: readonly ItemId[] | null): number
  /**
   * Sends items of a folder back to waiting, the next few after the given one; what is known of them stays searchable.
   * @returns the last that was looked at; null at the end
   */
  readAgain(folderId: FolderId, afterId: ItemId): ItemId | null
  /** Below a folder inside a chosen one. @param path  relative, not '' */
  below(folderId: FolderId, path: string): readonly ItemId[]
  counts(folderId?: FolderId): Counts
  /** What is searchable. */
  countByKind(): { photos: number; notes: number }
  /** Notes of more passages than this. */
  countLong(passages: number): number
  failures(limit: number): readonly FailedItem[]
  get(itemId: ItemId): Omit<ItemDetail, 'longNote' | 'marks'> | undefined
  summaries(itemIds: readonly ItemId[]): ReadonlyMap<ItemId, ItemSummary>
  /** Of those that are in the library, where no more has to be known. */
  kinds(itemIds: readonly ItemId[]): ReadonlyMap<ItemId, ItemKind>
  /** What tells whether photos show the same; without those that were never read, and without notes. */
  looks(itemIds: readonly ItemId[]): ReadonlyMap<ItemId, PhotoLook>
  /** By absolute path. */
  findPath(path: string): ItemId | undefined
  /** Searchable items with exactly this content. */
  findContent(contentHash: string): readonly ItemId[]
  /** Ids that satisfy every filter, ascending. Only what is searchable (read once, and not failed since), unless `isFailed` or `isUnreachable`. */
  matching(filters: ItemFilters): readonly ItemId[]
  /** By date, newest first; failed items by when their file changed. */
  newest(limit: number, filters: ItemFilters): readonly ItemId[]
  /** The same from the other end. */
  oldest(limit: number, filters: ItemFilters): readonly ItemId[]
  /** What is encoded for an item beside its picture: passages of a note (part ≥ 0), texts about a photo (part ≥ 1). */
  /** Where a passage stands in its note: UTF-16 offsets [start, end). */
  passageRange(itemId: ItemId, part: number): { readonly start: number; readonly end: number } | undefined
  texts(itemId: ItemId, parts?: SavedParts): readonly { part: number; text: string }[]
  /** All searchable items with what pairs are mined from. `path` is relative to the folder. */
  each(): IterableIterator<{
    itemId: ItemId
    kind: 'photo' | 'note'
    folderId: FolderId
    path: string
    contentHash: string | null
    dateMs: number
    dateSource: DateSource
    datePrecision: DatePrecision | null
    perceptualHash: string | null
    title: string | null
    description: string | null
    keywords: readonly string[]
    aliases: readonly string[]
  }>
}

export interface EmbeddingRow extends VectorKey {
  readonly rotationDeg: RotationDeg
  /** [d], unit length. */
  readonly vector: Float32Array
  /** Of a text: see `EncodedText`. Absent or null where they are not known, as for every picture. */
  readonly tokens?: Int32Array | null
}

export interface EmbeddingRows {
  /** Replaces rows of the same key. `encoderId` is the tower's sha256. */
  save(encoderId: string, rows: readonly EmbeddingRow[]): void
  get(encoderId: string, key: VectorKey, rotationDeg?: RotationDeg): Float32Array | undefined
  /** Upright rows in the order they were saved; `sequence` grows with every save and is never reused. */
  each(encoderId: string, afterSequence?: number): IterableIterator<EmbeddingRow & { sequence: number }>
  /** Upright rows of one item, by part. */
  of(encoderId: string, itemId: ItemId, parts?: SavedParts): readonly (EmbeddingRow & { sequence: number })[]
  /** Float32 vectors [n, d] for rescoring, in the order of `sequences`; zeros for a row that is gone. */
  fetch(encoderId: string, sequences: readonly number[]): Float32Array
  /** Upright rows whose tokens are not known, in the order they were saved. */
  withoutTokens(encoderId: string, afterSequence?: number): IterableIterator<EmbeddingRow & { sequence: number }>
  /** Completes rows in place: their sequence stays, so no gallery has to look at them again. */
  saveTokens(encoderId: string, rows: readonly (VectorKey & { tokens: Int32Array })[]): void
  /** Of upright rows. */
  count(encoderId: string): number
  /** Of the upright row that was saved last, 0 when there is none. What is saved from now on has a greater one. */
  lastSequence(encoderId: string): number
  /** What its vectors take, turned photos' included; SQLite's own share is not counted. */
  bytes(encoderId: string): number
  deleteEncoder(encoderId: string): void
  /** Some rows of an encoder, so that many go in steps. @returns how many there were, at most `limit` */
  deleteRows(encoderId: string, limit: number): number
}

/**
 * Embeddings mapped into the common space by one projector. `space` is the projector's id and the tower: photos and texts
 * of one projector are two galleries. Derived: can be deleted and made again at any time.
 */
/** Projections, each with the row that it was made from. */
interface MadeRows {
  readonly sequences: readonly number[]
  /** [n, k], as they are stored: see [Note: int16 on disk] */
  readonly vectors: Int16Array
}

export interface ProjectionRows {
  /** Unit rows; what is read back of them is off by at most 1/65534 in each number. */
  save(space: string, rows: readonly (VectorKey & { vector: Float32Array })[]): void
  /**
   * Rows that were made from embeddings, or from projections of another space, a moment ago. What came from a row that is
   * gone or was replaced since is left out. @returns how many were saved
   */
  saveFrom(source: 'embedding' | 'projection', space: string, made: MadeRows): number
  has(space: string, key: VectorKey): boolean
  each(space: string, afterSequence?: number): IterableIterator<VectorKey & { vector: Float32Array; sequence: number }>
  /** The same rows as they are stored. */
  eachStored(space: string): IterableIterator<VectorKey & { vector: Int16Array; sequence: number }>
  /** Rows of one item, by part. */
  of(
    space: string,
    itemId: ItemId,
    parts?: SavedParts
  ): readonly (VectorKey & { vector: Float32Array; sequence: number })[]
  fetch(space: string, sequences: readonly number[]): Float32Array
  count(space: string): number
  /** What its vectors take, each as the oldest of them, sealed codes included. */
  bytes(space: string): number
  deleteSpace(space: string): void
  /** The oldest rows of a space, so that a large one goes in steps. @returns how many there were, at most `limit` */
  deleteRows(space: string, limit: number): number
  /**
   * Sealed runs of int8 codes, so that opening a large gallery does not read every row. Takes the place of chunks
   * whose range of sequences it overlaps.
   */
  saveChunk(space: string, chunk: CodeChunk): void
  chunks(space: string): IterableIterator<CodeChunk>
  /** Sequences that still exist, ascending, with their keys. */
  keys(space: string): { sequences: Float64Array; itemIds: Float64Array; parts: Int32Array }
}

/** A trained version of a model's map into the common space, without its weights. */
export interface StoredVersion {
  readonly versionId: number
  /** Of its weights. */
  readonly projectorId: string
  readonly modelKey: string
  /** As it is when it is not active. */
  readonly state: 'candidate' | 'retired' | 'rejected'
  readonly isActive: boolean
  readonly createdMs: number
  /** What its training says of itself, JSON. */
  readonly report: unknown
}

/** Versions are kept until their library goes. A model without an active one uses its pack's own map. */
export interface ProjectorVersionRows {
  /** `weights` is a projector file. @param turns  that it was judged by: projector files @returns the new version's id */
  add(
    version: Pick<StoredVersion, 'projectorId' | 'modelKey' | 'state' | 'createdMs' | 'report'> & {
      readonly weights: Uint8Array
    },
    turns?: readonly Uint8Array[]
  ): number
  /** That the version was judged by, in order; none for a version of before there were any. */
  turns(versionId: number): readonly Uint8Array[]
  /** Newest first. */
  list(modelKey: string): readonly StoredVersion[]
  get(versionId: number): (StoredVersion & { readonly weights: Uint8Array }) | undefined
  active(modelKey: string): (StoredVersion & { readonly weights: Uint8Array }) | null
  /** In one step; null for the pack's own map. The one that was active is retired, unless the gate had rejected it. */
  activate(modelKey: string, versionId: number | null): void
  saveReport(versionId: number, report: unknown): void
}

interface CodeChunk {
  /** Ascending. Rows that were replaced since are no longer among `keys`. */
  readonly sequences: Float64Array
  /** [n, k] */
  readonly codes: Int8Array
  /** [n]: vector ≈ code · scale */
  readonly scales: Float32Array
}

/** A note's reference to a photo or a note of the library. */
export interface StoredLink {
  readonly fromId: ItemId
  readonly kind: 'embed' | 'wikilink' | 'link'
  readonly target: string
  readonly text: string
  readonly part: number
  /** The item it means; null while none is found. */
  readonly toId: ItemId | null
  /** Another item might be meant: such a link is shown as a guess, ranks nothing and is never trained on. */
  readonly isGuess: boolean
}

export interface LinkRows {
  from(itemId: ItemId): readonly StoredLink[]
  /** What a note shows and links to, by where it does, UTF-16 offset; without guesses and items that failed. */
  meantAt(itemId: ItemId): ReadonlyMap<number, { readonly itemId: ItemId; readonly kind: ItemKind }>
  to(itemId: ItemId): readonly StoredLink[]
  /** Every link, for resolving after an indexing run. */
  all(): IterableIterator<StoredLink & { linkId: number; fromPath: string; folderId: FolderId }>
  resolve(links: readonly { linkId: number; toId: ItemId | null; isGuess: boolean }[]): void
}

/** A verdict on a photo and a text; the photo is known by its content. */
export interface KeptVerdict {
  readonly contentHash: string
  readonly textFolded: string
  readonly text: string
  readonly verdict: PairVerdict['verdict']
  readonly saidMs: number
}

/** What the user said of pairs. When its photo goes it is put aside, and counts again once a photo with that content is read. */
export interface PairVerdictRows {
  all(): readonly PairVerdict[]
  /** @param textFolded  what tells the photo's texts apart: takes the place of what was said of the same */
  set(verdict: PairVerdict, textFolded: string, nowMs: number): void
  remove(photoId: ItemId, textFolded: string): void
  /** Every verdict, also of photos that are not here, by the photo’s content. */
  kept(): readonly KeptVerdict[]
  /** Puts verdicts aside for photos that are yet to be read. */
  keep(verdicts: readonly KeptVerdict[]): void
}

/** Own words by the content that they were said of: enough to say them in another database. */
export interface KeptWords extends OwnWords {
  readonly contentHash: string
  readonly saidMs: number
  /** The content of which it was said, where it went on from that one with an edited file; null: this one. */
  readonly carriedFrom: string | null
}

/** What the person said of photos and notes. Known by content: it counts for every item that has the content, now or later. */
export interface OwnWordRows {
  get(contentHash: string): OwnWords | undefined
  /** What will be said of an item once its file was read with this content. */
  after(
    item: { readonly itemId: ItemId; readonly contentHash: string | null },
    contentHash: string
  ): OwnWords | undefined
  /** Takes the place of what was said before. @returns the items whose texts to encode are others now */
  set(contentHash: string, words: OwnWords, nowMs: number): readonly ItemId[]
  /** Everything, also of content that is not here; the newest first. */
  kept(): readonly KeptWords[]
  /** Says it for items that are yet to be read. */
  keep(words: readonly KeptWords[]): void
  /** Of all searchable items with a content: what their files say. */
  fileTags(contentHash: string): readonly string[]
}

/** Everything that is kept by name. Who keeps it knows its shape. */
export type SettingName =
  /** Decisions of the person: see decisions.ts. */
  | 'settings'
  | 'activePack'
  | 'searches'
  | 'linkAnswers'
  | 'leftovers'
  /** What was measured, found or begun on this machine. */
  | 'libraryId'
  | 'foundLinks'
  | 'preparingPack'
  | 'packMaps'
  | 'spaces'
  | 'speeds'
  | 'rebuilds'
  | 'devices'
  /** Links were resolved by the rules of an older format: see link-tables.ts. */
  | 'linksAreOld'
  | 'oldWordRows'
  | 'leaving'
  | 'oldSpaces'

export interface SettingRows {
  /** JSON values; `undefined` for none, and setting `undefined` removes it. */
  get(name: SettingName): unknown
  set(name: SettingName, value: unknown): void
}
