import type { IncomingMessage } from 'node:http'

/*
 * Who may talk to the web host. It listens on this machine only, but every web page in the person's browser can send
 * requests to this machine, and so can every program of every user on it. Hence three questions to each request:
 *   – Is the name in its address ours (Host)? Another name that leads here is DNS rebinding.
 *   – Does it come from our own page (Origin, Sec-Fetch-Site)?
 *   – Does it know a key that only an admitted page can have (page-keys.ts)?
 *
 * No cookie: cookies know no ports, so every other server of this machine would be sent ours and could put another in its
 * place. Nor a random name or number in the address as the secret: whoever gets the address next is told it by the page's
 * own requests. Hence a header that each tab sends for itself.
 */

/** Said twice, these could mean one thing to us and another to whatever lies between. */
const singleHeaders = [
  ...['host', 'origin', 'authorization', 'content-type', 'content-length', 'transfer-encoding'],
  ...['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest']
]

/** @returns the status and words of a refusal; null when the request may be looked at */
export function refusalOf(
  request: Pick<IncomingMessage, 'headers' | 'headersDistinct' | 'method'>,
  path: string,
  origin: string
): { readonly status: 400 | 403; readonly text: string } | null {
  const { headers, headersDistinct, method } = request
  if (singleHeaders.some(name => (headersDistinct[name]?.length ?? 0) > 1))
    return { status: 400, text: 'A header stands twice in this request.\n' }
  if (!isOurHost(headers.host, origin))
    return { status: 403, text: `This is not the address of Reverie, which is ${origin}/\n` }
  // The front door may be reached by a link anywhere: without a ticket it shows nothing.
  const isVisit =
    method === 'GET' &&
    path === '/' &&
    headers.origin === undefined &&
    headers['sec-fetch-mode'] === 'navigate' &&
    (headers['sec-fetch-dest'] ?? 'document') === 'document'
  if (!isVisit && !isFromOurPage(headers, origin))
    return { status: 403, text: 'This request comes from another page.\n' }
  return null
}

/** @param header  the request's Host header; only the very address that the page is opened at will do */
export function isOurHost(header: string | undefined, origin: string): boolean {
  const { host, hostname, port } = new URL(origin)
  return header === host || (port === '' && header === `${hostname}:80`)
}

/** A browser says where a request comes from; programs need not. */
export function isFromOurPage(
  headers: {
    readonly origin?: string | undefined
    readonly 'sec-fetch-site'?: string | string[] | undefined
  },
  origin: string
): boolean {
  if (headers.origin !== undefined && headers.origin !== origin) return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}
