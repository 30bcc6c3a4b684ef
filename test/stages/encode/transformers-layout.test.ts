import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEncoder } from '../../../src/main/engine/stages/encode/encoder.ts'
import { filesOf, type Manifest } from '../../../src/main/engine/stages/encode/manifest.ts'
import { readPack } from '../../../src/main/engine/stages/encode/model-pack.ts'
import { describeLayout, type AboutLayout } from '../../../src/main/engine/stages/encode/transformers-layout.ts'
import type { EncodedText } from '../../../src/main/engine/base/domain.ts'
import { dot } from '../../../src/main/engine/math/vectors.ts'
import { writeWhole } from '../../../src/main/engine/base/safe-files.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import {
  clip,
  clipPicture,
  clipTextModel,
  quantisedVisionModel,
  splitVisionModel,
  siglipTextModel,
  visionModel,
  writeClipLayout,
  writeSiglipLayout,
  type LayoutFiles
} from './tiny-layout.ts'
import { clipSettings, smallSiglip } from './small-tokenizers.ts'
import { blue, green, picture, red, sha256 } from './tiny-pack.ts'

const root = temporaryFolder()
let count = 0
const newFolder = (): string => join(root, String(count++))

const about: AboutLayout = { id: 'tiny-clip', name: 'Tiny CLIP', licence: 'MIT', languages: ['en'] }

const manifestOfLayout = async (folder: string, of: AboutLayout): Promise<Manifest> =>
  (await describeLayout(folder, of)).manifest

/** As the engine does with what the encoder process has described. */
async function writeLayoutManifest(folder: string, of: AboutLayout): Promise<Manifest> {
  const manifest = await manifestOfLayout(folder, of)
  await writeWhole(join(folder, 'model.json'), JSON.stringify(manifest, null, 2) + '\n')
  return manifest
}

async function refusal(folder: string): Promise<string> {
  const error: unknown = await manifestOfLayout(folder, about).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'EngineError', code: 'model-broken' })
  expect((error as Error).message).toContain('Your library is unharmed')
  return (error as Error).message
}

describe('a CLIP in the layout of transformers.js', () => {
  test('becomes a pack with the settings of its files', async () => {
    const folder = writeClipLayout(newFolder())
    const manifest = await manifestOfLayout(folder, about)
    expect(manifest).toMatchObject({ id: 'tiny-clip', licence: 'MIT', languages: ['en'], sharedSpace: true })
    expect(manifest.image).toMatchObject({
      model: { file: 'onnx/vision_model.onnx', data: [] },
      input: { name: 'pixel_values', widthPx: 4, heightPx: 4, layout: 'NCHW', channels: 'RGB', type: 'float32' },
      resize: { rule: 'centre-crop', cropFraction: 1, filter: 'cubic' },
      output: { name: 'image_embeds', pooling: 'none', power: 1 },
      dimension: 3
    })
    expect(manifest.image.input.mean).toEqual([0.48145466, 0.4578275, 0.40821073])
    expect(manifest.text).toMatchObject([
      {
        tokenizer: { file: 'tokenizer.json', sha256: sha256(readFileSync(join(folder, 'tokenizer.json'))) },
        contextLength: 77,
        inputs: { ids: 'input_ids' },
        output: { name: 'text_embeds', pooling: 'none' },
        ...{ dimension: 3, padding: 'longest', padId: clip.endId, lowercase: false }
      }
    ])
  })

  test.each([false, true])('finds pictures by captions when it runs (with an attention mask: %s)', async hasMask => {
    const folder = writeClipLayout(newFolder(), { 'onnx/text_model.onnx': clipTextModel({ hasMask }) })
    const manifest = await writeLayoutManifest(folder, about)
    expect(manifest.text[0]?.inputs.mask).toBe(hasMask ? 'attention_mask' : undefined)
    expect(readdirSync(folder).filter(name => name.endsWith('.part'))).toEqual([])
    const encoder = openEncoder(await readPack(folder), { threads: 1 })
    const captions = ['a photo of the red ball', 'the blue sky', 'GREEN grass']
    const texts = await encoder.encodeTexts([...captions, 'red cat '.repeat(60)])
    const pictures = await encoder.encodePixels([red, blue, green].map(colour => picture(9, 6, () => colour)))
    await encoder.close()
    for (const [i, text] of texts.slice(0, 3).entries()) {
      const cosines = pictures.map(vector => dot(vector, text!.vector))
      expect(cosines.indexOf(Math.max(...cosines))).toBe(i)
    }
    // The long one is read to its end token, in the same batch as the short ones.
    expect(dot(texts[3]!.vector, Float32Array.of(1, 0, 0))).toBeGreaterThan(0.99)
  })

  test('brings the weights that lie in a file beside a tower', async () => {
    const { model, data } = splitVisionModel('vision_model.onnx_data')
    const folder = writeClipLayout(newFolder(), {
      ...{ 'onnx/vision_model.onnx': model, 'onnx/vision_model.onnx_data': data }
    })
    const manifest = await writeLayoutManifest(folder, about)
    expect(manifest.image.model.data).toEqual([{ file: 'onnx/vision_model.onnx_data', sha256: sha256(data) }])
    expect(filesOf(manifest)).toContain('onnx/vision_model.onnx_data')
    const encoder = openEncoder(await readPack(folder), { threads: 1 })
    const [seen] = await encoder.encodePixels([picture(4, 4, () => red)])
    await encoder.close()
    expect(dot(seen!, Float32Array.of(1, 0, 0))).toBeGreaterThan(0.5)
  })

  test('crops where its settings say so: 256 and 224 are the usual .875', async () => {
    const folder = writeClipLayout(newFolder(), {
      'preprocessor_config.json': { ...clipPicture, size: { shortest_edge: 256 }, crop_size: 224, resample: 2 },
      'onnx/vision_model.onnx': visionModel(224)
    })
    const { resize, input } = (await manifestOfLayout(folder, about)).image
    expect(resize).toEqual({ rule: 'centre-crop', cropFraction: 0.875, filter: 'linear' })
    expect([input.widthPx, input.heightPx]).toEqual([224, 224])
  })

  test('is read from the oldest form of its settings: plain numbers', async () => {
    const { feature_extractor_type, image_mean, image_std } = clipPicture
    const folder = writeClipLayout(newFolder(), {
      'preprocessor_config.json': { feature_extractor_type, image_mean, image_std, crop_size: 4, size: 4, resample: 3 }
    })
    const { resize, input } = (await manifestOfLayout(folder, about)).image
    expect([resize.rule, input.widthPx, input.scale]).toEqual(['centre-crop', 4, 1 / 255])
  })

  test('is read from the newest form: one file for pictures and texts', async () => {
    const folder = writeClipLayout(newFolder(), {
      'preprocessor_config.json': null,
      'processor_config.json': { processor_class: 'CLIPProcessor', image_processor: clipPicture }
    })
    expect((await manifestOfLayout(folder, about)).image.resize.rule).toBe('centre-crop')
  })

  test('keeps values as they are when they are not to be normalised, as MobileCLIP’s', async () => {
    const plain = { ...clipPicture, image_mean: undefined, image_std: undefined, do_normalize: false }
    const folder = writeClipLayout(newFolder(), { 'preprocessor_config.json': plain })
    expect((await manifestOfLayout(folder, about)).image.input).toMatchObject({ mean: [0, 0, 0], std: [1, 1, 1] })
  })

  test('pads to the whole context when it pads with another token than its end, as MobileCLIP does', async () => {
    const folder = writeClipLayout(newFolder(), { 'tokenizer_config.json': { ...clipSettings, pad_token: '!' } })
    expect((await manifestOfLayout(folder, about)).text[0]).toMatchObject({ padding: 'context', padId: 0 })
  })

  test('has Jina’s words for the same things', async () => {
    const folder = writeClipLayout(newFolder(), {
      'config.json': { model_type: 'jina_clip', projection_dim: 3 },
      'preprocessor_config.json': {
        ...{ size: 4, resize_mode: 'shortest', interpolation: 'bicubic', fill_color: 0 },
        ...{ mean: [0.1, 0.2, 0.3], std: [0.5, 0.5, 0.5] }
      }
    })
    expect((await manifestOfLayout(folder, about)).image).toMatchObject({
      input: { mean: [0.1, 0.2, 0.3], widthPx: 4 },
      resize: { rule: 'centre-crop', filter: 'cubic' }
    })
  })
})

describe('a SigLIP in the layout of transformers.js', () => {
  test('squashes pictures, pads texts to 64 and has small letters', async () => {
    const manifest = await manifestOfLayout(writeSiglipLayout(newFolder()), about)
    expect(manifest.image).toMatchObject({
      input: { widthPx: 4, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
      resize: { rule: 'squash', filter: 'cubic' },
      output: { name: 'image_embeds' }
    })
    expect(manifest.text[0]).toMatchObject({
      ...{ contextLength: 64, padding: 'context', padId: 1, lowercase: true },
      output: { name: 'pooler_output' }
    })
  })

  test('knows its 64 places where neither tokenizer nor graph does, and its padding from tokenizer.json: SigLIP 2', async () => {
    const folder = writeSiglipLayout(newFolder(), {
      'tokenizer.json': {
        ...smallSiglip,
        padding: { strategy: { Fixed: 64 }, direction: 'Right', pad_id: 0, pad_token: '<pad>' }
      },
      'tokenizer_config.json': { model_max_length: 1000000000000000019884624838656, tokenizer_class: 'GemmaTokenizer' },
      'onnx/text_model.onnx': siglipTextModel('sequence_length')
    })
    expect((await manifestOfLayout(folder, about)).text[0]).toMatchObject({
      ...{ contextLength: 64, padding: 'context', padId: 0, lowercase: true }
    })
  })

  test('finds pictures by captions when it runs, whatever else is in the batch', async () => {
    const folder = writeSiglipLayout(newFolder())
    await writeLayoutManifest(folder, about)
    const encoder = openEncoder(await readPack(folder), { threads: 1 })
    const [alone] = (await encoder.encodeTexts(['Red!'])) as EncodedText[]
    const [together] = (await encoder.encodeTexts(['Red!', 'a photo of blue sky of green grass'])) as EncodedText[]
    const [seen] = await encoder.encodePixels([picture(4, 4, () => red)])
    await encoder.close()
    expect(dot(together!.vector, alone!.vector)).toBeCloseTo(1, 6)
    expect(dot(alone!.vector, Float32Array.of(1, 0, 0))).toBeGreaterThan(0.99)
    // ½ is taken off before: red is (1, −1, −1).
    expect(Array.from(seen!, value => Math.round(value * Math.sqrt(3)))).toEqual([1, -1, -1])
  })
})

describe('of several versions', () => {
  const all: LayoutFiles = {
    'onnx/vision_model_fp16.onnx': visionModel('height'),
    'onnx/text_model_fp16.onnx': clipTextModel(),
    'onnx/vision_model_quantized.onnx': visionModel('height'),
    'onnx/text_model_int8.onnx': clipTextModel()
  }

  test.each([
    ['fp32', 'vision_model', 'text_model'],
    ['fp16', 'vision_model_fp16', 'text_model_fp16'],
    ['int8', 'vision_model_quantized', 'text_model_int8']
  ] as const)('the one that is asked for is taken: %s', async (prefer, vision, text) => {
    const { manifest, notes } = await describeLayout(writeClipLayout(newFolder(), all), { ...about, prefer })
    expect([manifest.image.model.file, manifest.text[0]?.model.file]).toEqual([
      `onnx/${vision}.onnx`,
      `onnx/${text}.onnx`
    ])
    expect(notes).toEqual([])
  })

  test('another is taken and said where that one is not there', async () => {
    const folder = writeClipLayout(newFolder(), { 'onnx/text_model_quantized.onnx': clipTextModel() })
    const { manifest, notes } = await describeLayout(folder, { ...about, prefer: 'int8' })
    expect(manifest.image.model.file).toBe('onnx/vision_model.onnx')
    expect(notes).toEqual(['There is no int8 version of vision_model, so onnx/vision_model.onnx is used.'])
  })

  test('what is quantised as it runs gives a picture the same vector, whatever is beside it', async () => {
    const folder = writeClipLayout(newFolder(), { 'onnx/vision_model_quantized.onnx': quantisedVisionModel() })
    const manifest = await writeLayoutManifest(folder, { ...about, prefer: 'int8' })
    expect([manifest.image.maxBatch, manifest.text[0]?.maxBatch]).toEqual([1, 32])
    const encoder = openEncoder(await readPack(folder), { threads: 1 })
    const [grey, black] = [picture(4, 4, () => [99, 101, 103]), picture(4, 4, () => [0, 0, 0])]
    const [alone] = await encoder.encodePixels([grey])
    const [, together] = await encoder.encodePixels([black, grey])
    await encoder.close()
    expect(together).toEqual(alone)
  })

  test('four bits are better than nothing, and files may lie in the folder itself', async () => {
    const folder = writeClipLayout(newFolder(), {
      ...{ 'onnx/vision_model.onnx': null, 'onnx/text_model.onnx': null },
      ...{ 'vision_model_q4.onnx': visionModel('height'), 'text_model.onnx': clipTextModel() }
    })
    const { manifest, notes } = await describeLayout(folder, about)
    expect(manifest.image.model.file).toBe('vision_model_q4.onnx')
    expect(notes).toHaveLength(1)
  })
})

describe('a folder is refused with what is wrong', () => {
  const cases: readonly (readonly [string, LayoutFiles, string])[] = [
    ['without a tokenizer', { 'tokenizer.json': null }, 'it has no tokenizer.json'],
    ['without settings for pictures', { 'preprocessor_config.json': null }, 'it has no preprocessor_config.json'],
    ['without a config', { 'config.json': null }, 'it has no config.json'],
    ['of an unknown kind', { 'config.json': { model_type: 'llama' } }, 'says that it is a “llama”'],
    ['of a kind that every object has', { 'config.json': { model_type: 'constructor' } }, 'is a “constructor”'],
    ['that is no JSON', { 'config.json': '{' }, 'its config.json is not JSON'],
    ['without a text tower', { 'onnx/text_model.onnx': null }, 'it has no text_model.onnx'],
    [
      'with towers of different width',
      { 'onnx/vision_model.onnx': visionModel(4, { width: 5 }) },
      'gives 5 numbers and its text model 3'
    ],
    [
      'that wants more than a picture',
      {
        'onnx/vision_model.onnx': visionModel(4, {
          inputs: [{ name: 'spatial_shapes', type: 'int64', shape: ['n', 2] }]
        })
      },
      'wants “spatial_shapes” beside the picture'
    ],
    [
      'whose settings and graph differ in size',
      { 'onnx/vision_model.onnx': visionModel(8) },
      'pictures of 4 pixels, and its image model takes 8'
    ],
    [
      'with a filter that Reverie lacks',
      { 'preprocessor_config.json': { ...clipPicture, resample: 1 } },
      'the resampling filter 1'
    ],
    [
      'for pictures of any shape',
      { 'preprocessor_config.json': { ...clipPicture, do_center_crop: false } },
      'pictures of any shape'
    ],
    [
      'with a size that is no number',
      { 'preprocessor_config.json': { ...clipPicture, size: 'large' } },
      'its preprocessor_config.json is not understood (size'
    ],
    [
      'whose towers are one file',
      { 'onnx/text_model.onnx': null, 'onnx/vision_model.onnx': null, 'onnx/model.onnx': visionModel(4) },
      'onnx/model.onnx is both towers in one, and two are needed'
    ],
    [
      'whose text tower ends too early',
      { 'onnx/text_model.onnx': siglipTextModel('sequence_length') },
      'its text model gives last_hidden_state, pooler_output but no text_embeds'
    ]
  ]
  test.each(cases)('%s', async (_, files, words) => {
    expect(await refusal(writeClipLayout(newFolder(), files))).toContain(words)
  })

  test('when it is not there', async () => {
    await expect(manifestOfLayout(join(root, 'nowhere'), about)).rejects.toMatchObject({ code: 'model-missing' })
  })
})
