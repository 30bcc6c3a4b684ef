import type { Offer } from '../../../src/main/engine/hub/catalogue.ts'
import type { Look } from './look.ts'
import type { Statement } from './said.ts'

/** What a person asks the engine for. */
export type Deed =
  | { readonly name: 'index'; readonly folder: string }
  | { readonly name: 'rebuild' }
  | { readonly name: 'train'; readonly seed: number }
  | { readonly name: 'version'; readonly versionId: number | null }
  | { readonly name: 'model'; readonly packId: string }
  | { readonly name: 'add'; readonly folder: string; readonly id: string }
  | { readonly name: 'install'; readonly offerId: string }
  | { readonly name: 'exclude'; readonly paths: readonly string[] }
  | { readonly name: 'include'; readonly paths: readonly string[] }
  /** A chosen folder, and all that is known of its files. */
  | { readonly name: 'remove'; readonly folder: string }
  /** Saved searches, a setting, a verdict: what no file can say again. */
  | { readonly name: 'decide'; readonly word: string; readonly hubUrl: string }
  | { readonly name: 'ask'; readonly times: number }
  /** The statements that are left. */
  | { readonly name: 'say' }
  /** Of what cannot be reached, those that the person has deleted: strays of another disk, and files that were there for a moment. */
  | { readonly name: 'forget-deleted' }

/** What is done to a process, its workers or its disks. */
export type Action =
  | { readonly does: 'signal'; readonly whom: 'engine' | 'workers' | 'all'; readonly signal: NodeJS.Signals }
  | { readonly does: 'shell'; readonly script: string }
  /** A file that takes all the room of a small disk but so many bytes. */
  | { readonly does: 'fill'; readonly folder: string; readonly leaveBytes: number }

/**
 * When. Steps are writes to a database or the file system and calls of a worker, counted from the engine's opening: the process
 * hurts itself at exactly that one. Milliseconds are counted from its start by the campaign, and meet it anywhere.
 */
export type Moment = { readonly steps: number } | { readonly ms: number }

/** One process that opens the engine and does something with it, as its one argument. */
export interface Plan {
  readonly data: string
  readonly models: readonly string[]
  readonly offers: readonly Offer[]
  readonly deeds: readonly Deed[]
  /** What it does to itself, and at which step; the mark is written just before. */
  readonly hurt: { readonly steps: number; readonly actions: readonly Action[] } | null
  readonly markPath: string
  readonly reportPath: string
  /** One at a time as the work goes on, and the rest at the deed `say`, or in the end. */
  readonly statements: readonly Statement[]
  /** What the engine has acknowledged of them, a line each, as said.ts has them. */
  readonly acknowledgedPath: string
  /** How much of each write-ahead log was synced. */
  readonly syncedPath: string
  /** After which a silent worker is taken for hung; null: as in the app. */
  readonly patienceMs: number | null
  /** An app that stays open: it watches folders and goes on with what was interrupted. */
  readonly stays: boolean
  readonly looks: boolean
}

/** What it saw, written before the engine is closed. */
export interface Report {
  /** Refused deeds. */
  readonly refusals: readonly { readonly deed: Deed['name']; readonly code: string; readonly message: string }[]
  /** What was thrown without a sentence for a person. */
  readonly bugs: readonly string[]
  readonly jobs: readonly {
    readonly kind: string
    readonly outcome: string | null
    readonly code: string
    readonly message: string
  }[]
  /** Counts that did not add up at some moment. */
  readonly wrongSums: readonly string[]
  /** Until all deeds were done, before anything was looked at. */
  readonly steps: number
  /** Since the start of the process, likewise. */
  readonly milliseconds: number
  readonly look: Look | null
}
