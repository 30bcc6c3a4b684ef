import { config } from '../base/config.ts'
import type { Device, DeviceStatus } from '../../../shared/learning.ts'
import { EngineError, messageOf } from '../../../shared/errors.ts'
import type { FitInput, FitStep } from '../stages/train/base-fit.ts'
import type { PaperInput, PaperStep } from '../stages/train/paper.ts'
import type { BeginInput, TrainingData, TrainStep } from '../stages/train/training-data.ts'
import { connect, type Connection } from './port.ts'
import { watchSilence } from './silence.ts'
import type { StartWorker, WorkerProcess } from './start-worker.ts'
import { trainerMethods, type ProjectRowsInput, type TrainerApi } from './trainer-api.ts'

/** The process ended while it was needed. */
export class TrainerGone extends EngineError {
  /** What the system said of its end, for a sentence about a device. */
  readonly how: string

  constructor(how: string) {
    super(
      'internal',
      `The training process ended unexpectedly (${how}). Your library and the map in use are unharmed. Training again goes on from the last evaluation; another device (reverie train --device cpu) may help.`
    )
    this.how = how
  }
}

/** A map for many rows, in a process of its own until it is closed. */
export interface RemoteRowProjector {
  /** @see TrainerApi.projectRows */
  project(input: ProjectRowsInput, signal?: AbortSignal): Promise<Int16Array>
  close(): void
}

interface Running {
  readonly process: WorkerProcess
  readonly connection: Connection<TrainerApi>
}

/**
 * Trainer processes. Each lives exactly as long as what it was started for: a training, a projection, a test of a device;
 * stopping is killing it, so that native code has no say in it. A crash costs what was done since the last evaluation.
 */
export class TrainerProcess {
  readonly #start: StartWorker
  readonly #silenceMs: number
  readonly #running = new Set<Running>()
  #isClosed = false

  /** @param silenceMs  after which a process is taken for hung; one step may block it for long */
  constructor(start: StartWorker, silenceMs: number = config.trainerSilenceMs) {
    this.#start = start
    this.#silenceMs = silenceMs
  }

  /** Whether a process is up. */
  get isRunning(): boolean {
    return this.#running.size > 0
  }

  /**
   * A training from its start, or its checkpoint, to its verdict. Works ahead of nobody: the next evaluation begins when it
   * is asked for.
   * @throws EngineError cancelled as soon as the signal is aborted, bad-input when there are too few pairs, TrainerGone
   */
  async *train(input: BeginInput & { readonly threads: number }, signal: AbortSignal): AsyncGenerator<TrainStep> {
    const { remote, end } = this.#launch(signal)
    try {
      const data = await sent(input.data, remote, signal)
      await remote.begin({ ...input, data }, signal)
      for (;;) {
        const step = (await remote.next({}, signal)) as TrainStep
        yield step
        if (step.kind === 'trained') return
      }
    } finally {
      end()
    }
  }

  /** A pack's base projector from captioned photos. @throws as `train` */
  async *fit(input: FitInput & { readonly threads: number }, signal: AbortSignal): AsyncGenerator<FitStep> {
    const { remote, end } = this.#launch(signal)
    try {
      const data = await sent(input.data, remote, signal)
      await remote.beginFit({ ...input, data }, signal)
      for (;;) {
        const step = (await remote.next({}, signal)) as FitStep
        yield step
        if (step.kind === 'fitted') return
      }
    } finally {
      end()
    }
  }

  /** The classic benchmark on ready features. @throws as `train` */
  async *paper(input: PaperInput & { readonly threads: number }, signal: AbortSignal): AsyncGenerator<PaperStep> {
    const { remote, end } = this.#launch(signal)
    try {
      await remote.beginPaper(input, signal)
      for (;;) {
        const step = (await remote.next({}, signal)) as PaperStep
        yield step
        if (step.kind === 'compared') return
      }
    } finally {
      end()
    }
  }

  /** Opens a projector file for many rows. */
  async openProjector(
    input: { readonly projector: Uint8Array; readonly threads: number },
    signal?: AbortSignal
  ): Promise<RemoteRowProjector> {
    const { remote, end } = this.#launch(signal)
    try {
      await remote.useProjector(input, signal)
    } catch (error) {
      end()
      throw error
    }
    return { project: (rows, projecting) => remote.projectRows(rows, projecting), close: end }
  }

  /** Which devices this platform may have; the CPU is the first. */
  async devices(signal?: AbortSignal): Promise<readonly Device[]> {
    const { remote, end } = this.#launch(signal)
    try {
      return await remote.devices({}, signal)
    } finally {
      end()
    }
  }

  /** Never throws for a device that is of no use, not even for one whose driver takes the process down. */
  async testDevice(device: Device, signal?: AbortSignal, mostMs: number = config.deviceTestMs): Promise<DeviceStatus> {
    const { remote, end } = this.#launch(signal)
    const useless = (message: string): DeviceStatus => ({ device, isUsable: false, message, stepsPerSecond: null })
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<DeviceStatus>(resolve => {
      const message = `Its test was given up after ${mostMs / 1000} seconds. That says nothing of the device; it is tested again at the next start.`
      timer = setTimeout(() => resolve({ ...useless(message), isUndecided: true }), mostMs)
    })
    try {
      return await Promise.race([remote.testDevice({ device }, signal), tooLong])
    } catch (error) {
      if (error instanceof TrainerGone) return useless(`Its driver ended the test (${error.how}).`)
      if (error instanceof EngineError) throw error
      return useless(`Its test failed: ${messageOf(error)}`)
    } finally {
      clearTimeout(timer)
      end()
    }
  }

  close(): void {
    this.#isClosed = true
    for (const running of this.#running) this.#end(running, new EngineError('cancelled', 'Reverie is closing.'))
  }

  /** A fresh process, which ends with the signal at the latest. */
  #launch(signal?: AbortSignal): { readonly remote: Connection<TrainerApi>['remote']; readonly end: () => void } {
    if (this.#isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    if (signal?.aborted === true) throw new EngineError('cancelled', 'Cancelled.')
    const process = this.#start('trainer')
    const connection = connect<TrainerApi>(process, trainerMethods)
    const running: Running = { process, connection }
    this.#running.add(running)

    const stopWatching = watchSilence(connection, {
      silenceMs: this.#silenceMs,
      onSilent: () => this.#end(running, new TrainerGone(`it did not answer for ${this.#silenceMs / 1000} seconds`))
    })
    process.onExit((code, signalName) => {
      stopWatching()
      const words = process.lastWords().trim().split('\n').at(-1) ?? ''
      const how = `${signalName ?? `exit code ${code ?? 'unknown'}`}${words === '' ? '' : `: ${words}`}`
      this.#end(running, new TrainerGone(how))
    })
    const cancel = (): void => this.#end(running, new EngineError('cancelled', 'Cancelled.'))
    signal?.addEventListener('abort', cancel, { once: true })
    return {
      remote: connection.remote,
      end: () => {
        signal?.removeEventListener('abort', cancel)
        cancel()
      }
    }
  }

  #end(running: Running, why: Error): void {
    if (!this.#running.delete(running)) return
    running.connection.fail(why)
    running.process.kill()
  }
}

/** Sends the large arrays, and gives the rest. [Note: rows are sent in parts] */
async function sent(
  data: TrainingData,
  remote: Connection<TrainerApi>['remote'],
  signal: AbortSignal
): Promise<TrainingData> {
  const { images, texts, gallery } = data
  await remote.expect({ images: images.length, texts: texts.length, gallery: gallery.length }, signal)
  for (const [into, values] of [
    ['images', images],
    ['texts', texts],
    ['gallery', gallery]
  ] as const)
    for (let at = 0; at < values.length; at += config.sentValues)
      await remote.fill({ into, at, values: values.slice(at, at + config.sentValues) }, signal)
  const nothing = new Float32Array(0)
  return { ...data, images: nothing, texts: nothing, gallery: new Int16Array(0) }
}
