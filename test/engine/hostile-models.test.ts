import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { addModel } from '../../src/main/engine/features/models/add-model.ts'
import { findPacks } from '../../src/main/engine/features/models/found-packs.ts'
import { onnxModel, type OnnxGraph } from '../../src/main/engine/stages/train/executors/onnx-model.ts'
import { ModelInspector } from '../../src/main/engine/workers/model-inspector.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { clip, visionModel, writeClipLayout, type LayoutFiles } from '../stages/encode/tiny-layout.ts'
import { writeTinyPack } from '../stages/encode/tiny-pack.ts'
import { sourceWorkers } from '../tools/source-workers.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const root = temporaryFolder()
const inspector = new ModelInspector(nodeWorkers(sourceWorkers), { silenceMs: 8000, wholeMs: 60_000 })
afterAll(() => inspector.close())
let count = 0
const newFolder = (): string => join(root, String(count++))

/** What a person is told; nothing of the model is left. */
async function refusal(folder: string): Promise<string> {
  const ownFolder = join(root, `packs of ${count++}`)
  const error: unknown = await addModel({ folder }, { inspector, folders: [ownFolder], ownFolder }).catch(
    (reason: unknown) => reason
  )
  expect(error).toMatchObject({ name: 'EngineError', code: 'model-broken' })
  expect(existsSync(ownFolder) ? readdirSync(ownFolder) : []).toEqual([])
  const { message } = error as Error
  expect(message).toMatch(/library .*unharmed/)
  expect(message).not.toContain('.adding-')
  return message
}

const port = (name: string, shape: readonly (number | string)[], type: 'float32' | 'int64' = 'float32') => ({
  name,
  type,
  shape
})
/** An image tower that does something else to the mean colour. */
function imageTower(change: Partial<OnnxGraph>, declared = 3): Buffer {
  return onnxModel({
    nodes: [],
    weights: [],
    inputs: [port('pixel_values', ['n', 3, 4, 4])],
    outputs: [port('image_embeds', ['n', declared])],
    ...change
  })
}
const mean = [
  { op: 'GlobalAveragePool', inputs: ['pixel_values'], outputs: ['mean'] },
  { op: 'Flatten', inputs: ['mean'], outputs: ['colour'], attributes: { axis: 1 } }
]

/** A field of a protocol buffer that holds bytes. */
function field(number: number, ...content: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map(part => Buffer.from(part)))
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body])
}
function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return Buffer.from([...bytes, value])
}
/** A graph more, which a protocol buffer adds to the first: with one weight that lies elsewhere. */
const withWeightsAt = (location: string): Buffer =>
  Buffer.concat([
    visionModel(4),
    field(7, field(5, field(8, 'far'), field(13, field(1, 'location'), field(2, location)), varint(14 * 8), varint(1)))
  ])

const [vision, text, tokenizer] = ['onnx/vision_model.onnx', 'onnx/text_model.onnx', 'tokenizer.json']

const cases: readonly (readonly [string, () => LayoutFiles, RegExp])[] = [
  [
    'weights from an absolute path',
    () => ({ [vision]: withWeightsAt('/etc/passwd') }),
    /wants to read a file outside the folder \(\/etc\/passwd\)/
  ],
  [
    'weights from above the folder',
    () => ({ [vision]: withWeightsAt('../../secret') }),
    /wants to read a file outside the folder/
  ],
  [
    'weights from above, but inside the folder',
    () => ({ [vision]: withWeightsAt('../config.json') }),
    /wants to read a file outside the folder/
  ],
  [
    'weights that are not there',
    () => ({ [vision]: withWeightsAt('vision_model.onnx_data') }),
    /vision_model.onnx_data is missing/
  ],
  [
    'a tokenizer of a million brackets',
    () => ({ [tokenizer]: '['.repeat(1e6) }),
    /tokenizer.json is nested more than 64 levels deep/
  ],
  ['a tokenizer of white space', () => ({ [tokenizer]: ' '.repeat(3e7) }), /tokenizer.json is not JSON/],
  [
    'a tokenizer of ten million merges',
    () => ({ [tokenizer]: `{"model":{"vocab":{},"merges":[${'"",'.repeat(1e7)}""]}}` }),
    /tokenizer.json has more than 8000000 values/
  ],
  [
    'a tokenizer whose pattern tries every way to cut a text',
    () => ({
      [tokenizer]: {
        ...clip.file,
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(a|a)+$' }, behavior: 'Isolated', invert: false }
      }
    }),
    /took more than 8 seconds without an answer/
  ],
  [
    'a tokenizer whose pattern is none',
    () => ({
      [tokenizer]: {
        ...clip.file,
        pre_tokenizer: { type: 'Split', pattern: { Regex: '(' }, behavior: 'Isolated', invert: false }
      }
    }),
    /its tokenizer is not understood/
  ],
  [
    'a tokenizer of an unknown kind',
    () => ({ [tokenizer]: { ...clip.file, model: { type: 'Oracle', vocab: {} } } }),
    /knows no word|is not understood/
  ],
  [
    'a weight that says it has five gigabytes',
    () => ({
      [vision]: imageTower({
        nodes: [...mean, { op: 'Add', inputs: ['colour', 'bias'], outputs: ['image_embeds'] }],
        weights: [{ name: 'bias', shape: [416_666_667, 3], values: Float32Array.of(1) }]
      })
    }),
    /announces weights that are larger than the file/
  ],
  [
    'a graph that goes in a circle',
    () => ({
      [vision]: imageTower({
        nodes: [
          ...mean,
          { op: 'Add', inputs: ['colour', 'back'], outputs: ['image_embeds'] },
          { op: 'Neg', inputs: ['image_embeds'], outputs: ['back'] }
        ]
      })
    }),
    /could not be opened \(.*not acyclic/
  ],
  [
    'a graph of a million operations',
    () => {
      const node = field(1, field(1, 'x'), field(2, 'x'), field(4, 'Neg'))
      return { [vision]: field(7, Buffer.alloc(node.length * 1e6, node)) }
    },
    /has more than 100000 operations/
  ],
  [
    'a model that gives no numbers',
    () => ({
      [vision]: imageTower({
        nodes: [...mean, { op: 'Div', inputs: ['colour', 'zero'], outputs: ['image_embeds'] }],
        weights: [{ name: 'zero', shape: [1], values: Float32Array.of(0) }]
      })
    }),
    /gives no usable numbers for a picture/
  ],
  [
    'a graph that says that it gives more than it does',
    () => ({
      [vision]: imageTower({ nodes: [...mean, { op: 'Identity', inputs: ['colour'], outputs: ['image_embeds'] }] }, 5),
      [text]: wider()
    }),
    /could not be opened|does not give 2 vectors of 5 numbers/
  ],
  ['token ids that the text model has no row for', () => ({ [text]: fewRows() }), /could not be run/]
]

/** Says that it has five, as its picture model does. */
function wider(): Buffer {
  return onnxModel({
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['rows'], attributes: { axis: 0 } },
      { op: 'ReduceMean', inputs: ['rows', 'axes'], outputs: ['text_embeds'], attributes: { keepdims: 0 } }
    ],
    weights: [
      { name: 'table', shape: [clip.endId + 1, 5], values: new Float32Array(5 * (clip.endId + 1)).fill(1) },
      { name: 'axes', shape: [1], values: BigInt64Array.of(1n) }
    ],
    inputs: [port('input_ids', ['n', 't'], 'int64')],
    outputs: [port('text_embeds', ['n', 5])]
  })
}

function fewRows(): Buffer {
  return onnxModel({
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['rows'], attributes: { axis: 0 } },
      { op: 'ReduceMean', inputs: ['rows', 'axes'], outputs: ['text_embeds'], attributes: { keepdims: 0 } }
    ],
    weights: [
      { name: 'table', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: 'axes', shape: [1], values: BigInt64Array.of(1n) }
    ],
    inputs: [port('input_ids', ['n', 't'], 'int64')],
    outputs: [port('text_embeds', ['n', 3])]
  })
}

test.each(cases)('%s: refused, and nothing of it remains', async (_, files, words) => {
  expect(await refusal(writeClipLayout(newFolder(), files()))).toMatch(words)
})

test('a tokenizer of 200 MB is not read at all', async () => {
  const folder = writeClipLayout(newFolder())
  truncateSync(join(folder, tokenizer), 200_000_000)
  expect(await refusal(folder)).toContain('its tokenizer.json is larger than 67 MB')
})

test.each([tokenizer, vision, 'config.json'])('a link that leads out of the folder is refused: %s', async file => {
  const folder = writeClipLayout(newFolder())
  const outside = join(root, `outside ${count++}`)
  renameSync(join(folder, file), outside)
  symlinkSync(outside, join(folder, file))
  expect(await refusal(folder)).toContain(`${file} is a link that leads out of the folder`)
})

test('a pack with a manifest is tried too: one whose dimension is a lie is refused', async () => {
  const folder = writeTinyPack(newFolder(), { changes: { sharedSpace: false } })
  const path = join(folder, 'model.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as { image: object }
  writeFileSync(path, JSON.stringify({ ...manifest, image: { ...manifest.image, dimension: 4 } }))
  expect(await refusal(folder)).toMatch(/does not give 2 vectors of 4 numbers/)
})

test('a config that lies about the width is not believed where the graph says it', async () => {
  const folder = writeClipLayout(newFolder(), { 'config.json': { model_type: 'clip', projection_dim: 4000 } })
  const ownFolder = join(root, 'honest packs')
  const added = await addModel({ folder }, { inspector, folders: [ownFolder], ownFolder })
  expect((await findPacks([ownFolder]))[0]?.hasCommonSpace).toBe(true)
  expect(readdirSync(ownFolder)).toEqual([added.packId])
})
