import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pixels } from '../../../src/main/engine/base/domain.ts'
import type { ImageInput } from '../../../src/main/engine/stages/encode/preprocess.ts'
import { onnxModel } from '../../../src/main/engine/stages/train/executors/onnx-model.ts'

const words = ['[PAD]', '[UNK]', 'red', 'green', 'blue', 'sky', 'grass'] as const
const vectors = [
  [0, 0, 0],
  [9, 9, 9],
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0, 1, 3],
  [1, 3, 0]
]

/** [n, 3, 4, 4] to the mean colour [n, 3]: what the encoder says of a picture can be worked out in the head. */
export function meanColourModel(batch: number | string = 'n'): Buffer {
  return onnxModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['pixels'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['embedding'], attributes: { axis: 1 } }
    ],
    weights: [],
    inputs: [{ name: 'pixels', type: 'float32', shape: [batch, 3, 4, 4] }],
    outputs: [{ name: 'embedding', type: 'float32', shape: [batch, 3] }]
  })
}

/** [n, t] token ids to their rows [n, t, 3]. */
export function wordTableModel(): Buffer {
  return onnxModel({
    nodes: [{ op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['rows'], attributes: { axis: 0 } }],
    weights: [{ name: 'table', shape: [words.length, 3], values: Float32Array.from(vectors.flat()) }],
    inputs: [{ name: 'input_ids', type: 'int64', shape: ['n', 't'] }],
    outputs: [{ name: 'rows', type: 'float32', shape: ['n', 't', 3] }]
  })
}

export const wordTokenizer = {
  version: '1.0',
  added_tokens: [0, 1].map(id => ({
    id,
    content: words[id],
    special: true,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: null,
  decoder: null,
  model: { type: 'WordLevel', unk_token: '[UNK]', vocab: Object.fromEntries(words.map((word, id) => [word, id])) }
}

export const tinyImage: ImageInput = {
  input: {
    name: 'pixels',
    widthPx: 4,
    heightPx: 4,
    layout: 'NCHW',
    channels: 'RGB',
    type: 'float32',
    scale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1]
  },
  resize: { rule: 'squash', cropFraction: 1, filter: 'linear' }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export interface TinyPack {
  readonly image?: Buffer
  /** Merged over the manifest. */
  readonly changes?: Readonly<Record<string, unknown>>
}

/** Writes a whole, valid pack of a few hundred bytes. */
export function writeTinyPack(folder: string, { image = meanColourModel(), changes = {} }: TinyPack = {}): string {
  mkdirSync(folder, { recursive: true })
  const put = (file: string, content: Buffer | string): { file: string; sha256: string } => {
    writeFileSync(join(folder, file), content)
    return { file, sha256: sha256(content) }
  }
  const manifest = {
    format: 1,
    id: 'tiny',
    name: 'Tiny',
    licence: 'MIT',
    languages: ['en'],
    sharedSpace: true,
    image: { model: put('image.onnx', image), ...tinyImage, output: { name: 'embedding' }, dimension: 3 },
    text: [
      {
        model: put('text.onnx', wordTableModel()),
        tokenizer: put('tokenizer.json', JSON.stringify(wordTokenizer)),
        contextLength: 8,
        inputs: { ids: 'input_ids' },
        output: { name: 'rows', pooling: 'mean' },
        dimension: 3,
        unknownTokens: 'drop'
      }
    ],
    ...changes
  }
  put('model.json', JSON.stringify(manifest))
  return folder
}

/** A picture of one colour, or of whatever `colourAt` says. */
export function picture(
  widthPx: number,
  heightPx: number,
  colourAt: (x: number, y: number) => readonly [number, number, number]
): Pixels {
  const rgb = new Uint8Array(widthPx * heightPx * 3)
  for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) rgb.set(colourAt(x, y), (y * widthPx + x) * 3)
  return { widthPx, heightPx, rgb }
}

export const red = [255, 0, 0] as const
export const green = [0, 255, 0] as const
export const blue = [0, 0, 255] as const
export const white = [255, 255, 255] as const
