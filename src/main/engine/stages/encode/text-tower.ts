import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { EncodedText } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { makeUnit } from '../../math/vectors.ts'
import { ort } from '../../base/onnx-runtime.ts'
import type { TextPartSettings } from './manifest.ts'
import { pool } from './pooling.ts'
import { broken, inputOf, openSession, runSession, type SessionOptions } from './session.ts'
import { openTokenizer, type Tokenize, type Tokens } from './tokenizer.ts'

export interface TextTower {
  /** Unit rows [d] with the first part's tokens; null for a text in which no part knows a word: nothing can be said of its meaning. */
  encode(texts: readonly string[]): Promise<(EncodedText | null)[]>
  close(): Promise<void>
}

/** As many as a word table pools: what a longer text says first. */
const mostTokens = 256

/** What a part of the tower is made from. */
export interface TextPartFiles {
  readonly settings: TextPartSettings
  readonly modelPath: string
  /** The parsed `tokenizer.json`. */
  readonly tokenizer: unknown
}

/** Concatenates the unit outputs of its parts. A part that knows no word of a text leaves zeros; the row is unit all the same. */
export async function openTextTower(files: readonly TextPartFiles[], options: SessionOptions): Promise<TextTower> {
  const parts = await Promise.all(files.map(part => openPart(part, options)))
  const dimension = files.reduce((sum, { settings }) => sum + settings.dimension, 0)

  return {
    async encode(texts) {
      const rows = texts.map(() => new Float32Array(dimension))
      const tokensOfParts = parts.map(part => texts.map(part.tokenize))
      let start = 0
      for (const [p, part] of parts.entries()) {
        const vectors = await part.encode(tokensOfParts[p] ?? [])
        vectors.forEach((vector, i) => {
          if (vector !== null) rows[i]?.set(vector, start)
        })
        start += part.dimension
      }
      return rows.map((vector, i) => {
        if (!makeUnit(vector)) return null
        return { vector, tokens: Int32Array.from(tokensOfParts[0]?.[i]?.body.slice(0, mostTokens) ?? []) }
      })
    },
    async close() {
      await Promise.all(parts.map(part => part.close()))
    }
  }
}

interface Part {
  readonly dimension: number
  readonly tokenize: Tokenize
  /** Rows of length `weight`, or null. */
  encode(texts: readonly Tokens[]): Promise<(Float32Array | null)[]>
  close(): Promise<void>
}

async function openPart({ settings, modelPath, tokenizer }: TextPartFiles, options: SessionOptions): Promise<Part> {
  const tokenize = understood(tokenizer, settings)
  const session = await openSession(modelPath, options)
  const { dimension, weight, maxBatch } = settings
  const { shape } = inputOf(session, settings.inputs.ids)
  if (typeof shape[0] === 'number' && shape[0] !== 1) throw broken(`it takes exactly ${shape[0]} texts at a time`)
  const batchSize = shape[0] === 1 ? 1 : maxBatch

  return {
    dimension,
    tokenize,
    async encode(tokens) {
      // Texts of like length share a batch, so that little of it is padding.
      const order = tokens
        .flatMap((text, i) => (text.hasMeaning ? [i] : []))
        .sort((a, b) => lengthOf(tokens, a) - lengthOf(tokens, b))
      const rows = tokens.map((): Float32Array | null => null)
      for (let start = 0; start < order.length; start += batchSize) {
        const batch = order.slice(start, start + batchSize)
        const vectors = await encodeBatch(
          session,
          batch.map(i => tokens[i]?.ids ?? []),
          settings
        )
        vectors.forEach((vector, j) => {
          const i = batch[j] ?? 0
          if (!makeUnit(vector)) {
            throw new EngineError(
              'model-broken',
              'The model gave no usable numbers for a text. The text is unharmed; another model may be able to read it.',
              { index: i }
            )
          }
          rows[i] = weight === 1 ? vector : vector.map(value => value * weight)
        })
      }
      return rows
    },
    close: () => session.release()
  }
}

/** The library throws whatever comes to its mind at a file that is no tokenizer. */
function understood(tokenizer: unknown, settings: TextPartSettings): Tokenize {
  try {
    return openTokenizer(tokenizer, settings)
  } catch (error) {
    throw broken(
      `its tokenizer is not understood (${error instanceof Error ? error.message.slice(0, 200) : 'no reason given'})`
    )
  }
}

function lengthOf(tokens: readonly Tokens[], i: number): number {
  return tokens[i]?.ids.length ?? 0
}

async function encodeBatch(
  session: InferenceSession,
  texts: readonly (readonly number[])[],
  settings: TextPartSettings
): Promise<Float32Array[]> {
  const { inputs, output, padding, padId, contextLength, dimension } = settings
  const lengths = texts.map(ids => ids.length)
  const width = padding === 'context' ? contextLength : Math.max(...lengths)
  const fill = (value: (ids: readonly number[], token: number) => number): number[] =>
    texts.flatMap(ids => Array.from({ length: width }, (_, token) => value(ids, token)))

  const feeds: Record<string, Tensor> = {}
  const feed = (name: string | undefined, values: () => number[]): void => {
    if (name !== undefined) feeds[name] = integerTensor(inputOf(session, name).type, values(), [texts.length, width])
  }
  feed(inputs.ids, () => fill((ids, token) => ids[token] ?? padId))
  feed(inputs.mask, () => fill((ids, token) => (token < ids.length ? 1 : 0)))
  feed(inputs.types, () => fill(() => 0))
  return pool(await runSession(session, feeds, output.name), output.pooling, texts.length, dimension, lengths)
}

function integerTensor(type: Tensor.Type, values: readonly number[], dims: readonly number[]): Tensor {
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims)
  if (type === 'int32') return new ort.Tensor('int32', Int32Array.from(values), dims)
  throw broken(`it takes ${type}, not whole numbers, for a text`)
}
