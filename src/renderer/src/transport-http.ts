import type { EventName } from '../../main/engine/contract.ts'
import { fromJson, toJson, type Reply } from '../../main/engine/wire.ts'
import type { Transport } from './transport.ts'

/** How long a lost event stream is left before it is opened again. */
const reopenAfterMs = 1000

/**
 * Calls and events over HTTP. When the engine cannot be reached a call rejects with what `fetch` throws, a TypeError.
 * @param base  '' for the page's own origin
 * @param headers  for a caller that is not a browser and keeps its cookie itself
 */
export function httpTransport(base = '', headers: Readonly<Record<string, string>> = {}): Transport {
  const listeners = new Set<(name: string, payload: unknown) => void>()
  const tell = (name: string, payload: unknown): void => {
    for (const listener of listeners) listener(name, payload)
  }
  let stream: AbortController | null = null

  return {
    async call(method, input, signal) {
      const response = await fetch(`${base}/call/${encodeURIComponent(method)}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: toJson(input),
        signal: signal ?? null
      })
      return replyOf(await response.text(), response.status)
    },
    onEvent(listener) {
      listeners.add(listener)
      if (stream === null) {
        stream = new AbortController()
        void follow(`${base}/events`, headers, tell, stream.signal)
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

/** Reads the event stream and opens it again when it was lost, until nobody listens any more. */
async function follow(
  address: string,
  headers: Readonly<Record<string, string>>,
  tell: (name: string, payload: unknown) => void,
  signal: AbortSignal
): Promise<void> {
  // What happens while nobody is connected is not told again, so whoever listens looks for itself.
  const lookAgain = (): void => tell('libraryChanged' satisfies EventName, { folderIds: [] })
  let wasLost = false
  while (!signal.aborted) {
    try {
      const response = await fetch(address, { headers, signal })
      if (response.ok && response.body !== null) {
        if (wasLost) lookAgain()
        wasLost = false
        await readEvents(response.body, tell)
      }
    } catch {
      // The engine cannot be reached, or nobody listens any more. A call says so to the person; this only tries again.
    }
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
