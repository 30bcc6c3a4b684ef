import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { authorizationScheme, pageTexts, type PageKey, type Proof } from '../../../shared/wire.ts'

/** See [Note: how a page is admitted]. */
export interface PageKeys {
  /** Admits another page. */
  newPage(): PageKey
  /** The page key of a page that is admitted already. */
  pageKey(pageId: string): PageKey
  /** That this is the host which admitted the page. */
  prove(pageId: string, nonce: string): Proof
  /** @returns the page's id; null when the header is not that of an admitted page */
  pageOf(authorization: string | undefined): string | null
  mayShowMedia(pageId: string, key: string): boolean
}

/** 32 random bytes as 43 letters: a ticket, a nonce, a key. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export const isSecret = (text: unknown): text is string => typeof text === 'string' && /^[\w-]{43}$/.test(text)
export const isPageId = (text: unknown): text is string => typeof text === 'string' && /^[\w-]{22}$/.test(text)

/**
 * Nothing is stored for a page: its key follows from the host's own, so it outlives a restart, but not another address nor
 * another key of the host.
 * @param hostKey  the host's own key at the time of asking; it changes when every page is shut out
 */
export function pageKeys(hostKey: () => string, origin: string): PageKeys {
  const boot = newSecret()
  const ofPage = (pageId: string): string => sign(hostKey(), pageTexts.page(origin, pageId))
  return {
    newPage() {
      const pageId = randomBytes(16).toString('base64url')
      return { pageId, key: ofPage(pageId) }
    },
    pageKey: pageId => ({ pageId, key: ofPage(pageId) }),
    prove: (pageId, nonce) => ({ boot, proof: sign(ofPage(pageId), pageTexts.proof(origin, nonce, boot)) }),
    pageOf(authorization) {
      const [scheme, pair = '', ...more] = (authorization ?? '').split(' ')
      const [pageId, key, ...rest] = pair.split('.')
      if (scheme !== authorizationScheme || more.length + rest.length > 0 || !isPageId(pageId) || !isSecret(key))
        return null
      return isSameSecret(key, callKey(ofPage(pageId), origin, boot)) ? pageId : null
    },
    mayShowMedia: (pageId, key) =>
      isPageId(pageId) && isSecret(key) && isSameSecret(key, sign(ofPage(pageId), pageTexts.media(origin, boot)))
  }
}

/** What a page sends with each call. */
export function callKey(pageKey: string, origin: string, boot: string): string {
  return sign(pageKey, pageTexts.calls(origin, boot))
}

/** @param key  base64url */
export function sign(key: string, text: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url')).update(text).digest('base64url')
}

/** Takes the same time wherever they differ; both are 43 letters long. */
export function isSameSecret(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)]
  return a.length === b.length && timingSafeEqual(a, b)
}
