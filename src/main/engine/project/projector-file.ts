import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { LinearMap, ProjectorWeights } from '../domain.ts'
import { EngineError } from '../errors.ts'

/**
 * A projector as a safetensors file: the length of a JSON header (8 bytes), the header, then float32 values, all little-endian.
 * Tensors `image.mean` [d], `image.matrix` [d, k] and the same for `text`; kind, k and source stand in the metadata.
 *
 * @see https://github.com/huggingface/safetensors#format
 */
export function serializeProjector(weights: ProjectorWeights): Uint8Array {
  const tensors = namedTensors(weights)
  const header: Record<string, unknown> = {
    __metadata__: {
      format: 'reverie-projector-1',
      kind: weights.kind,
      dimension: String(weights.dimension),
      source: weights.source
    }
  }
  let offset = 0
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] }
    offset += values.byteLength
  }
  // Values then start at a multiple of 8, as the format asks.
  const text = JSON.stringify(header)
  const padded = Buffer.from(text.padEnd(text.length + ((8 - (Buffer.byteLength(text) % 8)) % 8)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(padded.length))
  return Buffer.concat([length, padded, ...tensors.map(({ values }) => littleEndian(values))])
}

/** @throws EngineError model-broken when the bytes are no such file */
export function parseProjector(bytes: Uint8Array): ProjectorWeights {
  const { header, data } = splitFile(bytes)
  const { kind, dimension, source } = header.__metadata__
  const tensor = (name: TensorName, shape: (numbers: readonly number[]) => boolean): Float32Array | null => {
    const entry = header[name]
    if (entry === undefined) return null
    const [start, end] = entry.data_offsets
    const count = entry.shape.reduce((product, size) => product * size, 1)
    if (!shape(entry.shape) || end - start !== 4 * count || end > data.length) throw broken()
    const values = fromLittleEndian(data.subarray(start, end))
    if (!values.every(Number.isFinite)) throw broken()
    return values
  }
  const linearMap = (tower: 'image' | 'text'): LinearMap | null => {
    const mean = tensor(`${tower}.mean`, shape => shape.length === 1)
    const matrix = tensor(
      `${tower}.matrix`,
      ([d, k, ...more]) => d === mean?.length && k === dimension && more.length === 0
    )
    if (mean === null || matrix === null) return null
    return { mean, matrix }
  }
  return withId({ kind, dimension, source, image: linearMap('image'), text: linearMap('text') })
}

/** Gives weights their id: the sha256 over kind, dimension and every value. Where they came from does not change what they do. */
export function withId(weights: Omit<ProjectorWeights, 'id'>): ProjectorWeights {
  const hash = createHash('sha256').update(`${weights.kind} ${weights.dimension}`)
  for (const { name, values } of namedTensors(weights))
    hash.update(` ${name} ${values.length} `).update(littleEndian(values))
  return { ...weights, id: hash.digest('hex') }
}

const tensorNames = ['image.mean', 'image.matrix', 'text.mean', 'text.matrix'] as const
type TensorName = (typeof tensorNames)[number]

const size = z
  .int()
  .min(0)
  .max(2 ** 31)
const tensorEntry = z.object({
  dtype: z.literal('F32'),
  shape: z.array(size.min(1)).max(2),
  data_offsets: z.tuple([size, size])
})
const headerSchema = z
  .strictObject({
    __metadata__: z.object({
      format: z.literal('reverie-projector-1'),
      kind: z.enum(['identity', 'linear']),
      dimension: z.coerce.number().pipe(z.int().min(1).max(16_384)),
      source: z.string()
    }),
    ...(Object.fromEntries(tensorNames.map(name => [name, tensorEntry.optional()])) as Record<
      TensorName,
      z.ZodOptional<typeof tensorEntry>
    >)
  })
  .refine(header =>
    tensorNames.every(name => (header[name] === undefined) === (header.__metadata__.kind === 'identity'))
  )

function splitFile(bytes: Uint8Array): { header: z.infer<typeof headerSchema>; data: Uint8Array } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = buffer.length < 8 ? 0 : Number(buffer.readBigUInt64LE())
  if (length < 2 || length > Math.min(1 << 20, buffer.length - 8)) throw broken()
  const parsed = headerSchema.safeParse(parseJson(buffer.toString('utf8', 8, 8 + length)))
  if (!parsed.success) throw broken()
  return { header: parsed.data, data: buffer.subarray(8 + length) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function namedTensors({
  image,
  text,
  dimension
}: Omit<ProjectorWeights, 'id'>): { name: TensorName; shape: number[]; values: Float32Array }[] {
  return Object.entries({ image, text }).flatMap(([tower, map]) => {
    if (map === null) return []
    const { mean, matrix } = map
    return [
      { name: `${tower as 'image' | 'text'}.mean` as const, shape: [mean.length], values: mean },
      { name: `${tower as 'image' | 'text'}.matrix` as const, shape: [mean.length, dimension], values: matrix }
    ]
  })
}

/** [Note: float32 on disk] Little-endian whatever the machine. */
function littleEndian(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, i) => bytes.writeFloatLE(value, i * 4))
  return bytes
}

function fromLittleEndian(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
}

function broken(): EngineError {
  return new EngineError(
    'model-broken',
    "The model's map between pictures and words is damaged. Your library is unharmed. Install the model again, or fit the map anew."
  )
}
