import { fromInt16, toInt16 } from '../math/int16.ts'

/** Number arrays as BLOBs and back. See [Note: float32 on disk] and [Note: int16 on disk]. */

export function toBlob(array: Float32Array | Float64Array | Int8Array | Int16Array | Int32Array): Buffer {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength)
}

export function float32(blob: Buffer): Float32Array {
  return new Float32Array(...place(blob, 4))
}

export function float64(blob: Buffer): Float64Array {
  return new Float64Array(...place(blob, 8))
}

export function int32(blob: Buffer): Int32Array {
  return new Int32Array(...place(blob, 4))
}

export function int8(blob: Buffer): Int8Array {
  return new Int8Array(...place(blob, 1))
}

/** A projection of k numbers, as it is stored. */
export function projection(blob: Buffer, k: number): Int16Array {
  return isFloat32(blob, k) ? toInt16(float32(blob)) : new Int16Array(...place(blob, 2))
}

/** The same, to be searched. */
export function projectionValues(blob: Buffer, k: number): Float32Array {
  return isFloat32(blob, k) ? float32(blob) : fromInt16(new Int16Array(...place(blob, 2)))
}

/** What was stored in formats 1 and 2 stays so until its item is indexed anew. */
function isFloat32(blob: Buffer, k: number): boolean {
  return blob.byteLength === k * Float32Array.BYTES_PER_ELEMENT
}

/** Looks at the bytes where they are, or at a copy when they do not start on a step of the array. */
function place(blob: Buffer, bytes: number): [ArrayBufferLike, number, number] {
  if (blob.byteLength % bytes !== 0) throw new RangeError(`A stored array of ${blob.byteLength} bytes is cut off.`)
  if (blob.byteOffset % bytes === 0) return [blob.buffer, blob.byteOffset, blob.byteLength / bytes]
  return [new Uint8Array(blob).buffer, 0, blob.byteLength / bytes]
}

/**
 * Rows of one matrix, in the order of `keys`; a row that is not there any more is zeros.
 * @returns [n, d]
 */
export function stack<K>(
  keys: readonly K[],
  dimension: number,
  read: (key: K) => Float32Array | undefined
): Float32Array {
  const matrix = new Float32Array(keys.length * dimension)
  keys.forEach((key, row) => {
    const vector = read(key)
    if (vector !== undefined) matrix.set(vector, row * dimension)
  })
  return matrix
}

/** Rows of a table by an ascending number, a page at a time: the database can be written to between any two rows. */
export function* paged<R>(
  after: number,
  page: (after: number) => readonly R[],
  keyOf: (row: R) => number
): Generator<R> {
  for (let last = after; ;) {
    const rows = page(last)
    yield* rows
    const end = rows.at(-1)
    if (end === undefined) return
    last = keyOf(end)
  }
}
