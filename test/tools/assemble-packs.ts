import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Builds model packs from the developers' collection of encoders, which cannot be part of the repository.
 *
 *   node test/tools/assemble-packs.ts <folder>
 */
export type PackName = 'mobilenet-text' | 'mobilenet-probs' | 'squeezenet'

const encoders = join(process.env.REVERIE_TEST_DATA ?? resolve(import.meta.dirname, '../../../shared/data'), 'encoders')

const mobilenet = {
  model: 'mobilenet_v2/mobilenet_v2_1.0_224_u8w.onnx',
  input: {
    name: 'pixel_values',
    widthPx: 224,
    heightPx: 224,
    layout: 'NCHW',
    channels: 'RGB',
    type: 'float32',
    scale: 1 / 127.5,
    mean: [1, 1, 1],
    std: [1, 1, 1]
  },
  // Nothing at the edges is lost, and on imagenet_sample it is no worse than any crop (.68 against .63 to .67).
  resize: { rule: 'squash', filter: 'linear' },
  maxBatch: 8
}

const model2vec = {
  model: 'text_model2vec_vq/model2vec_bge64_vq128.onnx',
  tokenizer: 'text_model2vec_vq/tokenizer.json',
  contextLength: 512,
  inputs: { ids: 'input_ids', mask: 'attention_mask' },
  output: { name: 'sentence_embedding' },
  dimension: 64,
  unknownTokens: 'drop'
}

const glove = {
  ...model2vec,
  model: 'text_glove50/glove50_sif.onnx',
  tokenizer: 'text_glove50/tokenizer.json',
  dimension: 50
}

const packs = {
  'mobilenet-text': {
    name: 'MobileNetV2 with model2vec and GloVe',
    licence: 'Apache-2.0 (MobileNetV2), MIT (model2vec), PDDL (GloVe)',
    // Powers of 1, .7, .5 and .35 were tried on the dev photos of flickr8k: MRR .201, .205, .203, .203.
    image: { ...mobilenet, output: { name: 'image_embeds', power: 0.7 }, dimension: 1280 },
    text: [model2vec, glove]
  },
  'mobilenet-probs': {
    name: 'MobileNetV2 class probabilities',
    licence: 'Apache-2.0 (MobileNetV2), MIT (model2vec)',
    image: { ...mobilenet, output: { name: 'probs' }, dimension: 1001 },
    text: [model2vec]
  },
  squeezenet: {
    name: 'SqueezeNet class probabilities',
    licence: 'MIT',
    image: {
      model: 'squeezenet_fp16/SqueezeNet_fp16.onnx',
      input: {
        name: 'data_0',
        widthPx: 224,
        heightPx: 224,
        layout: 'NCHW',
        channels: 'BGR',
        type: 'float16',
        scale: 1,
        mean: [104, 117, 123],
        std: [1, 1, 1]
      },
      resize: { rule: 'squash', filter: 'linear' },
      output: { name: 'softmaxout_1' },
      dimension: 1000,
      maxBatch: 1
    },
    text: [model2vec]
  }
} as const

/** Writes the pack's folder into `into` and returns its path; null where this machine does not have the encoders. */
export function assemblePack(name: PackName, into: string): string | null {
  if (!existsSync(encoders)) return null
  const folder = join(into, name)
  mkdirSync(folder, { recursive: true })
  const copy = (path: string): { file: string; sha256: string } => {
    const file = path.endsWith('tokenizer.json') ? path.replace('/', '-') : basename(path)
    copyFileSync(join(encoders, path), join(folder, file))
    return {
      file,
      sha256: createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex')
    }
  }
  const { image, text, ...card } = packs[name]
  const manifest = {
    format: 1,
    id: name,
    ...card,
    languages: ['en'],
    sharedSpace: false,
    image: { ...image, model: copy(image.model) },
    text: text.map(part => ({ ...part, model: copy(part.model), tokenizer: copy(part.tokenizer) }))
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(manifest, null, 2) + '\n')
  return folder
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [into] = process.argv.slice(2)
  if (into === undefined) throw new Error('Say where the packs shall go: node test/tools/assemble-packs.ts <folder>')
  for (const name of Object.keys(packs) as PackName[])
    console.log(assemblePack(name, into) ?? `There are no encoders in ${encoders}.`)
}
