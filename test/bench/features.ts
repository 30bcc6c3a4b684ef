import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { ActiveModel } from '../../src/main/engine/base/active-model.ts'
import type { EncodedText } from '../../src/main/engine/base/domain.ts'
import { neutralRows } from '../../src/main/engine/features/models/neutral-rows.ts'
import { modelWith } from '../../src/main/engine/features/projecting/model-with.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
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
  /** With its cohort. */
  readonly model: ActiveModel
  /** [k] in the common space, unit length, one for each path. */
  pictures(paths: readonly string[]): Promise<readonly Float32Array[]>
  /** In the text encoder's own space, unit length; null for a text without a known word. */
  texts(texts: readonly string[]): Promise<readonly (EncodedText | null)[]>
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
  const store = openMemoryStore()
  const model = modelWith(card, await neutralRows(card, encoder, { store, log: console.error }), null)

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
  return {
    model,
    async pictures(paths) {
      return project(projector, 'image', await Promise.all(paths.map(path => pictureOf(path))))
    },
    texts: texts => encoder.encodeTexts(texts),
    close() {
      encoder.close()
      store.close()
    }
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
