import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { ActiveModel } from '../../src/main/engine/base/active-model.ts'
import type { EncodedText } from '../../src/main/engine/base/domain.ts'
import { neutralRows } from '../../src/main/engine/features/models/neutral-rows.ts'
import { modelWith } from '../../src/main/engine/features/projecting/model-with.ts'
import { project } from '../../src/main/engine/stages/project/projector.ts'
import { openMemoryStore } from '../../src/main/engine/store/database.ts'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

/** A photo with what five strangers said of it. */
export interface CaptionedPhoto {
  readonly path: string
  readonly captions: readonly string[]
}

/** Flickr8k's development photos and coco_mini: no constant of the towers was fitted on the latter. */
export function captionedPhotos(data: string): CaptionedPhoto[] {
  return ['flickr8k', 'coco_mini'].flatMap(set =>
    readFileSync(join(data, set, 'pairs.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { image: string; split?: string; captions: string[] })
      .filter(({ split }) => split === undefined || split === 'dev')
      .map(({ image, captions }) => ({ path: join(data, set, image), captions }))
  )
}

/** By the text; null where the tower knows no word of it. */
export type EncodedTexts = ReadonlyMap<string, EncodedText | null>

/** A real pack, with the vectors of the benchmark's photos in `test/.cache`: encoding them takes minutes. */
export interface TrustPack {
  readonly model: ActiveModel
  /** [k] in the common space. */
  photos(paths: readonly string[]): Promise<Float32Array[]>
  /** All of these, and what was asked for before. */
  texts(texts: Iterable<string>): Promise<EncodedTexts>
  close(): void
}

const cache = resolve(import.meta.dirname, '../.cache')

export async function openTrustPack(folder: string, { hasPhotos = true } = {}): Promise<TrustPack> {
  const encoder = new EncoderProcess(nodeWorkers(sourceWorkers), 1, { isBulk: true })
  const card = await encoder.usePack(folder)
  if (card?.baseProjector == null) throw new Error(`The pack in ${folder} has no map.`)
  const store = openMemoryStore()
  const neutral = await neutralRows(card, encoder, { store, log: console.error })
  const model = modelWith(card, hasPhotos ? neutral : { ...neutral, photos: [] }, null)
  const { projector } = model
  const known = new Map<string, EncodedText | null>()
  return {
    model,
    async photos(paths) {
      const rows = await photoRows(paths, card.image, encoder)
      return projector === null ? rows : project(projector, 'image', rows)
    },
    async texts(texts) {
      const missing = [...new Set(texts)].filter(text => !known.has(text))
      const encoded = missing.length === 0 ? [] : await encoder.encodeTexts(missing)
      missing.forEach((text, i) => known.set(text, encoded[i] ?? null))
      return known
    },
    close() {
      encoder.close()
      store.close()
    }
  }
}

/** [n] rows [d] of the image tower, kept by tower and list of photos. */
async function photoRows(
  paths: readonly string[],
  { id, dimension }: ActiveModel['card']['image'],
  encoder: EncoderProcess
): Promise<Float32Array[]> {
  const name = createHash('sha256')
    .update([id, ...paths].join('\n'))
    .digest('hex')
    .slice(0, 16)
  const file = join(cache, `trust-${name}.f32`)
  if (!existsSync(file)) {
    const rows = await Promise.all(
      paths.map(async path => {
        const picture = await encoder.openPicture({ path })
        if ('kind' in picture || picture.embedding === null) throw new Error(`${path} was not encoded.`)
        return picture.embedding
      })
    )
    mkdirSync(cache, { recursive: true })
    writeFileSync(file, Buffer.concat(rows.map(row => Buffer.from(row.buffer, row.byteOffset, row.byteLength))))
  }
  const bytes = readFileSync(file)
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  return paths.map((_, row) => all.subarray(row * dimension, (row + 1) * dimension))
}
