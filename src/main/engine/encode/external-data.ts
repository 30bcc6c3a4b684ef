import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * Names of the files that an ONNX model wants to read its weights from, as they stand in the model. ONNX Runtime follows
 * them wherever they lead, so they are looked at before it sees the model. Nothing is decoded but the nesting of messages;
 * weights are skipped, so a model of any size costs a few reads.
 *
 * @throws Error when the bytes are not a protocol buffer
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (field numbers)
 */
export function externalDataOf(path: string): ReadonlySet<string> {
  const descriptor = openSync(path, 'r')
  try {
    const reader = new WindowReader(descriptor, fstatSync(descriptor).size)
    const locations = new Set<string>()
    walk(reader, 0, reader.size, 'model', locations, 0)
    return locations
  } finally {
    closeSync(descriptor)
  }
}

type Message = 'model' | 'training' | 'graph' | 'node' | 'attribute' | 'function' | 'sparse' | 'tensor' | 'entry'

/** Which fields of a message hold messages that lead to a tensor. */
const fields: Readonly<Record<Message, Readonly<Record<number, Message>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  function: { 7: 'node', 11: 'attribute' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'entry' },
  entry: {}
}

const deepest = 64

function walk(
  reader: WindowReader,
  start: number,
  end: number,
  message: Message,
  locations: Set<string>,
  depth: number
): void {
  if (depth > deepest) throw new Error('messages are nested too deeply')
  let key = ''
  let value = ''
  reader.at = start
  while (reader.at < end) {
    const tag = reader.varint()
    const field = Math.floor(tag / 8)
    const length = lengthOf(reader, tag % 8)
    const next = reader.at + length
    if (next > end) throw new Error('a field is longer than its message')
    const inner = fields[message][field]
    if (inner !== undefined && tag % 8 === 2) walk(reader, reader.at, next, inner, locations, depth + 1)
    else if (message === 'entry' && field === 1) key = reader.text(length)
    else if (message === 'entry' && field === 2) value = reader.text(length)
    reader.at = next
  }
  if (message === 'entry' && key === 'location') locations.add(value)
}

function lengthOf(reader: WindowReader, wireType: number): number {
  if (wireType === 2) return reader.varint()
  if (wireType === 1) return 8
  if (wireType === 5) return 4
  if (wireType !== 0) throw new Error(`wire type ${wireType} is unknown`)
  reader.varint()
  return 0
}

/** A file read through a window of 64 KB. */
class WindowReader {
  readonly size: number
  at = 0
  readonly #descriptor: number
  readonly #window = Buffer.alloc(65_536)
  #start = 0
  #length = 0

  constructor(descriptor: number, size: number) {
    this.#descriptor = descriptor
    this.size = size
  }

  /** Up to 2⁵³; longer ones (negative int64 values, which are never lengths) lose their low bits. */
  varint(): number {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte()
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw new Error('a number is too long')
  }

  text(length: number): string {
    if (length > 4096) throw new Error('a name is too long')
    return Buffer.from(Array.from({ length }, () => this.#byte())).toString('utf8')
  }

  #byte(): number {
    if (this.at < this.#start || this.at >= this.#start + this.#length) {
      this.#start = this.at
      this.#length = readSync(this.#descriptor, this.#window, 0, this.#window.length, this.at)
      if (this.#length === 0) throw new Error('the file ends inside a message')
    }
    return this.#window[this.at++ - this.#start] ?? 0
  }
}
