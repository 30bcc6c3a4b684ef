import type { Commands } from '../../../shared/contract.ts'

/**
 * What a command shares with others. Commands of one share run one at a time, in the order in which they came; those of
 * different shares do not wait for each other.
 *
 * - `library`: the chosen folders, and what belongs to the library at all: items, exclusions, links. Takes seconds for many items.
 * - `models`: the packs on the disk, which of them is in use, and what is stored of them. Takes minutes while one is added.
 * - `learning`: the one training or switch of versions at a time.
 * - `said`: what the person said of photos, notes and answers.
 * - `sidecars`: XMP files beside photos. Takes seconds for many photos.
 * - `pairs`, `searches`, `settings`, `leftovers`: rows of the same name.
 * - `jobs`: whether a job goes on.
 *
 * Where commands of different shares meet in the store, each reads and writes within one tick or one transaction; where they
 * meet in processes or watches, the owner of those (Encoders, Preparation, Indexing) makes one change after the other.
 */
export type Share =
  'library' | 'models' | 'learning' | 'pairs' | 'said' | 'sidecars' | 'searches' | 'settings' | 'leftovers' | 'jobs'

/** A command that is not listed here does not compile. */
export const shareOf = {
  addFolder: 'library',
  removeFolder: 'library',
  indexLibrary: 'library',
  retryFailed: 'library',
  rebuildLibrary: 'library',
  exclude: 'library',
  include: 'library',
  answerOutsideLinks: 'library',
  forgetUnreachable: 'library',
  recallForgotten: 'library',
  say: 'said',
  putWords: 'said',
  judge: 'said',
  takeBackVerdicts: 'said',
  writeSidecars: 'sidecars',
  rememberSearch: 'searches',
  saveSearch: 'searches',
  forgetSearches: 'searches',
  activateModel: 'models',
  // Deleting a pack also deletes what was downloaded of it, so an installation must not begin in between.
  installModel: 'models',
  removeModel: 'models',
  addModel: 'models',
  forgetModelEmbeddings: 'models',
  trainProjector: 'learning',
  activateProjector: 'learning',
  confirmPair: 'pairs',
  cancelJob: 'jobs',
  pauseJob: 'jobs',
  resumeJob: 'jobs',
  changeSettings: 'settings',
  settleLeftovers: 'leftovers'
} as const satisfies Record<keyof Commands, Share>
