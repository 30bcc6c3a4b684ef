import { fork, type ChildProcess } from 'node:child_process'
import { telemetryOff } from '../../engine/base/telemetry-off.ts'
import type { StartWorker, WorkerName } from '../../engine/engine.ts'
import { LastWords } from './last-words.ts'

export interface WorkerOptions {
  /** V8's heap, which holds no pixels, no tensors and no arrays of numbers: those are native, or beside it. */
  readonly heapMegabytes?: number
}

/** A host that ends at once, whatever its reason, leaves no process behind that would go on working for nobody. */
const living = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/**
 * Worker processes of a Node host: child processes that speak structured clones.
 * @param files  the worker by its name: built JavaScript, or its TypeScript source, which Node runs as it is
 */
export function nodeWorkers(
  files: Readonly<Record<WorkerName, string>>,
  { heapMegabytes = 1024 }: WorkerOptions = {}
): StartWorker {
  return name => {
    const child = fork(files[name], [], {
      serialization: 'advanced',
      // glibc otherwise keeps what each of the decoder’s threads freed apart, and gives little of it back.
      env: { MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072', ...process.env, ...telemetryOff },
      // Native libraries print where they like; only what they complain about is kept.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [`--max-old-space-size=${heapMegabytes}`, '--disable-warning=ExperimentalWarning']
    })
    living.add(child)
    const words = new LastWords(child.stderr)
    let ended: { code: number | null; signal: string | null } | null = null
    const listeners: ((code: number | null, signal: string | null) => void)[] = []
    const end = (code: number | null, signal: string | null): void => {
      if (ended !== null) return
      ended = { code, signal }
      living.delete(child)
      for (const listener of listeners) listener(code, signal)
    }
    // 'close' comes after the last of stderr was read, 'exit' may not. 'error': it could not be started at all.
    child.once('close', end)
    child.on('error', () => {
      if (child.pid === undefined) end(null, null)
    })
    return {
      post(message) {
        // Whoever waits for an answer hears of the exit; a message that comes too late is nobody's loss.
        if (child.connected) child.send(message as object, () => undefined)
      },
      onMessage: listener => void child.on('message', listener),
      onExit(listener) {
        if (ended === null) listeners.push(listener)
        else listener(ended.code, ended.signal)
      },
      // Not SIGTERM: a decoder that hangs in native code must not have a say in it.
      kill() {
        child.kill('SIGKILL')
        // A process that hangs in a dead disk ends when it can; its host need not wait for that.
        child.unref()
        child.channel?.unref()
      },
      lastWords: () => words.text(),
      pid: child.pid
    }
  }
}
