import type { Engine, PairTools, PaperReport } from '../../engine/engine.ts'
import type { Ending } from '../common/ending.ts'
import type { RunningWeb } from '../web/running-web.ts'

/** What the commands run on; the entry gives the real ones. */
export interface CommandDeps {
  readonly version: string
  openEngine(options: { data: string | undefined; models: string | undefined; rebuild?: boolean }): Promise<Engine>
  openPairTools(
    pack: string | undefined,
    options: { data: string | undefined; models: string | undefined }
  ): Promise<PairTools>
  fitPaper(
    folder: string,
    seed: number,
    onProgress: (step: number, steps: number) => void,
    signal: AbortSignal
  ): Promise<PaperReport>
  /** Serves the page until the process is told to stop. */
  serve(options: { data: string | undefined; models: string | undefined; port: number; open: boolean }): Promise<void>
  /** When the program is asked to end. */
  readonly ending: Ending
  /** The Reverie that serves its page from a data folder now. @throws EngineError not-found */
  readonly findRunning: (options: {
    data: string | undefined
  }) => Promise<Pick<RunningWeb, 'origin' | 'newTicket' | 'revoke'>>
  readonly openBrowser: (address: string) => void
  /** Asks the person, who answers with yes or something else; null where nobody can be asked. */
  readonly ask: ((question: string) => Promise<boolean>) | null
  readonly out: NodeJS.WriteStream
  readonly err: NodeJS.WriteStream
}

/** Options that every command has. */
export interface Shared {
  readonly data?: string
  readonly models?: string
  readonly json?: boolean
  /** Of `index` only. */
  readonly rebuild?: boolean
}
