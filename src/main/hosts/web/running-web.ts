import { randomBytes } from 'node:crypto'
import { EngineError } from '../../../shared/errors.ts'
import { authorizationScheme, pageTexts, type Proof } from '../../../shared/wire.ts'
import type { HandedTicket } from './admit-page.ts'
import { DoorFolder } from './door-folder.ts'
import { originOf } from './loopback.ts'
import { callKey, isSameSecret, isSecret, newSecret, sign } from './page-keys.ts'

/** It answers at once, or not at all. */
const patienceMs = 10_000

/** A Reverie that serves its page from this data folder now; null when none does. Whoever can read the folder's key is as good as a page. */
export async function findRunning(dataFolder: string): Promise<RunningWeb | null> {
  const found = DoorFolder.find(dataFolder)
  if (found === null) return null
  const origin = originOf(found.address)
  const pageId = randomBytes(16).toString('base64url')
  const pageKey = sign(found.key, pageTexts.page(origin, pageId))
  const nonce = newSecret()
  const answer = await post(`${origin}/admission/hello`, { pageId, nonce }).catch(() => null)
  if (!isProof(answer)) return null
  // Another program may have the port now: it gets nothing.
  if (!isSameSecret(answer.proof, sign(pageKey, pageTexts.proof(origin, nonce, answer.boot)))) return null
  return new RunningWeb(origin, `${authorizationScheme} ${pageId}.${callKey(pageKey, origin, answer.boot)}`)
}

export class RunningWeb {
  readonly origin: string
  readonly #authorization: string

  constructor(origin: string, authorization: string) {
    this.origin = origin
    this.#authorization = authorization
  }

  /** @param hasFile  whether a file is written that leads a browser there */
  async newTicket(hasFile: boolean): Promise<HandedTicket> {
    return (await post(`${this.origin}/admission/tickets`, { hasFile }, this.#authorization)) as HandedTicket
  }

  /** Shuts every page out that is open now. */
  async revoke(): Promise<void> {
    await post(`${this.origin}/admission/revoke`, {}, this.#authorization)
  }
}

/** For whoever asks for it by its data folder. */
export function notRunning(dataFolder: string): EngineError {
  return new EngineError(
    'not-found',
    `No Reverie serves its page from ${dataFolder} now. Nothing was changed. Start it with npm start -- --web, or name its folder with --data.`,
    { dataFolder }
  )
}

async function post(address: string, input: unknown, authorization?: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
    headers: {
      'Content-Type': 'application/json',
      ...(authorization === undefined ? {} : { Authorization: authorization })
    },
    body: JSON.stringify(input)
  })
  const reply = (await response.json()) as { value?: unknown }
  if (!response.ok) throw new EngineError('internal', `Reverie at ${address} refused (HTTP ${response.status}).`)
  return reply.value
}

function isProof(answer: unknown): answer is Proof {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    ['boot', 'proof'].every(name => isSecret((answer as Record<string, unknown>)[name]))
  )
}
