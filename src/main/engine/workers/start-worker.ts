import type { WorkerPort } from './port.ts'

/** A started process, as the host gives it. */
export interface WorkerProcess extends WorkerPort {
  onExit(listener: (code: number | null, signal: string | null) => void): void
  kill(): void
  /** The end of what it wrote to stderr. */
  lastWords(): string
  readonly pid: number | undefined
}

export type WorkerName = 'encoder' | 'trainer'

export type StartWorker = (name: WorkerName) => WorkerProcess
