import type { Bridge, PagePort, Reply, Request, Response } from '../shared/wire.ts'

/** The page's end of a port: calls find their replies by id. */
export function connectPort(port: PagePort): Pick<Bridge, 'call' | 'cancel' | 'on'> {
  const waiting = new Map<number, (reply: Reply) => void>()
  const listeners = new Set<(name: string, payload: unknown) => void>()
  const post = (request: Request): void => port.post(request)

  port.onMessage(message => {
    const response = message as Response
    if (response.type === 'reply') {
      waiting.get(response.id)?.(response.reply)
      waiting.delete(response.id)
    } else for (const listener of listeners) listener(response.name, response.payload)
  })
  return {
    call: (id, method, input) =>
      new Promise(resolve => {
        waiting.set(id, resolve)
        post({ type: 'call', id, method, input })
      }),
    cancel: id => post({ type: 'cancel', id }),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}
