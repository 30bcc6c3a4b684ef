import { mayBeAsked } from '../base/hub-address.ts'
import { networkTrouble, PassingTrouble, untrusted } from './trouble.ts'

/** Where the hub is, and whether it may be asked at all. */
export interface HubAccess {
  /** A mirror; null for the hub itself. */
  readonly hubUrl: string | null
  /** Asked before every request: whoever goes offline in the middle of a download is offline. */
  isOffline(): boolean
}

const hubItself = 'https://huggingface.co'
const mostRedirects = 5
/** Until the headers are there. */
const answerMs = 30_000
/** Far more than the list of any repository, far less than memory. */
const longestTextBytes = 8 * 2 ** 20

export const hubOf = ({ hubUrl }: HubAccess): string => (hubUrl ?? hubItself).replace(/\/+$/, '')

/**
 * The only place from which anything leaves this machine. No credentials, no cookies, nothing of the library: a request is an
 * address of a file and at most a range. Redirects are followed to https only, or from a mirror on this machine to itself.
 *
 * @throws EngineError network when offline; PassingTrouble when nobody answers
 */
export async function reach(
  address: string,
  access: HubAccess,
  { signal, headers }: { readonly signal: AbortSignal; readonly headers: Readonly<Record<string, string>> }
): Promise<{ readonly response: Response; readonly passed: readonly Response[] }> {
  const hub = new URL(hubOf(access))
  const passed: Response[] = []
  let url = new URL(address)
  for (;;) {
    checkOnline(access)
    if (!mayBeAsked(url, hub))
      throw untrusted(`The server sent the download on to ${url.origin}, which is not safe to ask.`)
    const response = await answer(url, signal, headers)
    const next = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || next === null) return { response, passed }
    await response.body?.cancel()
    passed.push(response)
    if (passed.length > mostRedirects) throw untrusted('The server sends the download on and on.')
    url = new URL(next, url)
  }
}

/** @throws EngineError network when nothing may be asked at all */
export function checkOnline(access: HubAccess): void {
  if (!access.isOffline()) return
  throw networkTrouble(
    'Reverie is set to stay offline, so nothing was asked for.',
    'To install a model, set “isOffline” to false first.'
  )
}

async function answer(url: URL, signal: AbortSignal, headers: Readonly<Record<string, string>>): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), answerMs)
  try {
    return await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...headers },
      signal: AbortSignal.any([signal, late.signal]),
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer'
    })
  } catch {
    signal.throwIfAborted()
    throw new PassingTrouble(`${url.host} cannot be reached.`)
  } finally {
    clearTimeout(timer)
  }
}

/** `reach` as the hub's own package wants it, for short answers: what is longer is cut off. */
export function shortFetch(access: HubAccess, signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const address = input instanceof Request ? input.url : String(input)
    const headers = Object.fromEntries(new Headers(init?.headers))
    const { response } = await reach(address, access, { signal, headers })
    const { status, statusText } = response
    return new Response(await shortBody(response, signal), { status, statusText, headers: response.headers })
  }
}

async function shortBody(response: Response, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > longestTextBytes) throw untrusted('The server’s list of files is longer than any such list.')
      chunks.push(chunk)
    }
  } catch (error) {
    signal.throwIfAborted()
    // What fetch throws when the connection breaks.
    throw error instanceof TypeError ? new PassingTrouble('The connection broke off.') : error
  }
  return new Uint8Array(Buffer.concat(chunks))
}
