import { EngineError, errorCodeOf, type ErrorCode } from '../../../shared/errors.ts'

/**
 * Calls between the engine and a worker process. A port carries structured clones one way and the other; nothing here
 * knows whether that is child_process, Electron's utilityProcess or a MessageChannel in a test.
 */
export interface WorkerPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

/** What a worker offers: named functions of one plain value. */
export type Api = Readonly<Record<string, (input: never, signal: AbortSignal) => unknown>>

type Request =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
type Response =
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | {
      readonly type: 'error'
      readonly id: number
      readonly code: ErrorCode
      readonly message: string
      readonly stack: string
    }
  | { readonly type: 'alive' }

/** Worker side: answers calls for as long as the process lives, and says every second that its event loop turns. */
export function serve(port: WorkerPort, api: Api, heartbeatMs = 1000): () => void {
  const running = new Map<number, AbortController>()

  const answer = async (request: Extract<Request, { type: 'call' }>): Promise<void> => {
    const controller = new AbortController()
    running.set(request.id, controller)
    try {
      const method = Object.hasOwn(api, request.name) ? api[request.name] : undefined
      if (method === undefined) throw new Error(`The worker has no method ${request.name}.`)
      const value = await method(request.input as never, controller.signal)
      port.post({ type: 'result', id: request.id, value } satisfies Response)
    } catch (error) {
      port.post({ type: 'error', id: request.id, ...describe(error) } satisfies Response)
    } finally {
      running.delete(request.id)
    }
  }

  port.onMessage(message => {
    const request = message as Request
    if (request.type === 'call') void answer(request)
    else running.get(request.id)?.abort()
  })
  const heartbeat = setInterval(() => port.post({ type: 'alive' } satisfies Response), heartbeatMs)
  heartbeat.unref()
  return () => clearInterval(heartbeat)
}

function describe(error: unknown): { code: ErrorCode; message: string; stack: string } {
  if (error instanceof EngineError) return { code: error.code, message: error.message, stack: '' }
  if (error instanceof Error) return { code: 'internal', message: error.message, stack: error.stack ?? '' }
  return { code: 'internal', message: String(error), stack: '' }
}

/** Engine side of a worker's api: the same functions, answered from the other process. */
export type Remote<A extends Api> = {
  readonly [K in keyof A]: (input: Parameters<A[K]>[0], signal?: AbortSignal) => Promise<Awaited<ReturnType<A[K]>>>
}

export interface Connection<A extends Api> {
  readonly remote: Remote<A>
  /** Every call that is under way, and every later one, fails with this. */
  fail(error: Error): void
  /** When the worker was last heard of, by `performance.now()`. */
  lastHeardMs(): number
}

/** Engine side: calls over the port. `names` lists the api's methods. */
export function connect<A extends Api>(port: WorkerPort, names: readonly (keyof A & string)[]): Connection<A> {
  let nextId = 1
  let broken: Error | null = null
  let heardMs = performance.now()
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()

  port.onMessage(message => {
    heardMs = performance.now()
    const response = message as Response
    if (response.type === 'alive') return
    const call = waiting.get(response.id)
    waiting.delete(response.id)
    if (response.type === 'result') call?.resolve(response.value)
    else call?.reject(revive(response))
  })

  const call = (name: string, input: unknown, signal?: AbortSignal): Promise<unknown> => {
    if (broken !== null) return Promise.reject(broken)
    if (signal?.aborted === true) return Promise.reject(new EngineError('cancelled', 'Cancelled.'))
    const id = nextId++
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        waiting.delete(id)
        port.post({ type: 'cancel', id } satisfies Request)
        reject(new EngineError('cancelled', 'Cancelled.'))
      }
      signal?.addEventListener('abort', cancel, { once: true })
      const settle =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          signal?.removeEventListener('abort', cancel)
          end(value)
        }
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) })
      port.post({ type: 'call', id, name, input } satisfies Request)
    })
  }

  return {
    remote: Object.fromEntries(
      names.map(name => [name, (input: unknown, signal?: AbortSignal) => call(name, input, signal)])
    ) as unknown as Remote<A>,
    fail(error) {
      broken ??= error
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
    },
    lastHeardMs: () => heardMs
  }
}

function revive(response: Extract<Response, { type: 'error' }>): Error {
  const code = errorCodeOf(response.code)
  if (code !== 'internal') return new EngineError(code, response.message)
  const error = new Error(response.message)
  if (response.stack !== '') error.stack = response.stack
  return error
}
