import type { Bridge } from '../../shared/wire.ts'
import type { Transport } from './transport.ts'

/** What the preload script put into the page; null in a browser. It is also the page's `Host`. */
export function desktopBridge(): Bridge | null {
  return (globalThis as { reverie?: Bridge }).reverie ?? null
}

/** Calls and events over the messages of a desktop window. */
export function portTransport(bridge: Pick<Bridge, 'call' | 'cancel' | 'on'>): Transport {
  let nextId = 1
  return {
    call(method, input, signal) {
      const id = nextId++
      const cancel = (): void => bridge.cancel(id)
      signal?.addEventListener('abort', cancel, { once: true })
      return bridge.call(id, method, input).finally(() => signal?.removeEventListener('abort', cancel))
    },
    onEvent: listener => bridge.on(listener)
  }
}
