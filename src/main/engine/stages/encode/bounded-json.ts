import { open } from 'node:fs/promises'

export interface JsonLimits {
  readonly sizeBytes: number
}

/** Files of this kind are about ten levels deep. JSON.parse takes any depth, but what walks the result afterwards does not. */
const deepest = 64
/** A vocabulary of 256,000 tokens with 580,000 merges (Gemma's, the largest that is common) has some 3 million values. */
const mostValues = 8_000_000

/** JSON that is not read, with the reason in words that go behind “it”. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson'
}

/**
 * A JSON file of strangers. Size, depth and number of values are looked at before anything is parsed: ten million short
 * strings are a small file and a gigabyte of memory.
 *
 * @throws UnreadableJson, or the file system's error
 */
export async function readBoundedJson(path: string, { sizeBytes }: JsonLimits): Promise<unknown> {
  const file = await open(path, 'r')
  let bytes: Buffer
  try {
    const { size } = await file.stat()
    if (size > sizeBytes) throw new UnreadableJson(`is larger than ${Math.round(sizeBytes / 1e6)} MB`)
    bytes = await file.readFile()
  } finally {
    await file.close()
  }
  checkShape(bytes)
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new UnreadableJson('is not JSON')
  }
}

function checkShape(bytes: Uint8Array): void {
  let depth = 0
  let values = 1
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]
    if (byte === quote) at = endOfString(bytes, at + 1)
    else if (byte === brace || byte === bracket) depth++
    else if (byte === endBrace || byte === endBracket) depth--
    else if (byte === comma) values++
    if (depth > deepest) throw new UnreadableJson(`is nested more than ${deepest} levels deep`)
    if (values > mostValues) throw new UnreadableJson(`has more than ${mostValues} values`)
  }
}

const [quote, backslash, brace, endBrace, bracket, endBracket, comma] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d, 0x2c]

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
  return at
}
