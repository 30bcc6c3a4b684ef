import { parseMediaPath } from './headers.ts'

/*
 * What a desktop window may do, decided by addresses alone, so that it can be tested without a window. The page is ours,
 * but what it shows is not: everything that could lead out of it is refused unless it is listed here.
 */

/** The page's own origin. A scheme of our own instead of file://, so that 'self' in its policy means our files only. */
export const pageScheme = 'app'
export const pageAddress = 'app://reverie/'
export const mediaScheme = 'media'

/** @param developmentUrl  where the development server serves the page; null in a built app */
export function isOurPage(address: string, developmentUrl: string | null): boolean {
  const url = parse(address)
  if (url === null) return false
  if (url.protocol === `${pageScheme}:` && url.host === 'reverie') return true
  const development = parse(developmentUrl ?? '')
  return url.protocol === development?.protocol && url.host === development.host
}

/** Only the window's own top frame, while it shows our page, may call the engine. */
export function isOurFrame(
  frame: { readonly url: string; readonly parent: unknown } | null,
  developmentUrl: string | null
): boolean {
  return frame !== null && frame.parent === null && isOurPage(frame.url, developmentUrl)
}

/** What a link to the world outside opens in the person's browser; null when it does not. */
export function externalAddress(address: string): string | null {
  const url = parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null
  return url.username === '' && url.password === '' ? url.href : null
}

/** The page asks for nothing but to put text or a picture on the clipboard when the person says so. */
export function isAllowedPermission(permission: string): boolean {
  return permission === 'clipboard-sanitized-write'
}

/** Nothing is fetched over a network, except from the development server. */
export function isAllowedRequest(address: string, developmentUrl: string | null): boolean {
  const url = parse(address)
  const development = parse(developmentUrl ?? '')
  if (url === null) return false
  if (!['http:', 'https:', 'ws:', 'wss:', 'ftp:'].includes(url.protocol)) return true
  return url.host === development?.host
}

/** `media://item/<thumbnail|photo>/<id>`, `?v=` or not; null for anything else. */
export function parseMediaAddress(
  address: string
): { size: 'thumbnail' | 'photo'; itemId: number; hasVersion: boolean } | null {
  const url = parse(address)
  if (url?.protocol !== `${mediaScheme}:` || url.host !== 'item') return null
  const wanted = parseMediaPath(url.pathname.slice(1))
  return wanted === null ? null : { ...wanted, hasVersion: url.searchParams.has('v') }
}

/** The path of one of the page's own files; null for another address. */
export function pagePath(address: string): string | null {
  const url = parse(address)
  return url?.protocol === `${pageScheme}:` && url.host === 'reverie' ? url.pathname : null
}

function parse(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}
