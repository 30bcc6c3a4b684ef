/**
 * Everything that crosses between the engine and whoever uses it: queries, commands, events and their types. Pure types
 * and one table (and how hits are folded, `contract/stacks.ts`); imports nothing but its own chapters (`contract/`), so the
 * renderer, the preload script and every host can have it.
 *
 * Only plain data crosses: numbers, strings, booleans, null, arrays, records and `Uint8Array`.
 */

import type { PairStatus, PairsAnswer, Device, DeviceStatus, RunPoint, RunStatus, ProjectorStatus } from './learning.ts'
import type {
  AddedModel,
  AddModelInput,
  InstallInput,
  ModelOffer,
  ModelStatus,
  ModelSummary,
  RemovedModel
} from './models.ts'
import type { ExcludedAnswer, ExcludeInput, Exclusion, IncludeInput } from './excluding.ts'
import type { Leftovers, SettledLeftovers } from './leftovers.ts'
import type { AnswerLinksInput, OutsideLinksAnswer } from './outside-links.ts'
import type { Searches, Suggestions } from './suggesting.ts'
import type { ForgetInput, Forgetting, UnreachableAnswer } from './unreachable.ts'

export type Kind = 'photo' | 'note'

// ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface SearchQuery {
  /** What the bar says, in the query language of the README. Never refused: what is not understood is words. */
  readonly text: string
  /** A picture from outside, as `openImage` named it. */
  readonly imageId?: string | undefined
  /** 1…1000; 60 when absent. */
  readonly limit?: number | undefined
  /** Answers from words alone, at once, while the meaning is still being worked out. */
  readonly wordsOnly?: boolean | undefined
  /** Where only filters are asked, which rank nothing: the oldest first instead of the newest. */
  readonly oldestFirst?: boolean | undefined
  /** Say which hits show the same (`Hit.stack`). All hits are still there, in the same order. */
  readonly withStacks?: boolean | undefined
}

/** One piece of the query as it was understood, in the order it was written: a chip. */
export interface QueryToken {
  readonly kind:
    | 'words'
    | 'exact'
    | 'without'
    | 'type'
    | 'in'
    | 'after'
    | 'before'
    | 'camera'
    | 'near'
    | 'tag'
    | 'failed'
    | 'unreachable'
    | 'like'
  /** What the chip shows; for words, the words. */
  readonly label: string
  /** Range in the text, UTF-16: removing it removes the chip. */
  readonly start: number
  readonly end: number
}

/** Why a hit is there. `share` is its part in the score, 0…1; the shares of a hit add up to 1. */
export type Reason =
  | {
      readonly kind: 'words'
      readonly field: 'title' | 'name' | 'description' | 'keywords' | 'text'
      readonly words: readonly string[]
      readonly share: number
    }
  /** The picture looks like what was asked. */
  | { readonly kind: 'picture'; readonly cosine: number; readonly share: number }
  /** A passage, or what was written about a photo, means what was asked. */
  | { readonly kind: 'meaning'; readonly text: string; readonly cosine: number; readonly share: number }
  /** The note shows the asked picture, or the photo is shown in the asked note. */
  | { readonly kind: 'shown'; readonly title: string; readonly share: number }
  /** The very same file. */
  | { readonly kind: 'same'; readonly share: number }
  /** Nothing was asked but filters: by date. */
  | { readonly kind: 'filter'; readonly share: number }

export interface Snippet {
  readonly text: string
  /** UTF-16 ranges in `text` to highlight. */
  readonly marks: readonly (readonly [start: number, end: number])[]
  /** Which passage it is from. */
  readonly part: number
}

export interface ItemSummary {
  readonly itemId: number
  readonly kind: Kind
  readonly folderId: number
  /** Absolute, as the operating system writes it. */
  readonly path: string
  /** The photo's or note's title, else the file name. */
  readonly title: string
  /** Wall-clock time as if UTC, milliseconds. */
  readonly dateMs: number
  /** Of the upright photo; null for a note. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** Base64 of a thumbhash; null for a note. */
  readonly thumbhash: string | null
  /** Why its file cannot be reached now; absent where it can, as far as was seen. */
  readonly unreachable?: string | undefined
}

export interface Hit extends ItemSummary {
  /** The calibrated probability that a person would call this relevant, 0…1. */
  readonly score: number
  /** false below the cut-off: shown under *weaker matches*. */
  readonly isRelevant: boolean
  readonly reasons: readonly Reason[]
  readonly snippet: Snippet | null
  /**
   * Where it was asked for: equal for photos of this answer that show the same (copies, frames of a burst). It is the item of
   * the best of them. Absent for a hit that nothing else here is like.
   */
  readonly stack?: number | undefined
}

export type Notice =
  /** No model is installed: only words were searched. */
  | 'no-model'
  /** The model has no map between pictures and words yet: pictures are found by what is written about them. */
  | 'no-common-space'
  /** The question is clearly not in a language that the model knows: words still work. */
  | 'other-language'
  /** Some items are still waiting to be indexed. */
  | 'still-indexing'
  | 'library-empty'
  /** The question asks for more than is looked up at once: the rest of its words or filters does not count. */
  | 'question-cut'

export interface SearchResult {
  /** Best first; by date where only filters were asked. */
  readonly hits: readonly Hit[]
  readonly tokens: readonly QueryToken[]
  readonly notices: readonly Notice[]
  readonly tookMs: number
}

// ── items ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface ItemDetail extends ItemSummary {
  readonly status: 'waiting' | 'indexed' | 'failed' | 'unreachable'
  readonly format: string | null
  readonly sizeBytes: number
  readonly dateSource: string
  readonly dateOffsetMinutes: number | null
  readonly latitude: number | null
  readonly longitude: number | null
  readonly camera: string | null
  readonly lens: string | null
  readonly description: string | null
  /** A photo's keywords, a note's tags. */
  readonly tags: readonly string[]
  /** A note's passages in order; empty for a photo. */
  readonly passages: readonly { readonly part: number; readonly heading: string; readonly text: string }[]
  /** Of a long note: what its meaning is known of; null when that is all of it. */
  readonly longNote: LongNote | null
  /** A photo's notes, a note's photos: linked or embedded, in the order they are met. */
  readonly related: readonly ItemSummary[]
}

/** The rest of a long note is found by its words. */
export interface LongNote {
  /** So many passages, from the first, are found by their meaning. */
  readonly encodedPassages: number
  /** As many passages as are read of one note: what follows is not found at all. */
  readonly isCut: boolean
}

export interface FailedItem {
  readonly itemId: number
  readonly folderId: number
  readonly path: string
  readonly code: string
  readonly reason: string
}

// ── library ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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

export interface JobStatus {
  readonly jobId: string
  /** `encode-model` encodes what is indexed for a model that was chosen, while the one in use goes on. */
  readonly kind: 'index' | 'train' | 'project' | 'encode-model' | 'install'
  readonly state: 'running' | 'paused' | 'ended'
  /** What it does now: `prepare` encodes for another model, `turn` encodes photos of pairs at 90°, 180° and 270°, `prove` runs the gate on held-out pairs. */
  readonly stage:
    'scan' | 'encode' | 'finish' | 'pairs' | 'turn' | 'train' | 'prove' | 'project' | 'prepare' | 'download'
  /** Things of the stage's kind; bytes while it downloads. */
  readonly done: number
  readonly total: number | null
  readonly failed: number
  /** Files that could not be reached in this run: they stay as they were. */
  readonly unreachable?: number | undefined
  /** How many were run through the encoder so far. */
  readonly encoded: number
  readonly startedMs: number
  /** Items a second over the last half minute; null at first. */
  readonly perSecond: number | null
  readonly outcome: 'finished' | 'cancelled' | 'error' | null
  /** A sentence when the outcome is `error`. */
  readonly message: string | null
  /** Then also its kind, as a refused call has one. */
  readonly code?: string | undefined
}

/** The last line of `reverie index --json`. */
export interface IndexReport extends Counts {
  /** Files that went through the encoder in this run. */
  readonly encoded: number
  readonly seconds: number
}

export interface Settings {
  /** Threads for the encoder: 1…the machine's cores. null: half of them, at least one. */
  readonly encoderThreads: number | null
  /** Watch folders for changes while the app is open. */
  readonly watchFolders: boolean
  /** A mirror of the Hugging Face hub to install models from: https, or http on this machine. null: the hub itself. */
  readonly hubUrl: string | null
  /** Nothing is ever fetched. */
  readonly isOffline: boolean
}

/** A picture from outside, decoded and encoded once, kept for this session. */
export interface OpenedImage {
  readonly imageId: string
  readonly widthPx: number
  readonly heightPx: number
  /** A small JPEG for the chip. */
  readonly thumbnail: Uint8Array
  /** The item with exactly this content, when the library has it. */
  readonly itemId: number | null
}

// ── the seam ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** For a method that needs no input. */
export type Nothing = Readonly<Record<string, never>>

/** Read; may be repeated. */
export interface Queries {
  search(query: SearchQuery): SearchResult
  /** A picture to search with. It is kept in memory only, so this changes nothing, and waits for no command. */
  openImage(
    input: { readonly bytes: Uint8Array } | { readonly itemId: number } | { readonly path: string }
  ): OpenedImage
  /** What the token at the caret can be completed to. */
  suggest(input: { readonly text: string; readonly caret: number }): Suggestions
  searches(input: Nothing): Searches
  item(input: { readonly itemId: number }): ItemDetail
  library(input: Nothing): LibraryStatus
  failures(input: { readonly limit?: number | undefined }): readonly FailedItem[]
  /** What the person left out of the library, and can include again. */
  excluded(input: { readonly limit?: number | undefined }): ExcludedAnswer
  /** Symbolic links that lead out of the library: not followed until the person says so. */
  outsideLinks(input: { readonly limit?: number | undefined }): OutsideLinksAnswer
  /** Where files cannot be reached now, by what is lost. */
  unreachable(input: { readonly limit?: number | undefined }): UnreachableAnswer
  jobs(input: Nothing): readonly JobStatus[]
  models(input: Nothing): readonly ModelStatus[]
  offers(input: Nothing): readonly ModelOffer[]
  settings(input: Nothing): Settings
  pairs(input: { readonly limit?: number | undefined }): PairsAnswer
  /** Versions of the active model's map into the common space, newest first; the pack's own comes last. */
  projectors(input: Nothing): readonly ProjectorStatus[]
  /** The training that runs now, or the last one since the start; null when there was none. */
  run(input: Nothing): RunStatus | null
  /** Tries every device that this machine may have; takes seconds the first time. */
  devices(input: Nothing): readonly DeviceStatus[]
  /** What ONNX Runtime left on this machine before its telemetry was switched off. */
  leftovers(input: Nothing): Leftovers
  /** Folders on this machine to choose from: the usual places when `path` is absent, else what is inside it. */
  browse(input: { readonly path?: string | undefined }): {
    readonly path: string | null
    readonly parent: string | null
    readonly folders: readonly { readonly name: string; readonly path: string }[]
  }
}

/** Change something. */
export interface Commands {
  /** Adds a folder and starts indexing it. A folder inside one that is chosen already is refused. */
  addFolder(input: { readonly path: string }): { readonly folderId: number; readonly jobId: string }
  /** Forgets the folder and all that was derived from it. The files are not touched. */
  removeFolder(input: { readonly folderId: number }): null
  /** Looks for changes in all folders and indexes them. Joins the running job if there is one. */
  indexLibrary(input: Nothing): { readonly jobId: string }
  /** Sends failed items back to waiting, all of them when `itemIds` is absent, and starts indexing. */
  retryFailed(input: { readonly itemIds?: readonly number[] | undefined }): { readonly jobId: string }
  /**
   * Reads and encodes every file anew, one after the other. What is known of a file is found until it was read; ids, verdicts,
   * versions and exclusions stay. It goes on at the next start when it was interrupted. Folders that are not there now are left.
   */
  rebuildLibrary(input: Nothing): { readonly jobId: string }
  /**
   * Takes files or whole folders out of the library: all that was read of them is forgotten, and they are not read again. The
   * files are not touched. @throws EngineError bad-input for a place outside the chosen folders, not-found; nothing is changed then
   */
  exclude(input: ExcludeInput): Exclusion
  /** Takes that back, and indexes them anew. @throws EngineError not-found when nothing of the given is excluded */
  include(input: IncludeInput): { readonly jobId: string }
  /** Says of links whether they are followed, and may be said otherwise later. @throws EngineError not-found; nothing is changed then */
  answerOutsideLinks(input: AnswerLinksInput): { readonly jobId: string }
  /**
   * Forgets files that cannot be reached, all or those at or below these absolute paths: nothing of them is found any more. What
   * was read is kept for some days, and counts again as soon as the files are there. @throws EngineError not-found
   */
  forgetUnreachable(input: ForgetInput): Forgetting
  /** Takes that back: one forgetting, or all of them. @throws EngineError not-found when nothing of it is left */
  recallForgotten(input: { readonly forgottenMs?: number | undefined }): { readonly files: number }
  /** A question that was meant, not only passed while typing. It never leaves this machine. */
  rememberSearch(input: { readonly text: string }): null
  saveSearch(input: { readonly text: string; readonly isSaved: boolean }): null
  /** Forgets recent questions; saved ones stay. */
  forgetSearches(input: Nothing): null
  /**
   * Chooses the model, null for none. What the library lacks of it is encoded in a job of its own, and the model in use
   * answers until nothing is lacking; where nothing is, or no model answers yet, the switch is immediate. The newest wish wins.
   * @throws EngineError not-found or model-broken; everything goes on as it was then
   */
  activateModel(input: { readonly packId: string | null }): null
  /**
   * Fetches a pack into the user's own packs folder; it is there only whole and checked, and not active by itself.
   * @throws EngineError bad-input without consent, network when set to stay offline, not-found, busy
   */
  installModel(input: InstallInput): { readonly jobId: string }
  /** Deletes a pack from the user's own packs folder. What it encoded is kept. @throws EngineError busy when it is in use */
  removeModel(input: { readonly packId: string }): RemovedModel
  /** Copies a model into the data folder once both its towers have run. Nothing of a refused one remains. @throws EngineError model-missing, model-broken or bad-input */
  addModel(input: AddModelInput): AddedModel
  /**
   * Deletes what is stored of a model's embeddings; they can be made again. What it shares with a model that has items stays,
   * and so do the versions of its map. @throws EngineError busy for the model in use and the one that is being prepared
   */
  forgetModelEmbeddings(input: { readonly packId: string }): { readonly freedBytes: number }
  /** The new version becomes active only if the gate accepts it. @throws EngineError busy, or bad-input below 100 groups */
  trainProjector(input: { readonly device?: Device | 'auto' | undefined; readonly seed?: number | undefined }): {
    readonly jobId: string
  }
  /** Switches to a version, null for the pack's own map. Search goes on with the old one until the new one is complete. */
  activateProjector(input: { readonly versionId: number | null }): { readonly jobId: string | null }
  /** Says that a photo and a text belong together, or do not; null takes it back. It wins over what is mined. */
  confirmPair(
    input: Pick<PairStatus, 'photoId' | 'text' | 'verdict'> & { readonly noteId?: number | null | undefined }
  ): null
  cancelJob(input: { readonly jobId: string }): null
  pauseJob(input: { readonly jobId: string }): null
  resumeJob(input: { readonly jobId: string }): null
  changeSettings(input: Partial<Settings>): Settings
  /** Deletes what ONNX Runtime left, with consent; the person is not asked again, with or without. */
  settleLeftovers(input: { readonly hasConsent: boolean }): SettledLeftovers
}

/** Tell what happened; never ask for something to be done. */
export interface Events {
  jobStarted: JobStatus
  jobProgress: JobStatus
  jobEnded: JobStatus
  libraryChanged: { readonly folderIds: readonly number[] }
  modelChanged: { readonly packId: string | null }
  /** Another version answers from now on, or a new one is there. */
  projectorChanged: { readonly versionId: number | null }
  runProgress: { readonly jobId: string; readonly point: RunPoint }
}

/** Adding a method to the interfaces above without listing it here does not compile. */
export const methods = {
  search: 'query',
  openImage: 'query',
  suggest: 'query',
  searches: 'query',
  item: 'query',
  library: 'query',
  failures: 'query',
  excluded: 'query',
  outsideLinks: 'query',
  unreachable: 'query',
  jobs: 'query',
  models: 'query',
  offers: 'query',
  settings: 'query',
  pairs: 'query',
  projectors: 'query',
  run: 'query',
  devices: 'query',
  leftovers: 'query',
  browse: 'query',
  addFolder: 'command',
  removeFolder: 'command',
  indexLibrary: 'command',
  retryFailed: 'command',
  rebuildLibrary: 'command',
  exclude: 'command',
  include: 'command',
  answerOutsideLinks: 'command',
  forgetUnreachable: 'command',
  recallForgotten: 'command',
  rememberSearch: 'command',
  saveSearch: 'command',
  forgetSearches: 'command',
  activateModel: 'command',
  installModel: 'command',
  removeModel: 'command',
  addModel: 'command',
  forgetModelEmbeddings: 'command',
  trainProjector: 'command',
  activateProjector: 'command',
  confirmPair: 'command',
  cancelJob: 'command',
  pauseJob: 'command',
  resumeJob: 'command',
  changeSettings: 'command',
  settleLeftovers: 'command'
} as const satisfies Record<keyof Queries, 'query'> & Record<keyof Commands, 'command'>

export const eventNames = [
  'jobStarted',
  'jobProgress',
  'jobEnded',
  'libraryChanged',
  'modelChanged',
  'projectorChanged',
  'runProgress'
] as const satisfies readonly (keyof Events)[]

type Sync = Queries & Commands
export type Method = keyof Sync
export type Input<M extends Method> = Parameters<Sync[M]>[0]
export type Output<M extends Method> = ReturnType<Sync[M]>
export type EventName = keyof Events

/** The engine as every host and the renderer see it, whatever carries the calls. */
export type Client = {
  readonly [M in Method]: (input: Input<M>, options?: CallOptions) => Promise<Output<M>>
} & {
  /** Returns the function that stops listening. */
  on<E extends EventName>(name: E, listener: (payload: Events[E]) => void): () => void
}

export interface CallOptions {
  /** Aborting rejects the call with the code `cancelled`, and stops the work where it can be stopped. */
  readonly signal?: AbortSignal | undefined
}
