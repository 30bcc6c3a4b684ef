import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Random access to a file or a buffer. Reading past the end gives fewer bytes, never an error. */
export interface ByteSource {
  readonly sizeBytes: number
  read(offset: number, length: number): Uint8Array
}

/** One disk read. Headers are many small reads close together. */
const windowBytes = 64 * 1024

/**
 * Opens a file for many small reads; `close` must be called. Synchronous on purpose: headers are a handful of reads of
 * pages that hashing has just put into the file cache, and the encoder process has nothing else to do meanwhile.
 */
export function openBytes(path: string): ByteSource & { close(): void } {
  const file = openSync(path, 'r')
  const sizeBytes = fstatSync(file).size
  let windowStart = 0
  let window = new Uint8Array(0)

  const readFromDisk = (offset: number, length: number): Uint8Array<ArrayBuffer> => {
    const bytes = new Uint8Array(length)
    let done = 0
    while (done < length) {
      const got = readSync(file, bytes, done, length - done, offset + done)
      if (got === 0) break
      done += got
    }
    return bytes.subarray(0, done)
  }

  return {
    sizeBytes,
    read(offset, length) {
      const wanted = within(offset, length, sizeBytes)
      if (wanted === 0) return new Uint8Array(0)
      if (wanted >= windowBytes) return readFromDisk(offset, wanted)
      if (offset < windowStart || offset + wanted > windowStart + window.length) {
        windowStart = offset
        window = readFromDisk(offset, Math.min(windowBytes, sizeBytes - offset))
      }
      return window.subarray(offset - windowStart, offset - windowStart + wanted)
    },
    close: () => closeSync(file)
  }
}

/** Bytes in memory as a source that readers take parts of; a part that reaches beyond the end is cut there. */
export function bytesOf(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + within(offset, length, bytes.length))
  }
}

/** The part of a source that begins at `start`: offsets inside a TIFF block count from there. */
export function partOf(source: ByteSource, start: number, length = source.sizeBytes - start): ByteSource {
  const sizeBytes = within(start, length, source.sizeBytes)
  return { sizeBytes, read: (offset, count) => source.read(start + offset, within(offset, count, sizeBytes)) }
}

/** How many of `length` bytes at `offset` exist; 0 for any nonsense that a hostile header may ask for. */
function within(offset: number, length: number, sizeBytes: number): number {
  if (!(offset >= 0 && length > 0 && offset < sizeBytes)) return 0
  return Math.min(length, sizeBytes - offset)
}

/** An unsigned number of two bytes, big endian unless told otherwise. Bytes beyond the end count as 0. */
export function uint16(bytes: Uint8Array, at: number, littleEndian = false): number {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  return littleEndian ? first | (second << 8) : (first << 8) | second
}

/** An unsigned number of four bytes, big endian unless told otherwise. Bytes beyond the end count as 0. */
export function uint32(bytes: Uint8Array, at: number, littleEndian = false): number {
  return littleEndian
    ? uint16(bytes, at + 2, true) * 65536 + uint16(bytes, at, true)
    : uint16(bytes, at) * 65536 + uint16(bytes, at + 2)
}

/** Bytes as Latin-1, for signatures and four-letter names. */
export function ascii(bytes: Uint8Array, start = 0, length = bytes.length): string {
  let text = ''
  for (const byte of bytes.subarray(start, start + length)) text += String.fromCharCode(byte)
  return text
}
