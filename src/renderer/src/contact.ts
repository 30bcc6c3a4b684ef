import { authorizationScheme, pageTexts, type PageKey, type Proof } from '../../shared/wire.ts'
import { foreignScripts } from './foreign-scripts.ts'

/** What an admitted page sends: with its calls, and in the addresses of pictures. Good for one start of the host only. */
export interface RequestKeys {
  readonly authorization: string
  readonly mediaPath: string
}

/**
 * What answers at the page's address has not proved that it is the host which admitted the page. To everything that only
 * asks whether the engine is there it is the same as nobody, and is looked for in the same way.
 */
export class StrangerError extends TypeError {
  override readonly name = 'StrangerError'

  constructor() {
    super('What answers is not the Reverie that admitted this page.')
  }
}

/** Why a page was not admitted. */
export type NotAdmitted = 'no-ticket' | 'spent' | 'too-often' | 'foreign-script' | 'silent'

/** What a reload is admitted by, as long as the host is not started anew. */
interface Kept {
  get(): string | null
  set(authorization: string): void
  remove(): void
}

/**
 * An admitted page's side of [Note: how a page is admitted]. The page key stays in memory: whoever gets this port after
 * Reverie could read what a browser stores for it. What is stored ends with the host's start, which is over by then.
 */
export class Contact {
  readonly #base: string
  readonly #origin: string
  readonly #page: PageKey
  readonly #onKeys: (keys: RequestKeys) => void
  #keys: Promise<RequestKeys> | null = null

  /**
   * @param base  '' for the page's own origin
   * @param onKeys  told of every new pair of keys
   */
  constructor(base: string, origin: string, page: PageKey, onKeys: (keys: RequestKeys) => void = () => undefined) {
    this.#base = base
    this.#origin = origin
    this.#page = page
    this.#onKeys = onKeys
  }

  /** @throws StrangerError; whatever `fetch` throws when nobody answers */
  keys(): Promise<RequestKeys> {
    if (this.#keys === null) {
      const asked = this.#ask()
      this.#keys = asked
      asked.catch(() => this.lost(asked))
    }
    return this.#keys
  }

  /** The host did not answer, or no more: before anything else is sent it has to prove itself again. */
  lost(keys = this.#keys): void {
    if (this.#keys === keys) this.#keys = null
  }

  async #ask(): Promise<RequestKeys> {
    if ((await foreignScripts()) !== 'none') throw new StrangerError()
    const { pageId, key } = this.#page
    const nonce = toBase64Url(crypto.getRandomValues(new Uint8Array(32)))
    const [status, answer] = await post(`${this.#base}/admission/hello`, { pageId, nonce })
    if (status !== 200 || !isProof(answer)) throw new StrangerError()
    const { boot, proof } = answer
    if (!(await isSigned(key, pageTexts.proof(this.#origin, nonce, boot), proof))) throw new StrangerError()
    const keys = {
      authorization: `${authorizationScheme} ${pageId}.${await sign(key, pageTexts.calls(this.#origin, boot))}`,
      mediaPath: `/media/${pageId}/${await sign(key, pageTexts.media(this.#origin, boot))}`
    }
    this.#onKeys(keys)
    return keys
  }
}

/**
 * Admits a page that was opened with a ticket, or was admitted before it was loaded anew.
 *
 * @param kept  where the browser keeps what a reload needs, for this tab and this start of the host only
 */
export async function admit(
  ticket: string | null,
  kept: Kept,
  { base = '', origin = location.origin, onKeys = () => undefined }: Partial<Surroundings> = {}
): Promise<Contact | NotAdmitted> {
  let first: string | null = null
  const remember = (keys: RequestKeys): void => {
    first ??= keys.authorization
    // After another start of the host a program that had this address in between may answer a reload from the browser's
    // cache, and would find here what is good now.
    if (keys.authorization === first) kept.set(first)
    else kept.remove()
    onKeys(keys)
  }
  if ((await foreignScripts()) !== 'none') return 'foreign-script'
  let refused: NotAdmitted = 'no-ticket'
  try {
    if (ticket !== null) {
      const [status, page] = await post(`${base}/admission/ticket`, { ticket })
      if (status === 200 && isPageKey(page)) return new Contact(base, origin, page, remember)
      refused = status === 429 ? 'too-often' : 'spent'
    }
    const authorization = kept.get()
    if (authorization === null) return refused
    const [status, page] = await post(`${base}/admission/page`, {}, { Authorization: authorization })
    return status === 200 && isPageKey(page) ? new Contact(base, origin, page, remember) : refused
  } catch {
    return 'silent'
  }
}

interface Surroundings {
  readonly base: string
  readonly origin: string
  readonly onKeys: (keys: RequestKeys) => void
}

/** @returns the status, and the value of the answer; what is no answer of ours is null */
async function post(
  address: string,
  input: unknown,
  headers: Readonly<Record<string, string>> = {}
): Promise<readonly [number, unknown]> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(input),
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error'
  })
  const answer = (await response.json().catch(() => null)) as { value?: unknown } | null
  return [response.status, answer?.value ?? null]
}

function isPageKey(value: unknown): value is PageKey {
  return hasTexts(value, 'pageId', 'key')
}

function isProof(value: unknown): value is Proof {
  return hasTexts(value, 'boot', 'proof')
}

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every(name => /^[\w-]{22,43}$/.test(String((value as Record<string, unknown>)[name])))
}

async function sign(key: string, text: string): Promise<string> {
  const signed = await crypto.subtle.sign('HMAC', await importKey(key), new TextEncoder().encode(text))
  return toBase64Url(new Uint8Array(signed))
}

/** Compares in constant time, as WebCrypto does. */
async function isSigned(key: string, text: string, signature: string): Promise<boolean> {
  const bytes = fromBase64Url(signature)
  return crypto.subtle.verify('HMAC', await importKey(key), bytes, new TextEncoder().encode(text))
}

function importKey(key: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', fromBase64Url(key), algorithm, false, ['sign', 'verify'])
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const signs = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(signs, sign => sign.charCodeAt(0))
}
