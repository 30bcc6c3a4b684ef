/**
 * What crosses between a page and the engine, whatever carries it: a window's messages or HTTP. Both sides have this file;
 * it imports no code.
 */

import type { ErrorCode } from './errors.ts'

/** What a failed call looks like on any wire. */
export interface WireError {
  readonly code: ErrorCode
  readonly message: string
  readonly detail: Readonly<Record<string, string | number>>
}

/** The answer to a call. A refused call is an answer too: its code, message and detail cross every wire unchanged. */
export type Reply = { readonly value: unknown } | { readonly error: WireError }

/** From the page. Ids are the page's own and never used twice by it. */
export type Request =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }

/** To the page. */
export type Response =
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly type: 'event'; readonly name: string; readonly payload: unknown }

/** Carries structured clones one way and the other. */
export interface PagePort {
  post(message: unknown): void
  /** Returns the function that stops listening. */
  onMessage(listener: (message: unknown) => void): () => void
}

/** What the preload script gives the page in a desktop window, and all it gives. */
export interface Bridge {
  call(id: number, method: string, input: unknown): Promise<Reply>
  cancel(id: number): void
  on(listener: (name: string, payload: unknown) => void): () => void
  /** The system's folder dialog; null when it was closed without a choice. */
  pickFolder(): Promise<string | null>
  /** Shows an item's file in the system's file manager. */
  reveal(itemId: number): Promise<void>
  mediaUrl(size: 'thumbnail' | 'photo', itemId: number): string
}

/*
 * [Note: how a page is admitted] Who opened the page proves it with a ticket, which is spent on first use, and is given a
 * page key: HMAC-SHA-256 of the host's own key over what `pageTexts.page` says. The page key stays in the memory of both
 * sides. What crosses with each request are keys made from it for one start of the host (`boot`) at one address
 * (`origin`), and only after the host has proved for a number of the page's choice (`nonce`) that it has the page key too:
 * another program that took the port meanwhile learns nothing, cannot pass the question on to the host at another address,
 * and what it may catch in the moment between is worth nothing, because the start that it was made for is over.
 */

/** What is signed, each under a first line of its own; the other lines are an origin, or letters of base64url. */
export const pageTexts = {
  page: (origin: string, pageId: string): string => `reverie page 1\n${origin}\n${pageId}`,
  proof: (origin: string, nonce: string, boot: string): string => `reverie proof 1\n${origin}\n${nonce}\n${boot}`,
  calls: (origin: string, boot: string): string => `reverie calls 1\n${origin}\n${boot}`,
  media: (origin: string, boot: string): string => `reverie media 1\n${origin}\n${boot}`
} as const

/** What a page is given for its ticket: who it is, and its page key (base64url, 32 bytes). */
export interface PageKey {
  readonly pageId: string
  readonly key: string
}

/** The host's answer to a page's nonce. */
export interface Proof {
  readonly boot: string
  readonly proof: string
}

/** In front of `<page id>.<key for calls>` in the header Authorization. */
export const authorizationScheme = 'Reverie'

/*
 * [Note: bytes in JSON] JSON has no bytes. A Uint8Array is written {"$bytes": "<base64>"}; so that no other value can be
 * taken for one, a key that begins with $ is written with one $ more.
 */

/** Plain data of the contract as JSON text. Fields that are undefined are left out, as JSON does. */
export function toJson(value: unknown): string {
  // A function, not an arrow: Buffer has a toJSON of its own, which has already run on the second argument.
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    const original = this[key]
    if (original instanceof Uint8Array) return { $bytes: toBase64(original) }
    if (!isRecord(plain) || !Object.keys(plain).some(name => name.startsWith('$'))) return plain
    return Object.fromEntries(
      Object.entries(plain).map(([name, field]) => [name.startsWith('$') ? `$${name}` : name, field])
    )
  }) as string | undefined
  return text ?? 'null'
}

/** @throws SyntaxError when the text is no JSON, or its bytes no base64 */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    if (!isRecord(value)) return value
    const names = Object.keys(value)
    if (!names.some(name => name.startsWith('$'))) return value
    if (names.length === 1 && typeof value.$bytes === 'string') return fromBase64(value.$bytes)
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name.startsWith('$$') ? name.slice(1) : name, field])
    )
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As many as may be arguments of one call in every engine; a multiple of three, so that pieces need no padding. */
const pieceBytes = 24_576

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)))
  }
  return text
}

function fromBase64(text: string): Uint8Array {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    throw new SyntaxError('$bytes is not base64')
  }
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}
