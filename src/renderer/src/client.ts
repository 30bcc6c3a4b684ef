import { methods, type CallOptions, type Client, type EventName, type Method } from '../../shared/contract.ts'
import { EngineError, errorCodeOf } from '../../shared/errors.ts'
import type { Transport } from './transport.ts'

/** The engine as the page sees it: in a desktop window over its messages, in a browser over HTTP. */
export function createClient(transport: Transport): Client {
  const names = Object.keys(methods) as Method[]
  const calls = names.map(
    method =>
      [method, (input: unknown, options?: CallOptions) => call(transport, method, input, options?.signal)] as const
  )
  const on = (name: EventName, listener: (payload: never) => void): (() => void) =>
    transport.onEvent((told, payload) => {
      if (told !== name) return
      try {
        listener(payload as never)
      } catch (error) {
        // The other listeners, and the carrier that tells them, go on.
        console.error(`A listener of ${name} failed:`, error)
      }
    })
  return Object.assign(Object.fromEntries(calls), { on }) as unknown as Client
}

async function call(
  transport: Transport,
  method: string,
  input: unknown,
  signal: AbortSignal | undefined
): Promise<unknown> {
  if (signal?.aborted === true) throw cancelled()
  const reply = await untilAborted(transport.call(method, input, signal), signal)
  if ('value' in reply) return reply.value
  const { code, message, detail } = reply.error
  throw new EngineError(errorCodeOf(code), message, detail)
}

/** The person who cancels does not wait for the engine to notice. */
function untilAborted<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return result
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(cancelled())
    signal.addEventListener('abort', abort, { once: true })
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function cancelled(): EngineError {
  return new EngineError('cancelled', 'Cancelled.')
}
