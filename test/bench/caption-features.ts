import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { trainingData } from '../../src/main/engine/features/learning/training-rows.ts'
import type { TrainingData } from '../../src/main/engine/stages/train/training-data.ts'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { assemblePack } from '../tools/assemble-packs.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

const cache = resolve(import.meta.dirname, '../.cache/base')

export interface Features {
  readonly data: TrainingData
  readonly splits: readonly (string | null)[]
}

interface Line {
  readonly image: string
  readonly captions: readonly string[]
  readonly split?: string
}

/** All photos of a set at four rotations and all captions, through the product's own encoder process; kept in the cache. */
export async function featuresOf(set: 'flickr8k' | 'coco_mini', data: string): Promise<Features> {
  mkdirSync(cache, { recursive: true })
  const file = join(data, set, 'pairs.jsonl')
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Line)
  const pack = assemblePack('mobilenet-text', cache)
  if (pack === null) throw new Error('The encoders of the benchmark are not on this machine.')
  const encoder = new EncoderProcess(nodeWorkers(sourceWorkers), 1, { isBulk: true })
  try {
    const card = await encoder.usePack(pack)
    if (card === null) throw new Error('The pack was not opened.')
    const d = card.image.dimension
    const path = join(cache, `${set}-${card.image.id.slice(0, 12)}.f32`)
    let images = new Float32Array(lines.length * 4 * d)
    if (existsSync(path)) {
      const bytes = readFileSync(path)
      images = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    } else {
      for (let from = 0; from < lines.length; from += 8) {
        const batch = lines.slice(from, from + 8)
        const rows = await Promise.all(
          batch.map(({ image }) =>
            encoder.encodeRotated({ path: join(dirname(file), image), rotations: [0, 90, 180, 270] })
          )
        )
        rows.forEach((rotations, i) => {
          rotations?.forEach((row, rotation) => images.set(row, ((from + i) * 4 + rotation) * d))
        })
        if (from % 800 === 0) console.log(`${set}: ${from} of ${lines.length} photos encoded`)
      }
      writeFileSync(path, new Uint8Array(images.buffer))
    }
    const captions = lines.flatMap(({ captions: own }, photo) => own.map(text => ({ photo, text })))
    const texts = await encoder.encodeTexts(captions.map(({ text }) => text))
    const known = captions.flatMap(({ photo }, i) => (texts[i] == null ? [] : [{ photo, row: texts[i] }]))
    const rest = await trainingData({
      photos: lines.map((_, i) => ({ rotations: [new Float32Array(0)], alike: i, group: i, label: -1 })),
      texts: known.map(({ row }) => row),
      pairs: known.map(({ photo }, text) => ({ photo, text, weight: 1, describes: true }))
    })
    return {
      data: { ...rest, images, rotations: 4, imageDimension: d },
      splits: lines.map(({ split }) => split ?? null)
    }
  } finally {
    encoder.close()
  }
}
