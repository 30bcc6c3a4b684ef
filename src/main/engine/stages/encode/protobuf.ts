import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** One field of a message. `length` is the size in bytes of what a message, a text or bytes hold; 0 for a number. */
export interface Field {
  readonly number: number
  /** Whether it holds bytes: a message, a text, raw data. */
  readonly isBytes: boolean
  /** Where its bytes are in the file. */
  readonly start: number
  readonly length: number
  /** Of a varint; 0 for every other field. */
  readonly value: number
}

/**
 * A protocol buffer in a file, read through a window of 64 KB: what is skipped is never read, so a file of any size costs a
 * few reads. Nothing that the bytes say is believed further than the file is long.
 */
export class ProtobufFile {
  readonly size: number
  readonly #descriptor: number
  readonly #window = Buffer.alloc(65_536)
  #at = 0
  #start = 0
  #length = 0

  /** @throws the file system's error */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r')
    this.size = fstatSync(this.#descriptor).size
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** The fields between two places of the file. @throws Error when the bytes are not a protocol buffer */
  *fields(start: number, end: number): Generator<Field> {
    let at = start
    while (at < end) {
      this.#at = at
      const tag = this.#varint()
      const wireType = tag % 8
      const value = wireType === 0 ? this.#varint() : 0
      const length = wireType === 2 ? this.#varint() : fixedLength(wireType)
      const field = { number: Math.floor(tag / 8), isBytes: wireType === 2, start: this.#at, length, value }
      at = this.#at + length
      if (at > end) throw new Error('a field is longer than its message')
      yield field
    }
  }

  text({ start, length }: Field): string {
    if (length > 4096) throw new Error('a name is too long')
    this.#at = start
    return Buffer.from(Array.from({ length }, () => this.#byte())).toString('utf8')
  }

  /** Whole numbers one after the other, as packed fields hold them. */
  *packed({ start, length }: Field): Generator<number> {
    let at = start
    while (at < start + length) {
      this.#at = at
      const value = this.#varint()
      at = this.#at
      yield value
    }
  }

  /** Up to 2⁵³; longer ones (negative int64 values, which are never lengths) lose their low bits. */
  #varint(): number {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw new Error('a number is too long')
  }

  #byte(): number {
    if (this.#at < this.#start || this.#at >= this.#start + this.#length) {
      this.#start = this.#at
      this.#length = readSync(this.#descriptor, this.#window, 0, this.#window.length, this.#at)
      if (this.#length === 0) throw new Error('the file ends inside a message')
    }
    return this.#window[this.#at++ - this.#start] ?? 0
  }
}

function fixedLength(wireType: number): number {
  if (wireType === 1) return 8
  if (wireType === 5) return 4
  if (wireType !== 0) throw new Error(`wire type ${wireType} is unknown`)
  return 0
}
