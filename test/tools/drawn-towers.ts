import { chanceFrom, type Chance } from '../stages/library/drawn/chance.ts'
import { colours, lights, objects, scenes } from '../stages/library/drawn/world.ts'
import { onnxModel, type OnnxGraph } from '../../src/main/engine/stages/train/executors/onnx-model.ts'

/** Both towers are written by hand, nothing in them is trained: what they have in common is found by the base projector. */
export const imageTower = { sizePx: 64, dimension: 432, input: 'pixel_values', output: 'image_embeds' } as const
export const textTower = { dimension: 192, contextTokens: 64, output: 'sentence_embedding' } as const

const levels = [-1, 0, 1] as const
const gridCells = 4
/** Squared distance in [−1, 1]³ at which a colour no longer counts for a bin. Of .5, .8 and 1.3 the last found most. */
const binReach = 1.3

/**
 * What colours are where: [n, 3, 64, 64], red, green and blue in −1…1, to [n, 432] = 27 colour bins × 4 × 4 cells.
 * A bin answers relu(1 − |x − colour|² / reach), so neighbours share a colour between them.
 */
export function imageTowerModel(): Buffer {
  return onnxModel(imageTowerGraph())
}

export function imageTowerGraph(): OnnxGraph {
  const bins: readonly (readonly number[])[] = levels.flatMap(red =>
    levels.flatMap(green => levels.map(blue => [red, green, blue]))
  )
  // |x − c|² = Σx² − 2 Σxc + Σc², so one 1×1 convolution over [x, x²] gives all bins.
  const matrix = bins.flatMap(bin => [...bin.map(c => (2 * c) / binReach), ...bin.map(() => -1 / binReach)])
  const bias = bins.map(bin => 1 - bin.reduce((sum, c) => sum + c * c, 0) / binReach)
  const { sizePx, dimension, input, output } = imageTower
  const cellPx = sizePx / gridCells
  return {
    nodes: [
      { op: 'Mul', inputs: [input, input], outputs: ['squares'] },
      { op: 'Concat', inputs: [input, 'squares'], outputs: ['both'], attributes: { axis: 1 } },
      { op: 'Conv', inputs: ['both', 'matrix', 'bias'], outputs: ['nearness'] },
      { op: 'Relu', inputs: ['nearness'], outputs: ['bins'] },
      {
        op: 'AveragePool',
        inputs: ['bins'],
        outputs: ['cells'],
        attributes: { kernel_shape: [cellPx, cellPx], strides: [cellPx, cellPx] }
      },
      { op: 'Flatten', inputs: ['cells'], outputs: [output], attributes: { axis: 1 } }
    ],
    weights: [
      { name: 'matrix', shape: [bins.length, 6, 1, 1], values: Float32Array.from(matrix) },
      { name: 'bias', shape: [bins.length], values: Float32Array.from(bias) }
    ],
    inputs: [{ name: input, type: 'float32', shape: ['n', 3, sizePx, sizePx] }],
    outputs: [{ name: output, type: 'float32', shape: ['n', dimension] }]
  }
}

/** The mean of the word vectors of all tokens that the mask keeps: [n, t] and [n, t] to [n, 192]. */
export function textTowerModel(words: readonly Word[]): Buffer {
  const { dimension, output } = textTower
  const table = new Float32Array(words.length * dimension)
  words.forEach(({ vector }, id) => table.set(vector, id * dimension))
  return onnxModel({
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['rows'], attributes: { axis: 0 } },
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['kept'], attributes: { to: 1 } },
      { op: 'Unsqueeze', inputs: ['kept', 'last'], outputs: ['mask'] },
      { op: 'Mul', inputs: ['rows', 'mask'], outputs: ['words'] },
      { op: 'ReduceSum', inputs: ['words', 'middle'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { op: 'ReduceSum', inputs: ['mask', 'middle'], outputs: ['count'], attributes: { keepdims: 0 } },
      { op: 'Max', inputs: ['count', 'one'], outputs: ['length'] },
      { op: 'Div', inputs: ['sum', 'length'], outputs: [output] }
    ],
    weights: [
      { name: 'table', shape: [words.length, dimension], values: table },
      { name: 'last', shape: [1], values: BigInt64Array.of(2n) },
      { name: 'middle', shape: [1], values: BigInt64Array.of(1n) },
      { name: 'one', shape: [1], values: Float32Array.of(1) }
    ],
    inputs: [
      { name: 'input_ids', type: 'int64', shape: ['n', 't'] },
      { name: 'attention_mask', type: 'int64', shape: ['n', 't'] }
    ],
    outputs: [{ name: output, type: 'float32', shape: ['n', dimension] }]
  })
}

/** A token and what it means. Its place in the list is its id. */
export interface Word {
  readonly token: string
  /** [192]; long for words that tell something, short for words that stand everywhere. */
  readonly vector: Float32Array
}

const littleWords =
  'a an the on in at over above of each one and or to by is was we i it with for from that what'.split(' ')
const otherWords =
  'garden soup pumpkin keys door letter warranty machine choir songs report week gate diary morning water walk cake summer lake family hedgehog list photo picture remember best wrote grandmother november march'.split(
    ' '
  )

/** The words of the drawn world with their synonyms close by, and words that notes are made of. All others are unknown. */
export function vocabulary(): Word[] {
  const chance = chanceFrom(5)
  const words = new Map<string, Float32Array>()
  const learn = (token: string, vector: Float32Array): void => {
    if (!words.has(token)) words.set(token, vector)
  }
  const nothing = new Float32Array(textTower.dimension)
  learn('[PAD]', nothing)
  learn('[UNK]', direction(chance, 0.05))
  for (const [noun, { plural, alsoCalled }] of Object.entries(objects)) family(noun, [plural, alsoCalled])
  for (const [noun, { alsoCalled }] of Object.entries({ ...colours, ...scenes, ...lights })) family(noun, [alsoCalled])
  family('two', ['pair'])
  family('three', ['trio'])
  for (const word of littleWords) learn(word, direction(chance, 0.1))
  for (const word of otherWords) learn(word, direction(chance, 1))
  for (const sign of "0123456789.,:;!?'&-()") learn(sign, direction(chance, 0.05))
  return [...words].map(([token, vector]) => ({ token, vector }))

  /** Relatives point nearly the same way: cosine .9. */
  function family(word: string, relatives: readonly string[]): void {
    const own = direction(chance, 1)
    learn(word, own)
    for (const relative of relatives) {
      const aside = direction(chance, Math.sqrt(1 - 0.9 ** 2))
      learn(
        relative,
        own.map((x, i) => 0.9 * x + aside[i]!)
      )
    }
  }
}

/** A `tokenizer.json`: lower case, split at spaces and punctuation, the longest known pieces. */
export function tokenizerJson(words: readonly Word[]): string {
  const special = (id: number, content: string): object => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true
  })
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [special(0, '[PAD]'), special(1, '[UNK]')],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: true,
      lowercase: true
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map(({ token }, id) => [token, id]))
    }
  })
}

/** A random direction of this length. */
function direction(chance: Chance, length: number): Float32Array {
  const raw = Float32Array.from({ length: textTower.dimension }, () => chance.normal())
  const scale = length / Math.hypot(...raw)
  return raw.map(x => x * scale)
}
