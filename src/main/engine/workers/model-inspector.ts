import { config } from '../base/config.ts'
import { EngineError } from '../../../shared/errors.ts'
import { encoderMethods, type DescribeInput, type DescribeOutput, type EncoderApi } from './encoder-api.ts'
import { connect, type Remote } from './port.ts'
import { watchSilence } from './silence.ts'
import type { StartWorker, WorkerProcess } from './start-worker.ts'

interface Limits {
  /** After which a process that says nothing is taken for hung. */
  readonly silenceMs: number
  /** After which an answer is not waited for, however lively the process is. */
  readonly wholeMs: number
}

/**
 * Looks at models of strangers, each question in an encoder process of its own that has nothing else to do. Whatever the
 * files do to it, the worst is that it ends: the process that encodes the library knows nothing of it.
 */
export class ModelInspector {
  readonly #start: StartWorker
  readonly #limits: Limits
  readonly #processes = new Set<WorkerProcess>()

  constructor(
    start: StartWorker,
    limits: Limits = { silenceMs: config.workerSilenceMs, wholeMs: config.modelInspectionMs }
  ) {
    this.#start = start
    this.#limits = limits
  }

  /** The manifest of a model pack, or of a folder that can become one. @throws EngineError model-missing or model-broken */
  describe(input: DescribeInput, signal?: AbortSignal): Promise<DescribeOutput> {
    return this.#ask(input.folder, remote => remote.describeLayout(input), signal)
  }

  /** Checks every file of a pack and runs both towers. @throws EngineError model-missing or model-broken */
  async tryPack(packFolder: string, signal?: AbortSignal): Promise<void> {
    await this.#ask(packFolder, remote => remote.tryPack({ packFolder, threads: 1 }), signal)
  }

  close(): void {
    for (const process of this.#processes) process.kill()
  }

  async #ask<T>(folder: string, ask: (remote: Remote<EncoderApi>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted === true) throw cancelled()
    const process = this.#start('encoder')
    this.#processes.add(process)
    const connection = connect<EncoderApi>(process, encoderMethods)
    const refuse = (what: string): void => connection.fail(refusal(folder, what))

    process.onExit(() => refuse(`the process that looked at it ended (${lastLine(process) || 'without a word'})`))
    const cancel = (): void => connection.fail(cancelled())
    signal?.addEventListener('abort', cancel, { once: true })
    const { silenceMs, wholeMs } = this.#limits
    const stopWatching = watchSilence(connection, {
      silenceMs,
      onSilent: () => refuse(`looking at it took more than ${seconds(silenceMs)} seconds without an answer`),
      onLook: listenedMs => {
        if (listenedMs > wholeMs) refuse(`looking at it took more than ${seconds(wholeMs)} seconds`)
      }
    })
    try {
      return await ask(connection.remote)
    } finally {
      stopWatching()
      signal?.removeEventListener('abort', cancel)
      this.#processes.delete(process)
      process.kill()
    }
  }
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled. Nothing was changed.')
}

function refusal(folder: string, what: string): EngineError {
  return new EngineError(
    'model-broken',
    `The model in ${folder} cannot be used: ${what}. Your library and the model in use are unharmed. Download the model again, or choose another one.`
  )
}

function lastLine(process: WorkerProcess): string {
  return process.lastWords().trim().split('\n').at(-1)?.slice(0, 200) ?? ''
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10
}
