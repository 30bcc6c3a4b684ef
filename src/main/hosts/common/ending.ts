import { constants } from 'node:os'
import { diskTrouble } from '../../engine/base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'
import { exitCodeOf } from './exit-codes.ts'

/** What asks a program to end: Ctrl-C, a service manager or the system, a terminal that was closed. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a shell calls the end of a program to whose output nobody listens any more. */
const brokenPipeCode = 128 + 13

export interface Ending {
  /** Aborted when the program is asked to end. */
  readonly signal: AbortSignal
  /** The exit code by convention, 128 + the signal's number; null while nobody asked. */
  readonly exitCode: number | null
  /** Whether nobody reads what is printed any more. */
  readonly isOutputGone: boolean
}

/** Nobody ever asks. */
export const never: Ending = { signal: new AbortController().signal, exitCode: null, isOutputGone: false }

/**
 * Hears of everything that asks this process to end. The first time the program may come to its end in order, the second
 * time it ends at once.
 * @param output  when nobody reads it any more, that is such a wish too; what is written to stderr is only dropped then
 */
export function listenForEnd(output: NodeJS.WriteStream | null = null): Ending {
  const controller = new AbortController()
  let exitCode: number | null = null
  let wasAsked = false
  let isOutputGone = false
  const end = (code: number): void => {
    exitCode ??= code
    controller.abort()
  }
  for (const signal of endingSignals)
    process.on(signal, () => {
      const code = 128 + constants.signals[signal]
      if (wasAsked) process.exit(code)
      wasAsked = true
      end(code)
    })
  ignoreBrokenOutput(output === null ? [process.stdout, process.stderr] : [process.stderr])
  output?.on('error', (error: NodeJS.ErrnoException) => {
    const told = diskTrouble(error)
    if (!isNobodyThere(error) && told === error) throw error
    isOutputGone = true
    if (told instanceof EngineError) process.stderr.write(`The output is cut off: ${told.message}\n`)
    end(told instanceof EngineError ? exitCodeOf(told) : brokenPipeCode)
    // It may come after the last line of the program.
    process.exitCode = exitCode ?? undefined
  })
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
    get isOutputGone() {
      return isOutputGone
    }
  }
}

/**
 * Works to the end, or until the program is asked to end: then what is under way is cancelled and closed. Closes in any case.
 * @throws EngineError cancelled when it was asked to end, in the words of the work if it has any
 */
export async function interruptible<T>(
  { signal }: Pick<Ending, 'signal'>,
  work: () => Promise<T>,
  { cancel, close }: { readonly cancel: () => Promise<unknown>; readonly close: () => Promise<void> }
): Promise<T> {
  let stop: () => void = () => undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      stop = () =>
        void cancel()
          .then(close)
          .finally(() => reject(new EngineError('cancelled', 'Cancelled.')))
          .catch(() => undefined)
      if (signal.aborted) stop()
      else {
        signal.addEventListener('abort', stop, { once: true })
        work().then(resolve, reject)
      }
    })
  } catch (error) {
    // What was torn from its work fails in many ways; none of them is news.
    if (signal.aborted && !(error instanceof EngineError && error.code === 'cancelled'))
      throw new EngineError('cancelled', 'Cancelled.')
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
    await close()
  }
}

/** A reader that went away, or a terminal that was closed, must not end a program with a stack trace. */
export function ignoreBrokenOutput(streams = [process.stdout, process.stderr]): void {
  for (const stream of streams)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!isNobodyThere(error)) throw error
    })
}

function isNobodyThere(error: NodeJS.ErrnoException): boolean {
  return /^(EPIPE|EIO|ENXIO|ECONNRESET|ERR_STREAM_DESTROYED)$/.test(error.code ?? '')
}
