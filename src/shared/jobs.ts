/** The contract's words for long work. Plain data, like all of the contract. */

import type { ErrorCode } from './errors.ts'

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
  readonly code?: ErrorCode | undefined
}
