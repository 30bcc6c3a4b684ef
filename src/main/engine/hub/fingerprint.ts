import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { AnnouncedFile } from './announce.ts'

/** What a file has to be: as it was announced, and as it is known from the catalogue or an earlier installation. */
export interface Expected extends AnnouncedFile {
  /** Wins over what is announced; null for a file that nobody has seen yet. */
  readonly sha256: string | null
}

/** Takes a content in pieces, and says at the end whether it is the expected one. */
export class Digest {
  readonly #expected: Expected
  readonly #sha256: Hash = createHash('sha256')
  readonly #blob: Hash | null

  constructor(expected: Expected) {
    this.#expected = expected
    const isBlob = expected.fingerprint.kind === 'git-blob'
    this.#blob = isBlob ? createHash('sha1').update(`blob ${expected.sizeBytes}\0`) : null
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes)
    this.#blob?.update(bytes)
  }

  /** @returns the content's sha256, null when it is not the expected content */
  end(): string | null {
    const sha256 = this.#sha256.digest('hex')
    const { fingerprint, sha256: known } = this.#expected
    const found = this.#blob === null ? sha256 : this.#blob.digest('hex')
    return found === fingerprint.hex && (known === null || known === sha256) ? sha256 : null
  }
}

/** Feeds what is on the disk into a digest. */
export async function digestFile(path: string, digest: Digest, signal: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 2 ** 20 }))
    digest.update(chunk as Uint8Array)
}

/** The sha256 of a file that is what it has to be; null for every other one, and where there is none. */
export async function intactFile(path: string, expected: Expected, signal: AbortSignal): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found?.isFile() !== true || found.size !== expected.sizeBytes) return null
  const digest = new Digest(expected)
  await digestFile(path, digest, signal)
  return digest.end()
}
