import {
  methods,
  type Client,
  type Commands,
  type EventName,
  type Events,
  type Input,
  type Method,
  type Output
} from '../../../shared/contract.ts'
import { diskTrouble } from '../base/disk-trouble.ts'
import { limit } from '../base/limit.ts'
import { detailsOf, EngineError } from '../../../shared/errors.ts'
import { checkInput } from './inputs.ts'
import { shareOf, type Share } from './shares.ts'

/** One handler a method; the signal is aborted when the caller no longer wants the answer. */
export type Handlers = {
  readonly [M in Method]: (input: Input<M>, signal: AbortSignal) => Output<M> | Promise<Output<M>>
}

/** What every host carries: calls by name, events by name. */
export interface Dispatch {
  call(method: string, input: unknown, options?: { readonly signal?: AbortSignal | undefined }): Promise<unknown>
  on<E extends EventName>(name: E, listener: (payload: Events[E]) => void): () => void
  emit<E extends EventName>(name: E, payload: Events[E]): void
  /** The same as a typed client, for hosts in this process. */
  readonly client: Client
  /** Every later call is refused, also one that waits for its turn. */
  close(): void
}

/**
 * Joins handlers to their names. Queries run side by side; commands wait only for earlier ones of the same share.
 *
 * @param log  told of a listener that throws
 */
export function createDispatch(handlers: Handlers, log: (text: string) => void): Dispatch {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  /** Runs the commands of one share one after the other. */
  const inTurn = new Map<Share, ReturnType<typeof limit>>()
  let isClosed = false

  const run = async <M extends Method>(method: M, input: unknown, signal: AbortSignal): Promise<Output<M>> => {
    const checked = checkInput(method, input)
    if (isClosed) throw new EngineError('cancelled', 'Reverie is closing.')
    if (signal.aborted) throw new EngineError('cancelled', 'Cancelled.')
    try {
      return await handlers[method](checked, signal)
    } catch (error) {
      throw diskTrouble(error)
    }
  }

  const call: Dispatch['call'] = async (method, input, options = {}) => {
    if (!isMethod(method)) throw new EngineError('not-found', `There is no method ${method.slice(0, 40)}.`)
    const signal = options.signal ?? new AbortController().signal
    if (!isCommand(method)) return run(method, input, signal)
    const share = shareOf[method]
    const next = inTurn.get(share) ?? limit(1)
    inTurn.set(share, next)
    return next(() => run(method, input, signal))
  }

  const on: Dispatch['on'] = (name, listener) => {
    const set = listeners.get(name) ?? new Set()
    listeners.set(name, set)
    set.add(listener)
    return () => set.delete(listener)
  }

  return {
    call,
    on,
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? [])
        try {
          ;(listener as (payload: Events[typeof name]) => void)(payload)
        } catch (error) {
          // What happened has happened: neither the other listeners nor who tells it fail with this one.
          log(`A listener of ${name} failed: ${detailsOf(error)}`)
        }
    },
    client: Object.assign(
      Object.fromEntries(
        Object.keys(methods).map(method => [
          method,
          (input: unknown, options?: { signal?: AbortSignal }) => call(method, input, options)
        ])
      ),
      { on }
    ) as unknown as Client,
    close: () => void (isClosed = true)
  }
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(methods, name)
}

function isCommand(method: Method): method is keyof Commands {
  return methods[method] === 'command'
}
