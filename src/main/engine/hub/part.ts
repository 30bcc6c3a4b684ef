import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { Digest, digestFile, type Expected } from './fingerprint.ts'

/** Beside a part: what the whole has to be, and the tag under which the server gave it. */
const noteSchema = z.strictObject({
  fingerprint: z.strictObject({ kind: z.enum(['sha256', 'git-blob']), hex: z.string() }),
  sizeBytes: z.int().min(0),
  etag: z.string().max(500).nullable()
})

/**
 * A file on its way: `<path>.part` holds its first `have` bytes, `<path>.part.json` says of which content. It gets its name only
 * as a whole. A part of another content than the expected one is thrown away.
 */
export class Part {
  readonly #path: string
  readonly #expected: Expected
  #file: FileHandle | null = null
  #digest: Digest
  #have = 0
  #etag: string | null = null

  private constructor(path: string, expected: Expected) {
    this.#path = path
    this.#expected = expected
    this.#digest = new Digest(expected)
  }

  /** Takes up what an earlier try has left. */
  static async open(path: string, expected: Expected, signal: AbortSignal): Promise<Part> {
    const part = new Part(path, expected)
    await part.#takeUp(signal)
    return part
  }

  get have(): number {
    return this.#have
  }

  get isWhole(): boolean {
    return this.#have === this.#expected.sizeBytes
  }

  /** Of the bytes that are there; null where the server gave none, or a weak one. */
  get etag(): string | null {
    return this.#etag
  }

  /** From here on the bytes come under this tag. @param isNew  what was there is of another content: begin again */
  async begin(etag: string | null, isNew: boolean): Promise<void> {
    if (isNew) await this.#empty()
    this.#etag = etag
    const { fingerprint, sizeBytes } = this.#expected
    await writeFile(`${this.#path}.part.json`, JSON.stringify({ fingerprint, sizeBytes, etag }))
  }

  async write(bytes: Uint8Array): Promise<void> {
    const file = (this.#file ??= await open(`${this.#path}.part`, 'a'))
    // A disk that is nearly full takes less than it is given, without complaint.
    for (let from = 0; from < bytes.byteLength;) {
      const { bytesWritten } = await file.write(bytes, from, bytes.byteLength - from)
      this.#digest.update(bytes.subarray(from, from + bytesWritten))
      this.#have += bytesWritten
      from += bytesWritten
    }
  }

  /** Gives the file its name if it is what it has to be, else throws it away. @returns its sha256, or null */
  async finish(): Promise<string | null> {
    const sha256 = this.isWhole ? this.#digest.end() : null
    if (sha256 === null) {
      await this.drop()
      return null
    }
    // Also for an empty file, of which nothing was ever written.
    const file = (this.#file ??= await open(`${this.#path}.part`, 'a'))
    await file.sync()
    await this.close()
    await rename(`${this.#path}.part`, this.#path)
    await rm(`${this.#path}.part.json`, { force: true })
    return sha256
  }

  async drop(): Promise<void> {
    await this.close()
    this.#have = 0
    this.#digest = new Digest(this.#expected)
    for (const end of ['.part', '.part.json']) await rm(this.#path + end, { force: true })
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = null
    await file?.close()
  }

  async #empty(): Promise<void> {
    await this.drop()
    this.#etag = null
  }

  async #takeUp(signal: AbortSignal): Promise<void> {
    const note = await readNote(`${this.#path}.part.json`)
    const found = await stat(`${this.#path}.part`).catch(() => null)
    const { fingerprint, sizeBytes } = this.#expected
    const isOurs =
      note !== null &&
      found?.isFile() === true &&
      found.size <= sizeBytes &&
      note.sizeBytes === sizeBytes &&
      note.fingerprint.kind === fingerprint.kind &&
      note.fingerprint.hex === fingerprint.hex
    if (!isOurs) return this.#empty()
    await digestFile(`${this.#path}.part`, this.#digest, signal)
    this.#have = found.size
    this.#etag = note.etag
  }
}

async function readNote(path: string): Promise<z.infer<typeof noteSchema> | null> {
  try {
    return noteSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch {
    return null
  }
}
