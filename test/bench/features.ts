import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeCohort } from '../tools/write-cohort.ts'
import { openPack } from '../../src/main/engine/engine.ts'
import { project } from '../../src/main/engine/stages/project/projector.ts'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { assemblePack } from '../tools/assemble-packs.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

/**
 * The vectors of the fusion benchmark, made by the product's own encoder process: MobileNetV2 for pictures, model2vec beside
 * GloVe for texts, and the base projector that `reverie fit` makes of Flickr8k's training part (no photo and no note of the
 * measured libraries is in it). The pack is fitted once and kept in `test/.cache`.
 */
export interface Features {
  /** [k] in the common space, unit length, one for each path. */
  pictures(paths: readonly string[]): Promise<readonly Float32Array[]>
  /** [d] in the text encoder's own space, unit length; zeros for a text without a known word. */
  texts(texts: readonly string[]): Promise<readonly Float32Array[]>
  /** [k] in the common space, unit length; zeros for a text without a known word. */
  commonTexts(texts: readonly string[]): Promise<readonly Float32Array[]>
  close(): void
}

const root = resolve(import.meta.dirname, '../..')
const cache = join(root, 'test/.cache')
const startWorker = nodeWorkers(sourceWorkers)

export async function loadFeatures(data: string): Promise<Features> {
  const encoder = new EncoderProcess(startWorker, 1, { isBulk: true })
  const card = await encoder.usePack(await fittedPack(data))
  const projector = card?.baseProjector
  if (card == null || projector == null) throw new Error('The benchmark’s pack has no base projector.')

  const known = new Map<string, Promise<Float32Array>>()
  const encodePicture = async (path: string): Promise<Float32Array> => {
    const picture = await encoder.openPicture({ path })
    if ('kind' in picture || picture.embedding === null) throw new Error(`${path} was not encoded.`)
    return picture.embedding
  }
  /** The libraries share photos, and each is asked twice. */
  const pictureOf = (path: string): Promise<Float32Array> => {
    const vector = known.get(path) ?? encodePicture(path)
    known.set(path, vector)
    return vector
  }
  const texts = async (asked: readonly string[]): Promise<Float32Array[]> =>
    (await encoder.encodeTexts(asked)).map(text => text?.vector ?? new Float32Array(card.text.dimension))
  return {
    async pictures(paths) {
      return project(projector, 'image', await Promise.all(paths.map(path => pictureOf(path))))
    },
    texts,
    async commonTexts(asked) {
      const encoded = await encoder.encodeTexts(asked)
      const vectors = encoded.map(text => text?.vector ?? null)
      return project(projector, 'text', vectors, i => encoded[i]?.tokens).map(
        vector => vector ?? new Float32Array(projector.dimension)
      )
    },
    close: () => encoder.close()
  }
}

/** @returns the folder of a pack with a base projector, made at the first call: some minutes */
export async function fittedPack(data: string): Promise<string> {
  const kept = join(cache, 'fusion-pack-with-cohort')
  if (existsSync(kept)) return kept
  const building = assemblePack('mobilenet-text', join(cache, `fusion-building-${process.pid}`))
  if (building === null) throw new Error('The encoders of the benchmark are not on this machine.')
  const tools = await openPack(building, {
    dataFolder: building,
    resourcesFolder: join(root, 'resources'),
    startWorker
  })
  try {
    await tools.fit(
      join(data, 'flickr8k', 'pairs.jsonl'),
      { split: 'train', validation: null, method: 'cca', seed: 1, hasRotations: false, hasWords: false },
      () => undefined
    )
  } finally {
    await tools.close()
  }
  await writeCohort(building, data)
  await rename(building, kept)
  return kept
}
