import {
  methods,
  type Client,
  type EventName,
  type Events,
  type Input,
  type Method,
  type Output
} from '../../../shared/contract.ts'
import { diskTrouble } from '../base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'
import { checkInput } from './inputs.ts'

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

/** Joins handlers to their names. Queries run side by side; commands run one at a time, in the order they came. */
export function createDispatch(handlers: Handlers): Dispatch {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  let commands: Promise<unknown> = Promise.resolve()
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
    if (methods[method] === 'query') return run(method, input, signal)
    const turn = commands.then(() => run(method, input, signal))
    commands = turn.catch(() => undefined)
    return turn
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
      for (const listener of listeners.get(name) ?? []) (listener as (payload: Events[typeof name]) => void)(payload)
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
