import { inflateRawSync } from 'node:zlib'
import { Refusal } from './refusal.ts'

/**
 * The wanted files of a ZIP archive by name. Sizes are checked before anything is inflated, and inflating stops where the
 * declared size is passed, so a bomb costs nothing.
 * @param maxBytes of all wanted files together, inflated
 * @throws Refusal corrupt, encrypted or too-large
 * @see PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end)
 */
export function readZip(
  bytes: Uint8Array,
  isWanted: (name: string) => boolean,
  maxBytes: number
): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endRecord(view)
  const files = new Map<string, Uint8Array>()
  let total = 0
  let at = view.getUint32(end + 16, true)
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw corrupt()
    const nameLength = view.getUint16(at + 28, true)
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)).replaceAll('\\', '/')
    if (isWanted(name)) {
      const sizeBytes = view.getUint32(at + 24, true)
      total += sizeBytes
      if (total > maxBytes) throw tooLarge(maxBytes)
      files.set(name, readEntry(bytes, view, at, sizeBytes))
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return files
}

/** It is 22 bytes long and the last thing in the file but for a comment of up to 65,535 bytes. */
function endRecord(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 22 - 65_535); at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at
  }
  throw corrupt()
}

function readEntry(bytes: Uint8Array, view: DataView, at: number, sizeBytes: number): Uint8Array {
  const isEncrypted = (view.getUint16(at + 8, true) & 1) !== 0
  if (isEncrypted)
    throw new Refusal('encrypted', 'This document is protected by a password, so its text cannot be read.')
  const method = view.getUint16(at + 10, true)
  const local = view.getUint32(at + 42, true)
  if (local + 30 > bytes.length || view.getUint32(local, true) !== 0x04034b50) throw corrupt()
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  const packed = bytes.subarray(start, start + view.getUint32(at + 20, true))
  if (method === 0 && packed.length === sizeBytes) return packed
  if (method !== 8) throw corrupt()
  try {
    const inflated = inflateRawSync(packed, { maxOutputLength: Math.max(1, sizeBytes) })
    if (inflated.length === sizeBytes) return inflated
  } catch {
    // More than it declared, or no deflate stream: not what it says it is, either way.
  }
  throw corrupt()
}

function corrupt(): Refusal {
  return new Refusal('corrupt', 'This document is damaged: the archive that holds its text cannot be opened.')
}

function tooLarge(maxBytes: number): Refusal {
  const megabytes = Math.round(maxBytes / 1_000_000)
  return new Refusal(
    'too-large',
    `The text of this document takes more than ${megabytes} MB once unpacked, so it was left out.`
  )
}
