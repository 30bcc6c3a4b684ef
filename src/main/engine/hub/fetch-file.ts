import { rm } from 'node:fs/promises'
import { EngineError } from '../../../shared/errors.ts'
import { intactFile, type Expected } from './fingerprint.ts'
import { Part } from './part.ts'
import { brings } from './range.ts'
import { networkTrouble, PassingTrouble, Tries, unharmed, untrusted, type Patience } from './trouble.ts'

/** Asks the file's server. `passed` are the answers that only sent us on, the hub's own first. */
export type Ask = (
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal
) => Promise<{ readonly response: Response; readonly passed: readonly Response[] }>

/** A connection on which nothing comes for so long is given up. */
const silenceMs = 60_000

/**
 * Brings one file to `path`, from wherever an earlier try has left it. Bytes are checked while they come, and never more are
 * written than were announced; only a whole file that is what it has to be gets its name.
 *
 * Yields how many of its bytes are there. Stopped at a yield, or killed anywhere, the next time goes on from there.
 * @returns the sha256 of the content
 * @throws EngineError model-broken, network or not-found; the file system's own errors
 */
export async function* fetchFile(
  expected: Expected,
  path: string,
  ask: Ask,
  patience: Patience
): AsyncGenerator<number, string> {
  const there = await intactFile(path, expected, patience.signal)
  if (there !== null) {
    yield expected.sizeBytes
    return there
  }
  await rm(path, { force: true })
  const part = await Part.open(path, expected, patience.signal)
  const tries = new Tries(patience)
  // A part that an unclean end has damaged is fetched once more as a whole, before the server is blamed.
  let isAllFresh = part.have === 0
  try {
    for (;;) {
      try {
        for await (const arrived of part.isWhole ? [] : rest(part, expected, ask, patience.signal)) {
          tries.arrived(arrived)
          yield part.have
        }
      } catch (error) {
        await tries.waitAfter(error)
        continue
      }
      const sha256 = await part.finish()
      if (sha256 !== null) return sha256
      if (isAllFresh) throw untrusted(`${expected.path} arrived damaged: it is not what the server announces.`)
      isAllFresh = true
    }
  } finally {
    await part.close()
  }
}

/** One answer of the server, written to the part. Yields how many bytes came. @throws PassingTrouble when it broke off */
async function* rest(part: Part, expected: Expected, ask: Ask, signal: AbortSignal): AsyncGenerator<number> {
  const { have, etag } = part
  const range = have === 0 ? {} : { range: `bytes=${have}-`, ...(etag === null ? {} : { 'if-range': etag }) }
  const silence = new AbortController()
  const { response, passed } = await ask(range, AbortSignal.any([signal, silence.signal]))
  const body = response.body
  try {
    checkNamed(passed[0] ?? response, expected)
    checkStatus(response, expected)
    const head = {
      status: response.status,
      contentRange: response.headers.get('content-range'),
      contentLength: response.headers.get('content-length')
    }
    const brought = brings(head, have, expected.sizeBytes)
    if (brought === 'too-long') throw await tooMuch(part, expected)
    if (brought === 'useless') {
      await part.drop()
      throw new PassingTrouble(`The server does not give the rest of ${expected.path}.`)
    }
    await part.begin(strongTag(response), brought === 'whole')
    for await (const chunk of heard(body, signal, silence)) {
      if (part.have + chunk.byteLength > expected.sizeBytes) throw await tooMuch(part, expected)
      await part.write(chunk)
      yield chunk.byteLength
    }
  } finally {
    // Whoever stops listening hangs up. A body that broke has nothing to cancel.
    await body?.cancel().catch(() => undefined)
    silence.abort()
  }
  if (!part.isWhole) throw new PassingTrouble(`The connection broke off in the middle of ${expected.path}.`)
}

/** The body's chunks; a broken or silent connection is passing trouble. The clock stands still while nobody asks for more. */
async function* heard(
  body: Response['body'],
  signal: AbortSignal,
  silence: AbortController
): AsyncGenerator<Uint8Array> {
  if (body === null) return
  const reader = body.getReader()
  try {
    for (;;) {
      const timer = setTimeout(() => silence.abort(), silenceMs)
      const { done, value } = await reader.read().catch(() => {
        signal.throwIfAborted()
        throw new PassingTrouble('The connection broke off.')
      })
      clearTimeout(timer)
      if (done) return
      yield value
    }
  } finally {
    reader.releaseLock()
  }
}

/** What the hub itself says of the file, before it sends us to where the bytes are. */
function checkNamed({ headers }: Response, { path, fingerprint, sizeBytes }: Expected): void {
  const tag = headers.get('x-linked-etag')?.replace(/^W\//, '').replaceAll('"', '') ?? null
  const size = headers.get('x-linked-size')
  if ((tag !== null && tag !== fingerprint.hex) || (size !== null && size !== String(sizeBytes)))
    throw untrusted(`The server gives another ${path} than the one that it announced.`)
}

function checkStatus({ status, headers }: Response, { path }: Expected): void {
  if (status < 400 || status === 416) return
  if (status === 408 || status === 429 || status >= 500)
    throw new PassingTrouble(
      `The server is busy (it says ${status}).`,
      1000 * Number(headers.get('retry-after') ?? 0) || 0
    )
  if (status === 401 || status === 403)
    throw networkTrouble(`The server does not give ${path} to everybody.`, 'Choose another model, or another mirror.')
  throw new EngineError('not-found', `The server has no ${path} (it says ${status}). ${unharmed} Try again later.`)
}

async function tooMuch(part: Part, { path }: Expected): Promise<EngineError> {
  await part.drop()
  return untrusted(`The server sends more of ${path} than it announced, and was cut off.`)
}

/** Only a strong tag says that two answers are of the same bytes. */
function strongTag({ headers }: Response): string | null {
  const tag = headers.get('etag')
  return tag !== null && /^"[^"]{1,400}"$/.test(tag) ? tag : null
}
