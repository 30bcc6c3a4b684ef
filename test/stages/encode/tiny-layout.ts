import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  onnxModel,
  type OnnxNode,
  type TensorInfo
} from '../../../src/main/engine/stages/train/executors/onnx-model.ts'
import { clipSettings, pieces, siglipSettings, smallClip, smallSiglip } from './small-tokenizers.ts'

/**
 * Dual encoders of a few kilobytes in the layout that transformers.js reads, with the settings files of the hub: pictures become
 * their mean colour, and each word that names a colour means it, so that what must come out can be worked out in the head.
 */

export const clip = smallClip()

/** [vocabulary, 3]: the colour that a token names, and a little grey for every other. */
function colourTable(tokens: readonly string[]): Float32Array {
  const colours: Readonly<Record<string, readonly number[]>> = { red: [9, 0, 0], green: [0, 9, 0], blue: [0, 0, 9] }
  return Float32Array.from(tokens.flatMap(token => colours[token.replace(/<\/w>$|^▁/, '')] ?? [0.01, 0.01, 0.01]))
}

/** [n, 3, side, side] to the mean colour [n, 3]: undone are CLIP's mean and deviation, or whatever the settings say. */
export function visionModel(
  side: number | string,
  extra: { readonly inputs?: readonly TensorInfo[]; readonly width?: number; readonly isBare?: boolean } = {}
): Buffer {
  const { inputs = [], width = 3, isBare = false } = extra
  const output = (name: string): TensorInfo => ({ name, type: 'float32', shape: ['batch_size', width] })
  const projection = {
    name: 'projection',
    shape: [3, width],
    values: Float32Array.from({ length: 3 * width }, (_, i) => (Math.floor(i / width) === i % width ? 1 : 0))
  }
  return onnxModel({
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['pixel_values'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['colour'], attributes: { axis: 1 } },
      { op: 'MatMul', inputs: ['colour', 'projection'], outputs: ['image_embeds'] },
      { op: 'Identity', inputs: ['image_embeds'], outputs: ['pooler_output'] }
    ],
    weights: isBare ? [] : [projection],
    inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch_size', 3, side, side] }, ...inputs],
    outputs: [output('image_embeds'), output('pooler_output')]
  })
}

/**
 * As `visionModel`, with its weights in a file beside it, as models above two gigabytes have them: said in a second graph, which a
 * protocol buffer adds to the first.
 */
export function splitVisionModel(dataFile: string): { readonly model: Buffer; readonly data: Buffer } {
  const field = (number: number, ...content: readonly (Buffer | string)[]): Buffer => {
    const body = Buffer.concat(content.map(part => Buffer.from(part)))
    return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body])
  }
  const number = (of: number, value: number): Buffer => Buffer.from([of * 8, value])
  const location = field(13, field(1, 'location'), field(2, dataFile))
  const tensor = field(5, number(1, 3), number(1, 3), number(2, 1), field(8, 'projection'), location, number(14, 1))
  const values = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1)
  return {
    model: Buffer.concat([visionModel('height', { isBare: true }), field(7, tensor)]),
    data: Buffer.from(values.buffer)
  }
}

/** As `visionModel`, through eight bits whose steps are chosen by all pictures of a run: what exporters call dynamic quantisation. */
export function quantisedVisionModel(): Buffer {
  return onnxModel({
    nodes: [
      { op: 'DynamicQuantizeLinear', inputs: ['pixel_values'], outputs: ['bytes', 'step', 'zero'] },
      { op: 'DequantizeLinear', inputs: ['bytes', 'step', 'zero'], outputs: ['pixels'] },
      { op: 'GlobalAveragePool', inputs: ['pixels'], outputs: ['mean'] },
      { op: 'Flatten', inputs: ['mean'], outputs: ['image_embeds'], attributes: { axis: 1 } }
    ],
    weights: [],
    inputs: [{ name: 'pixel_values', type: 'float32', shape: ['batch_size', 3, 'height', 'width'] }],
    outputs: [{ name: 'image_embeds', type: 'float32', shape: ['batch_size', 3] }]
  })
}

/** [n, t] to what was read from left to right until the first end token, which has the largest id: as CLIP pools. */
export function clipTextModel({ hasMask = false }: { readonly hasMask?: boolean } = {}): Buffer {
  const tokens = Object.keys(clip.file.model.vocab)
  const masked: OnnxNode[] = [
    { op: 'Cast', inputs: ['attention_mask'], outputs: ['real'], attributes: { to: 1 } },
    { op: 'Unsqueeze', inputs: ['real', 'last_axis'], outputs: ['weights'] },
    { op: 'Mul', inputs: ['rows', 'weights'], outputs: ['kept'] }
  ]
  const port = (name: string): TensorInfo => ({ name, type: 'int64', shape: ['batch_size', 'sequence_length'] })
  return onnxModel({
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['rows'], attributes: { axis: 0 } },
      ...(hasMask ? masked : []),
      { op: 'CumSum', inputs: [hasMask ? 'kept' : 'rows', 'time'], outputs: ['last_hidden_state'] },
      { op: 'Cast', inputs: ['input_ids'], outputs: ['numbers'], attributes: { to: 1 } },
      { op: 'ArgMax', inputs: ['numbers'], outputs: ['end'], attributes: { axis: 1, keepdims: 1 } },
      { op: 'GatherND', inputs: ['last_hidden_state', 'end'], outputs: ['text_embeds'], attributes: { batch_dims: 1 } }
    ],
    weights: [
      { name: 'table', shape: [tokens.length, 3], values: colourTable(tokens) },
      { name: 'time', shape: [], values: BigInt64Array.of(1n) },
      ...(hasMask ? [{ name: 'last_axis', shape: [1], values: BigInt64Array.of(2n) }] : [])
    ],
    inputs: [port('input_ids'), ...(hasMask ? [port('attention_mask')] : [])],
    outputs: [
      { name: 'text_embeds', type: 'float32', shape: ['batch_size', 3] },
      { name: 'last_hidden_state', type: 'float32', shape: ['batch_size', 'sequence_length', 3] }
    ]
  })
}

/** [n, 64] to the mean over all places, padding too: what is padded otherwise than in training comes out otherwise. */
export function siglipTextModel(length: number | string = 64): Buffer {
  return onnxModel({
    nodes: [
      { op: 'Gather', inputs: ['table', 'input_ids'], outputs: ['last_hidden_state'], attributes: { axis: 0 } },
      {
        op: 'ReduceMean',
        inputs: ['last_hidden_state', 'axes'],
        outputs: ['pooler_output'],
        attributes: { keepdims: 0 }
      }
    ],
    weights: [
      { name: 'table', shape: [pieces.length, 3], values: colourTable(pieces.map(([piece]) => piece)) },
      { name: 'axes', shape: [1], values: BigInt64Array.of(1n) }
    ],
    inputs: [{ name: 'input_ids', type: 'int64', shape: ['batch_size', length] }],
    outputs: [
      { name: 'last_hidden_state', type: 'float32', shape: ['batch_size', length, 3] },
      { name: 'pooler_output', type: 'float32', shape: ['batch_size', 3] }
    ]
  })
}

/** Files by their name; null leaves one out. */
export type LayoutFiles = Readonly<Record<string, Buffer | object | string | null>>

export const clipPicture = {
  crop_size: { height: 4, width: 4 },
  ...{ do_center_crop: true, do_convert_rgb: true, do_normalize: true, do_rescale: true, do_resize: true },
  ...{ feature_extractor_type: 'CLIPFeatureExtractor', image_processor_type: 'CLIPFeatureExtractor' },
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
  ...{ resample: 3, rescale_factor: 0.00392156862745098, size: { shortest_edge: 4 } }
}

/** As Xenova/clip-vit-base-patch32 on the hub, but small. */
export function writeClipLayout(folder: string, changes: LayoutFiles = {}): string {
  return write(folder, {
    'config.json': {
      ...{ architectures: ['CLIPModel'], model_type: 'clip', projection_dim: 3, logit_scale_init_value: 2.6592 },
      text_config: { bos_token_id: 0, eos_token_id: 2, model_type: 'clip_text_model' },
      vision_config: { dropout: 0, model_type: 'clip_vision_model' }
    },
    'preprocessor_config.json': clipPicture,
    'tokenizer.json': clip.file,
    'tokenizer_config.json': clipSettings,
    'onnx/vision_model.onnx': visionModel('height'),
    'onnx/text_model.onnx': clipTextModel(),
    ...changes
  })
}

/** As Xenova/siglip-base-patch16-224 on the hub, but small. */
export function writeSiglipLayout(folder: string, changes: LayoutFiles = {}): string {
  return write(folder, {
    'config.json': {
      architectures: ['SiglipModel'],
      model_type: 'siglip',
      text_config: { model_type: 'siglip_text_model' }
    },
    'preprocessor_config.json': {
      ...{ do_normalize: true, do_rescale: true, do_resize: true, image_processor_type: 'SiglipImageProcessor' },
      ...{ image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5], resample: 3, rescale_factor: 0.00392156862745098 },
      size: { height: 4, width: 4 }
    },
    'tokenizer.json': smallSiglip,
    'tokenizer_config.json': siglipSettings,
    'onnx/vision_model.onnx': visionModel(4),
    'onnx/text_model.onnx': siglipTextModel(),
    ...changes
  })
}

function write(folder: string, files: LayoutFiles): string {
  for (const [name, content] of Object.entries(files)) {
    if (content === null) continue
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.isBuffer(content) || typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}
