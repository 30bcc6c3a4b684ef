import type { EventName } from '../../shared/contract.ts'
import { fromJson, toJson, type Reply } from '../../shared/wire.ts'
import type { Contact } from './contact.ts'
import type { Transport } from './transport.ts'

/** How long a lost event stream is left before it is opened again. */
const reopenAfterMs = 1000

/**
 * Calls and events over HTTP. When the engine cannot be reached a call rejects with what `fetch` throws, a TypeError; so it
 * does, with a StrangerError, when what answers is not the host that admitted the page.
 * @param base  '' for the page's own origin
 */
export function httpTransport(contact: Contact, base = ''): Transport {
  const listeners = new Set<(name: string, payload: unknown) => void>()
  const tell = (name: string, payload: unknown): void => {
    for (const listener of listeners) listener(name, payload)
  }
  let stream: AbortController | null = null
  let opening: Promise<void> = Promise.resolve()

  return {
    async call(method, input, signal) {
      // What happened between the answer and the opening of the stream would be told to nobody.
      await opening
      const ask = (): Promise<Response> =>
        request(contact, `${base}/call/${encodeURIComponent(method)}`, signal, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: toJson(input)
        })
      let response = await ask()
      // The host was started anew in between: nothing was done yet, and with the new keys it is.
      if (response.status === 401) response = await ask()
      return replyOf(await response.text(), response.status)
    },
    onEvent(listener) {
      listeners.add(listener)
      if (stream === null) {
        const { signal } = (stream = new AbortController())
        opening = new Promise(opened => void follow(contact, `${base}/events`, tell, opened, signal))
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        stream?.abort()
        stream = null
      }
    }
  }
}

/** One request with the page's keys, to a host that has proved itself since the contact with it was last lost. */
async function request(
  contact: Contact,
  address: string,
  signal: AbortSignal | undefined,
  { headers = {}, ...init }: { method?: string; headers?: Readonly<Record<string, string>>; body?: string } = {}
): Promise<Response> {
  const { authorization } = await contact.keys()
  signal?.throwIfAborted()
  try {
    const response = await fetch(address, {
      ...init,
      headers: { ...headers, Authorization: authorization },
      signal: signal ?? null,
      credentials: 'omit',
      redirect: 'error'
    })
    if (response.status === 401) contact.lost()
    return response
  } catch (error) {
    if (signal?.aborted !== true) contact.lost()
    throw error
  }
}

/** Something between us and the engine may answer in its own words. */
function replyOf(text: string, status: number): Reply {
  try {
    const reply = fromJson(text)
    if (typeof reply === 'object' && reply !== null && ('value' in reply || 'error' in reply)) return reply as Reply
  } catch {
    // Not ours: told below.
  }
  return {
    error: {
      code: 'internal',
      message: `Reverie answered with something that is no answer (HTTP ${status}).`,
      detail: { status }
    }
  }
}

/**
 * Reads the event stream and opens it again when it was lost, until nobody listens any more.
 *
 * @param opened  called once it is open for the first time, or cannot be opened
 */
async function follow(
  contact: Contact,
  address: string,
  tell: (name: string, payload: unknown) => void,
  opened: () => void,
  signal: AbortSignal
): Promise<void> {
  // What happens while nobody is connected is not told again, so whoever listens looks for itself.
  const lookAgain = (): void => tell('libraryChanged' satisfies EventName, { folderIds: [] })
  let wasLost = false
  while (!signal.aborted) {
    try {
      const response = await request(contact, address, signal)
      opened()
      if (response.ok && response.body !== null) {
        if (wasLost) lookAgain()
        wasLost = false
        await readEvents(response.body, tell)
      }
    } catch {
      // The engine cannot be reached, or nobody listens any more. A call says so to the person; this only tries again.
    }
    opened()
    // Whoever ended the stream may be gone, and another program in its place.
    contact.lost()
    if (!wasLost) lookAgain()
    wasLost = true
    await pause(reopenAfterMs, signal)
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  tell: (name: string, payload: unknown) => void
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const messages = (text + value).split('\n\n')
    text = messages.pop() ?? ''
    for (const message of messages) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(message) ?? []
      if (name !== undefined && data !== undefined) tell(name, fromJson(data))
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, signal.aborted ? 0 : ms)
    signal.addEventListener('abort', end)
  })
}
