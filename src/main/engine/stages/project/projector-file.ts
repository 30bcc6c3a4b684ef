import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ProjectorWeights, Residual, Tower, TowerMap, WordTable } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { readTensors, writeTensors, type NamedTensor, type TensorEntry } from './safetensors.ts'

/**
 * A projector as a safetensors file. Tensors `image.mean` [d], `image.matrix` [d, k], `text.words.tokens` [v], `text.words.vectors` [v, e],
 * `text.words.mean` and `.max` [e, k], `image.residual.0.inner` [k, h], `.outer` [h, k], `.settings` [2] (scale and share), and the same
 * for the other tower. What a tower does not have is absent. k and the source stand in the metadata.
 */
export function serializeProjector(weights: ProjectorWeights): Uint8Array {
  const { dimension, source } = weights
  return writeTensors(namedTensors(weights), { format: 'reverie-projector-2', dimension: String(dimension), source })
}

/** @throws EngineError model-broken when the bytes are no such file */
export function parseProjector(bytes: Uint8Array): ProjectorWeights {
  const file = readTensors(bytes)
  const metadata = metadataSchema.safeParse(file?.metadata)
  if (file === null || !metadata.success) throw broken()
  const { dimension, source } = metadata.data
  const left = new Set(file.tensors.keys())
  const take: Take = (name, fits) => {
    const tensor = file.tensors.get(name)
    if (tensor === undefined) return null
    left.delete(name)
    if (!fits(tensor.shape)) throw broken()
    return tensor
  }
  const weights = {
    dimension,
    source,
    image: towerOf('image', dimension, take),
    text: towerOf('text', dimension, take)
  }
  if (left.size > 0) throw broken()
  return withId(weights)
}

/** Gives weights their id: the sha256 over every value and what it is called. Where they came from does not change what they do. */
export function withId(weights: Omit<ProjectorWeights, 'id'>): ProjectorWeights {
  const hash = createHash('sha256').update(`${weights.dimension}`)
  for (const { name, values } of namedTensors(weights))
    hash
      .update(` ${name} ${values.length} `)
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return { ...weights, id: hash.digest('hex') }
}

type Take = (name: string, fits: (shape: readonly number[]) => boolean) => TensorEntry | null

/** As many as anybody will ever stack, and few enough that a hostile file cannot keep us busy. */
const mostResiduals = 16

const metadataSchema = z.object({
  format: z.enum(['reverie-projector-1', 'reverie-projector-2']),
  dimension: z.coerce.number().pipe(z.int().min(1).max(16_384)),
  source: z.string()
})

function towerOf(tower: Tower, k: number, take: Take): TowerMap {
  const mean = floats(take(`${tower}.mean`, shape => shape.length === 1))
  const matrix = floats(
    take(`${tower}.matrix`, ([d, width, ...more]) => d === mean?.length && width === k && more.length === 0)
  )
  if ((mean === null) !== (matrix === null)) throw broken()
  const residuals: Residual[] = []
  while (residuals.length < mostResiduals) {
    const residual = residualOf(`${tower}.residual.${residuals.length}`, k, take)
    if (residual === null) break
    residuals.push(residual)
  }
  return {
    linear: mean === null || matrix === null ? null : { mean, matrix },
    words: wordsOf(tower, k, take),
    residuals
  }
}

function residualOf(name: string, k: number, take: Take): Residual | null {
  const inner = floats(take(`${name}.inner`, ([rows, , ...more]) => rows === k && more.length === 0))
  if (inner === null) return null
  const h = inner.length / k
  const outer = floats(
    take(`${name}.outer`, ([rows, width, ...more]) => rows === h && width === k && more.length === 0)
  )
  const settings = floats(take(`${name}.settings`, ([count, ...more]) => count === 2 && more.length === 0))
  const [scale, share] = settings ?? []
  if (outer === null || scale === undefined || share === undefined || !(share >= 0 && share <= 1)) throw broken()
  return { inner, outer, scale, share }
}

function wordsOf(tower: Tower, k: number, take: Take): WordTable | null {
  const tokens = take(`${tower}.words.tokens`, shape => shape.length === 1)?.values
  if (tokens === undefined) return null
  if (!(tokens instanceof Int32Array) || !tokens.every((token, i) => token > (tokens[i - 1] ?? -1))) throw broken()
  const vectors = floats(
    take(`${tower}.words.vectors`, ([rows, , ...more]) => rows === tokens.length && more.length === 0)
  )
  const e = (vectors?.length ?? 0) / tokens.length
  const fits = ([rows, width, ...more]: readonly number[]): boolean => rows === e && width === k && more.length === 0
  const mean = floats(take(`${tower}.words.mean`, fits))
  const max = floats(take(`${tower}.words.max`, fits))
  if (vectors === null || mean === null || max === null) throw broken()
  return { tokens, vectors, mean, max }
}

function floats(tensor: TensorEntry | null): Float32Array | null {
  if (tensor === null) return null
  if (!(tensor.values instanceof Float32Array) || !tensor.values.every(Number.isFinite)) throw broken()
  return tensor.values
}

function namedTensors({ image, text, dimension: k }: Omit<ProjectorWeights, 'id'>): NamedTensor[] {
  return Object.entries({ image, text }).flatMap(([tower, { linear, words, residuals }]) => {
    const tensors: NamedTensor[] = []
    const put = (name: string, shape: readonly number[], values: Float32Array | Int32Array): void =>
      void tensors.push({ name: `${tower}.${name}`, shape, values })
    if (linear !== null) {
      put('mean', [linear.mean.length], linear.mean)
      put('matrix', [linear.mean.length, k], linear.matrix)
    }
    if (words !== null) {
      const { tokens, vectors, mean, max } = words
      const e = mean.length / k
      put('words.tokens', [tokens.length], tokens)
      put('words.vectors', [tokens.length, e], vectors)
      put('words.mean', [e, k], mean)
      put('words.max', [e, k], max)
    }
    residuals.forEach(({ inner, outer, scale, share }, i) => {
      put(`residual.${i}.inner`, [k, inner.length / k], inner)
      put(`residual.${i}.outer`, [inner.length / k, k], outer)
      put(`residual.${i}.settings`, [2], Float32Array.of(scale, share))
    })
    return tensors
  })
}

function broken(): EngineError {
  return new EngineError(
    'model-broken',
    "The model's map between pictures and words is damaged. Your library is unharmed. Install the model again, or fit the map anew."
  )
}
