/**
 * Everything that crosses between the engine and whoever uses it: queries, commands and events. Their types are in the other
 * files of this folder, one chapter a feature. Imports nothing but those, so the renderer, the preload script and every host
 * can have it.
 *
 * Only plain data crosses: numbers, strings, booleans, null, arrays, records and `Uint8Array`.
 */

import type { ExcludedAnswer, ExcludeInput, Exclusion, IncludeInput } from './excluding.ts'
import type { FailedItem, ItemDetail } from './items.ts'
import type { JobStatus } from './jobs.ts'
import type {
  ConfirmPairInput,
  DeviceStatus,
  PairsAnswer,
  ProjectorStatus,
  RunPoint,
  RunStatus,
  TrainInput
} from './learning.ts'
import type { Leftovers, SettledLeftovers } from './leftovers.ts'
import type { BrowsedFolders, LibraryStatus } from './library.ts'
import type { AddedModel, AddModelInput, InstallInput, ModelOffer, ModelStatus, RemovedModel } from './models.ts'
import type { NoteText, NoteTextInput } from './notes.ts'
import type { AnswerLinksInput, OutsideLinksAnswer } from './outside-links.ts'
import type {
  ExportedSaid,
  Judged,
  JudgeInput,
  PutWords,
  Said,
  SaidAnswer,
  SayInput,
  VerdictsAnswer,
  WrittenSidecars
} from './saying.ts'
import type { OpenedImage, OpenImageInput, SearchQuery, SearchResult } from './searching.ts'
import type { Settings } from './settings.ts'
import type { Searches, Suggestions } from './suggesting.ts'
import type { ForgetInput, Forgetting, UnreachableAnswer } from './unreachable.ts'

/** For a method that needs no input. */
type Nothing = Readonly<Record<string, never>>

/** For a list: at most so many entries, 1000 when absent. */
interface ListInput {
  readonly limit?: number | undefined
}

/** A job that runs now. */
interface StartedJob {
  readonly jobId: string
}

/** Read; may be repeated. */
export interface Queries {
  search(query: SearchQuery): SearchResult
  /** A picture to search with. It is kept in memory only, so this changes nothing, and waits for no command. */
  openImage(input: OpenImageInput): OpenedImage
  /** What the token at the caret can be completed to. */
  suggest(input: { readonly text: string; readonly caret: number }): Suggestions
  searches(input: Nothing): Searches
  /** @param input  `text`: what the bar says, whose words are marked */
  item(input: { readonly itemId: number; readonly text?: string | undefined }): ItemDetail
  /** A note as it is shown: Markdown as what it means, any other as its passages. Nothing of a photo. @throws EngineError not-found */
  noteText(input: NoteTextInput): NoteText
  library(input: Nothing): LibraryStatus
  failures(input: ListInput): readonly FailedItem[]
  /** What the person left out of the library, and can include again. */
  excluded(input: ListInput): ExcludedAnswer
  /** Symbolic links that lead out of the library: not followed until the person says so. */
  outsideLinks(input: ListInput): OutsideLinksAnswer
  /** Where files cannot be reached now, by what is lost. */
  unreachable(input: ListInput): UnreachableAnswer
  /** What the person said of photos and notes: captions, tags, favourites; of these items alone where they are named. */
  said(input: ListInput & { readonly itemIds?: readonly number[] | undefined }): SaidAnswer
  /** What the person said of hits: right or wrong for their question. */
  verdicts(input: ListInput): VerdictsAnswer
  /** Everything that the person said: words, verdicts on hits and pairs, what is left out. */
  exportSaid(input: Nothing): ExportedSaid
  jobs(input: Nothing): readonly JobStatus[]
  models(input: Nothing): readonly ModelStatus[]
  offers(input: Nothing): readonly ModelOffer[]
  settings(input: Nothing): Settings
  pairs(input: ListInput): PairsAnswer
  /** Versions of the active model's map into the common space, newest first; the pack's own comes last. */
  projectors(input: Nothing): readonly ProjectorStatus[]
  /** The training that runs now, or the last one since the start; null when there was none. */
  run(input: Nothing): RunStatus | null
  /**
   * What this machine can train on. Every device is tried once, which takes seconds, and then remembered; `isAnew` tries each
   * again, also one that ended a training.
   */
  devices(input: { readonly isAnew?: boolean | undefined }): readonly DeviceStatus[]
  /** What ONNX Runtime left on this machine before its telemetry was switched off. */
  leftovers(input: Nothing): Leftovers
  /** Folders on this machine to choose from: the usual places when `path` is absent, else what is inside it. */
  browse(input: { readonly path?: string | undefined }): BrowsedFolders
}

/** Change something. */
export interface Commands {
  /** Adds a folder and starts indexing it. A folder inside one that is chosen already is refused. */
  addFolder(input: { readonly path: string }): { readonly folderId: number; readonly jobId: string }
  /** Forgets the folder and all that was derived from it. The files are not touched. */
  removeFolder(input: { readonly folderId: number }): null
  /** Looks for changes in all folders and indexes them. Joins the running job if there is one. */
  indexLibrary(input: Nothing): StartedJob
  /** Sends failed items back to waiting, all of them when `itemIds` is absent, and starts indexing. */
  retryFailed(input: { readonly itemIds?: readonly number[] | undefined }): StartedJob
  /**
   * Reads and encodes every file anew, one after the other. What is known of a file is found until it was read; ids, verdicts,
   * versions and exclusions stay. It goes on at the next start when it was interrupted. Folders that are not there now are left.
   */
  rebuildLibrary(input: Nothing): StartedJob
  /**
   * Takes files or whole folders out of the library: all that was read of them is forgotten, and they are not read again. The
   * files are not touched. @throws EngineError bad-input for a place outside the chosen folders, not-found; nothing is changed then
   */
  exclude(input: ExcludeInput): Exclusion
  /** Takes that back, and indexes them anew. @throws EngineError not-found when nothing of the given is excluded */
  include(input: IncludeInput): StartedJob
  /** Says of links whether they are followed, and may be said otherwise later. @throws EngineError not-found; nothing is changed then */
  answerOutsideLinks(input: AnswerLinksInput): StartedJob
  /**
   * Forgets files that cannot be reached, all or those at or below these absolute paths: nothing of them is found any more. What
   * was read is kept for some days, and counts again as soon as the files are there. @throws EngineError not-found
   */
  forgetUnreachable(input: ForgetInput): Forgetting
  /** Takes that back: one forgetting, or all of them. @throws EngineError not-found when nothing of it is left */
  recallForgotten(input: { readonly forgottenMs?: number | undefined }): { readonly files: number }
  /**
   * Says something of photos and notes: a caption, tags, a favourite. It is kept by what is in their files, so it survives a move
   * and a new database, and is found by words at once. Items that are gone or were not read are passed over. No file is touched.
   * @throws EngineError not-found, or bad-input for a caption of a note; nothing is changed then
   */
  say(input: SayInput): Said
  /** Puts what was said as it was: with `before` of an answer, it takes that back. @throws EngineError as `say` */
  putWords(input: { readonly words: readonly PutWords[] }): Said
  /**
   * Says of hits that they are right or wrong for a question: for the very same question they are relevant from now on, or not.
   * Kept by content, as own words. @throws EngineError bad-input for a question without words or a picture, not-found
   */
  judge(input: JudgeInput): Judged
  /** Takes back what was said of hits, by the ids of the list. @throws EngineError not-found when nothing of it is kept */
  takeBackVerdicts(input: { readonly verdictIds: readonly number[] }): { readonly verdicts: number }
  /**
   * Writes what was said of photos into XMP files beside them (`NAME.EXT.xmp`), of all when no items are named. No photo is
   * touched, and what a sidecar of others holds stays. @throws EngineError not-found, or why when none could be written
   */
  writeSidecars(input: { readonly itemIds?: readonly number[] | undefined }): WrittenSidecars
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
  installModel(input: InstallInput): StartedJob
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
  trainProjector(input: TrainInput): StartedJob
  /** Switches to a version, null for the pack's own map. Search goes on with the old one until the new one is complete. */
  activateProjector(input: { readonly versionId: number | null }): { readonly jobId: string | null }
  /** Says that a photo and a text belong together, or do not; null takes it back. It wins over what is mined. */
  confirmPair(input: ConfirmPairInput): null
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
  noteText: 'query',
  library: 'query',
  failures: 'query',
  excluded: 'query',
  outsideLinks: 'query',
  unreachable: 'query',
  said: 'query',
  verdicts: 'query',
  exportSaid: 'query',
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
  say: 'command',
  putWords: 'command',
  judge: 'command',
  takeBackVerdicts: 'command',
  writeSidecars: 'command',
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
