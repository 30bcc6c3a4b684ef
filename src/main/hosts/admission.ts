import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { hostname } from 'node:os'

/*
 * Who may talk to the web host. It listens on this machine only, but every web page in the person's browser can send
 * requests to this machine, and so can every program of every user on it. Hence three questions to each request:
 *   – Is the name in its address ours (Host)? Another name that leads here is DNS rebinding.
 *   – Does it come from our own page (Origin, Sec-Fetch-Site)?
 *   – Does it know the secret that was printed at the start (a cookie, set by the first visit with ?token=)?
 */

/** 32 random bytes. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]']

/**
 * @param header  the request's Host header
 * @param bound  where the server listens: an address of this machine's own, or one that the network reaches
 */
export function isOurHost(
  header: string | undefined,
  bound: { readonly host: string; readonly port: number }
): boolean {
  const [, name, port] = /^(\[[0-9a-f:.]+\]|[^:/@\s]+)(?::(\d{1,5}))?$/i.exec(header ?? '') ?? []
  if (name === undefined || Number(port ?? 80) !== bound.port) return false
  const lower = name.toLowerCase()
  if (loopbackNames.includes(lower)) return true
  if (isLoopback(bound.host)) return false
  // On the network: rebinding needs a name of the attacker's, so an address and this machine's own name are safe.
  return isIP(lower.replace(/^\[|\]$/g, '')) !== 0 || lower === hostname().toLowerCase()
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** A browser says where a request comes from; programs need not. */
export function isFromOurPage(headers: {
  readonly host?: string | undefined
  readonly origin?: string | undefined
  readonly 'sec-fetch-site'?: string | string[] | undefined
}): boolean {
  if (headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host?.toLowerCase() ?? ''}`)
    return false
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** Cookies know no ports: two of us on one machine must not take each other's. */
export function cookieName(port: number): string {
  return `reverie-${port}`
}

export function cookieHeader(port: number, token: string): string {
  return `${cookieName(port)}=${token}; Path=/; HttpOnly; SameSite=Strict`
}

export function hasCookie(header: string | undefined, port: number, token: string): boolean {
  const start = `${cookieName(port)}=`
  return (header ?? '')
    .split(/; */)
    .some(pair => pair.startsWith(start) && isSameSecret(pair.slice(start.length), token))
}

/** Takes the same time wherever they differ. */
export function isSameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
