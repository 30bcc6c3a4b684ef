import { z } from 'zod'
import { fromFloat16, toFloat16 } from '../../math/float16.ts'

/**
 * A file of named arrays: the length of a JSON header (8 bytes), the header, then the values, all little-endian as every machine that
 * Reverie runs on has them in memory.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
  /** Kept in half precision: half the size, rounded to 11 bits. */
  readonly isHalf?: boolean
}

export type TensorEntry = Omit<NamedTensor, 'name' | 'isHalf'>

/** The bytes of a safetensors file: header, then the tensors in their order. @param metadata  kept in the header as `__metadata__` */
export function writeTensors(tensors: readonly NamedTensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  const kept = tensors.map(({ values, isHalf }) =>
    isHalf === true && values instanceof Float32Array ? toFloat16(values) : values
  )
  let offset = 0
  tensors.forEach(({ name, shape }, i) => {
    const values = kept[i] ?? new Int32Array()
    const dtype = values instanceof Float32Array ? 'F32' : values instanceof Int32Array ? 'I32' : 'F16'
    header[name] = { dtype, shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  })
  // Values then start at a multiple of 8, as the format asks.
  const text = JSON.stringify(header)
  const padded = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  const data = kept.map(values => Buffer.from(values.buffer, values.byteOffset, values.byteLength))
  return Buffer.concat([length, padded, ...data])
}

/** The file's arrays, copied; null when the bytes are no such file. Nothing is allocated before it is certain that the file holds it. */
export function readTensors(
  bytes: Uint8Array
): { readonly metadata: unknown; readonly tensors: ReadonlyMap<string, TensorEntry> } | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = buffer.length < 8 ? 0 : Number(buffer.readBigUInt64LE())
  if (length < 2 || length > Math.min(largestHeader, buffer.length - 8)) return null
  const parsed = headerSchema.safeParse(parseJson(buffer.toString('utf8', 8, 8 + length)))
  if (!parsed.success) return null
  const data = buffer.subarray(8 + length)
  const { __metadata__: metadata, ...entries } = parsed.data
  const tensors = new Map<string, TensorEntry>()
  for (const [name, entry] of Object.entries(entries)) {
    const tensor = tensorSchema.safeParse(entry)
    if (!tensor.success) return null
    const {
      dtype,
      shape,
      data_offsets: [start, end]
    } = tensor.data
    const count = shape.reduce((product, size) => product * size, 1)
    if (end - start !== (dtype === 'F16' ? 2 : 4) * count || end > data.length) return null
    const own = Uint8Array.from(data.subarray(start, end)).buffer
    tensors.set(name, { shape, values: valuesOf(dtype, own) })
  }
  return { metadata, tensors }
}

function valuesOf(dtype: z.infer<typeof dtypes>, own: ArrayBuffer): Float32Array | Int32Array {
  if (dtype === 'F16') return fromFloat16(new Uint16Array(own))
  return dtype === 'F32' ? new Float32Array(own) : new Int32Array(own)
}

const largestHeader = 1 << 20
const dtypes = z.enum(['F32', 'F16', 'I32'])
const size = z
  .int()
  .min(0)
  .max(2 ** 31)
const tensorSchema = z.object({
  dtype: dtypes,
  shape: z.array(size.min(1)).max(2),
  data_offsets: z.tuple([size, size])
})
const headerSchema = z.looseObject({ __metadata__: z.unknown() })

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
