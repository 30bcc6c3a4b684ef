import type { Device } from '../../../../shared/learning.ts'
import type { Expr } from './expression.ts'

/** What a session keeps from run to run. Names are those of the steps' parameters. */
export interface Parameter {
  readonly parameter: Expr
  readonly initial: Float32Array
  /** Times the learning rate of the run. */
  readonly learningRateScale: number
  /** Decoupled weight decay: this share of the weight, times its learning rate, goes at each step. */
  readonly weightDecay: number
  /** Whether an average over the steps is kept: what is deployed in its place. */
  readonly isAveraged: boolean
}

/** One way of moving some of the parameters. What it reads and does not move stays as it is. */
export interface Step {
  readonly loss: Expr
  /** Names of parameters. */
  readonly moves: readonly string[]
  /** What a run answers beside moving. */
  readonly reports: Readonly<Record<string, Expr>>
}

export interface Program {
  /** Share of the averages that is kept at each step, 0…1. */
  readonly averageDecay: number
  readonly parameters: readonly Parameter[]
  readonly steps: Readonly<Record<string, Step>>
}

export type Batch = Readonly<Record<string, Float32Array | Int32Array>>
export type Values = Readonly<Record<string, Float32Array>>

/** What the session needs to go on later exactly as it would have gone on now. */
export interface SessionState {
  readonly weights: Values
  /** Of the averaged parameters. */
  readonly averages: Values
  /** Adam's moments by parameter, scaled as in `adamW`. */
  readonly first: Values
  readonly second: Values
  /** How often each step ran. */
  readonly runs: Readonly<Record<string, number>>
}

/** A program on one device. One run at a time. */
export interface Session {
  readonly device: Device
  /** @param learningRate  of AdamW, before each parameter's own scale */
  run(step: string, batch: Batch, learningRate: number): Promise<Values>
  read(): Promise<SessionState>
  write(state: SessionState): Promise<void>
  close(): Promise<void>
}
