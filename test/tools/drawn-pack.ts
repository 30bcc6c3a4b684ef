import { createHash } from 'node:crypto'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Pixels } from '../../src/main/engine/base/domain.ts'
import { openEncoder, type Encoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { readPack, savePackProjector } from '../../src/main/engine/stages/encode/model-pack.ts'
import { fitBaseProjector } from '../../src/main/engine/stages/project/cca.ts'
import { serializeProjector } from '../../src/main/engine/stages/project/projector-file.ts'
import { drawnPairs } from '../stages/library/drawn/draw.ts'
import { cachedFolder } from './cached-folder.ts'
import { imageTower, imageTowerModel, textTower, textTowerModel, tokenizerJson, vocabulary } from './drawn-towers.ts'

/** What the base projector is fitted on; the seed is no drawn library's, so no test searches for a photo that was learned. */
const training = { photos: 1500, seed: 1001 } as const

/**
 * Puts a small real model pack for the drawn world into a folder: two hand-made ONNX towers, a tokenizer, and a base
 * projector fitted on drawn photos that no drawn library holds. Made once, then copied from `test/.cache`.
 * @returns the pack's folder
 */
export async function buildDrawnPack(into: string): Promise<string> {
  const folder = join(into, 'drawn')
  await cp(await cachedPack(), folder, { recursive: true })
  return folder
}

/** Everything that decides what the pack becomes: another drawing or another fit is another pack. */
const sources = [
  'test/stages/library/drawn',
  'src/main/engine/stages/encode',
  'src/main/engine/stages/project',
  'src/main/engine/math',
  'src/main/engine/stages/train/executors/onnx-model.ts',
  'test/tools/drawn-towers.ts',
  'test/tools/drawn-pack.ts'
]

function cachedPack(): Promise<string> {
  return cachedFolder('drawn-pack', sources, async folder => {
    await writeTowers(folder)
    await fitProjector(folder)
  })
}

async function writeTowers(folder: string): Promise<void> {
  const words = vocabulary()
  const write = async (file: string, content: Buffer | string): Promise<{ file: string; sha256: string }> => {
    await writeFile(join(folder, file), content)
    return { file, sha256: createHash('sha256').update(content).digest('hex') }
  }
  const manifest = {
    format: 1,
    id: 'drawn',
    name: 'Drawn world',
    licence: 'MIT',
    languages: ['en'],
    sharedSpace: false,
    image: {
      model: await write('image.onnx', imageTowerModel()),
      input: {
        name: imageTower.input,
        widthPx: imageTower.sizePx,
        heightPx: imageTower.sizePx,
        layout: 'NCHW',
        channels: 'RGB',
        type: 'float32',
        scale: 1 / 127.5,
        mean: [1, 1, 1],
        std: [1, 1, 1]
      },
      resize: { rule: 'squash', filter: 'linear' },
      output: { name: imageTower.output },
      dimension: imageTower.dimension
    },
    text: [
      {
        model: await write('text.onnx', textTowerModel(words)),
        tokenizer: await write('tokenizer.json', tokenizerJson(words)),
        contextLength: textTower.contextTokens,
        inputs: { ids: 'input_ids', mask: 'attention_mask' },
        output: { name: textTower.output },
        dimension: textTower.dimension,
        unknownTokens: 'drop'
      }
    ]
  }
  await writeFile(join(folder, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

async function fitProjector(folder: string): Promise<void> {
  const drawn = await mkdtemp(join(tmpdir(), 'reverie-pairs-'))
  const encoder = openEncoder(await readPack(folder), { threads: 2 })
  try {
    const list = await drawnPairs(drawn, training.photos, training.seed)
    const { images, texts, imageOfText } = await encodeDrawnPairs(list, encoder)
    const { weights } = fitBaseProjector(images, texts, imageOfText)
    await savePackProjector(folder, serializeProjector(weights))
  } finally {
    await encoder.close()
    await rm(drawn, { recursive: true, force: true })
  }
}

export interface EncodedDrawnPairs {
  readonly images: Float32Array[]
  readonly texts: Float32Array[]
  /** The picture that each text describes. */
  readonly imageOfText: number[]
}

/** Runs the photos and captions of a `pairs.jsonl` through both towers. */
export async function encodeDrawnPairs(list: string, encoder: Encoder): Promise<EncodedDrawnPairs> {
  const lines = (await readFile(list, 'utf8')).trim().split('\n')
  const pairs = lines.map(line => JSON.parse(line) as { image: string; captions: string[] })
  const images: Float32Array[] = []
  for (let i = 0; i < pairs.length; i += 32) {
    const batch = pairs.slice(i, i + 32)
    const pixels = await Promise.all(batch.map(({ image }) => pixelsOf(join(dirname(list), image))))
    images.push(...(await encoder.encodePixels(pixels)))
  }
  const captions = pairs.flatMap((pair, i) => pair.captions.map(text => ({ text, image: i })))
  const texts = await encoder.encodeTexts(captions.map(({ text }) => text))
  return {
    images,
    texts: texts.map(text => {
      if (text === null) throw new Error('The vocabulary of the drawn world lacks a whole caption.')
      return text.vector
    }),
    imageOfText: captions.map(({ image }) => image)
  }
}

async function pixelsOf(path: string): Promise<Pixels> {
  const { data, info } = await sharp(path).autoOrient().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) }
}
