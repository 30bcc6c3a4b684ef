import { eventNames } from '../../../shared/contract.ts'
import type { Engine } from '../../engine/engine.ts'
import { EngineError, messageOf } from '../../../shared/errors.ts'
import type { PagePort, Reply, Request, Response, WireError } from '../../../shared/wire.ts'

/** What a host needs of the engine. */
export type CarriedEngine = Pick<Engine, 'call' | 'on' | 'media' | 'pathOf' | 'close'>

/** One call, its refusal included. Never rejects. */
export async function carry(
  engine: Pick<CarriedEngine, 'call'>,
  method: string,
  input: unknown,
  signal: AbortSignal
): Promise<Reply> {
  try {
    return { value: (await engine.call(method, input, { signal })) ?? null }
  } catch (error) {
    return { error: wireError(error, signal) }
  }
}

/**
 * Answers calls and tells events over a port, for one page.
 * @returns stops: nothing is posted any more, and what was under way is cancelled
 */
export function serveEngine(engine: Pick<CarriedEngine, 'call' | 'on'>, port: PagePort): () => void {
  const running = new Map<number, AbortController>()
  let isStopped = false

  const post = (response: Response): void => {
    if (!isStopped) port.post(response)
  }
  const answer = async ({ id, method, input }: Extract<Request, { type: 'call' }>): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    const reply = await carry(engine, method, input, controller.signal)
    if (running.get(id) === controller) running.delete(id)
    post({ type: 'reply', id, reply })
  }

  const stops = [
    port.onMessage(message => {
      if (!isRequest(message)) return
      if (message.type === 'call') void answer(message)
      else running.get(message.id)?.abort()
    }),
    ...eventNames.map(name => engine.on(name, payload => post({ type: 'event', name, payload })))
  ]
  return () => {
    isStopped = true
    for (const stop of stops) stop()
    for (const controller of running.values()) controller.abort()
  }
}

/** The page is the one side that is not trusted: what has not this shape is not answered. */
function isRequest(message: unknown): message is Request {
  if (typeof message !== 'object' || message === null || !('type' in message) || !('id' in message)) return false
  if (typeof message.id !== 'number') return false
  return (
    message.type === 'cancel' || (message.type === 'call' && 'method' in message && typeof message.method === 'string')
  )
}

export function wireError(error: unknown, signal?: AbortSignal): WireError {
  if (error instanceof EngineError) return { code: error.code, message: error.message, detail: error.detail }
  if (signal?.aborted === true) return { code: 'cancelled', message: 'Cancelled.', detail: {} }
  return { code: 'internal', message: messageOf(error), detail: {} }
}
