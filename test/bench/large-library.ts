import { createHash } from 'node:crypto'
import { cp } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { TowerMap, NoteReading, PhotoReading } from '../../src/main/engine/base/domain.ts'
import { packCard, readPack, savePackProjector } from '../../src/main/engine/stages/encode/model-pack.ts'
import { makeUnit } from '../../src/main/engine/math/vectors.ts'
import { activeModel, type ActiveModel } from '../../src/main/engine/base/active-model.ts'
import { parseProjector, serializeProjector, withId } from '../../src/main/engine/stages/project/projector-file.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { chanceFrom } from '../stages/library/drawn/chance.ts'

/** Of the common space, where the pack has none of its own. */
const dimension = 256
/** One item in five is a note of two passages. */
export const notesEvery = 5
export const passagesOfNote = 2

/** The pack itself where its towers meet; else a copy with a map of random numbers, which costs what a fitted one costs. */
export async function withCommonSpace(pack: string, into: string): Promise<string> {
  const copy = join(into, basename(pack))
  await cp(pack, copy, { recursive: true })
  const { image, text, manifest, projectorBytes } = await readPack(copy)
  if (manifest.sharedSpace || projectorBytes !== null) return copy
  const chance = chanceFrom(5)
  const map = (width: number): TowerMap => ({
    linear: {
      mean: new Float32Array(width),
      matrix: Float32Array.from({ length: width * dimension }, () => chance.next() - 0.5)
    },
    words: null,
    residuals: []
  })
  const weights = withId({
    dimension,
    image: map(image.dimension),
    text: map(text.dimension),
    source: 'random numbers of the benchmark'
  })
  await savePackProjector(copy, serializeProjector(weights))
  return copy
}

export async function modelOf(folder: string): Promise<ActiveModel> {
  const pack = await readPack(folder)
  return activeModel(packCard(pack, pack.projectorBytes === null ? null : parseProjector(pack.projectorBytes)))
}

/**
 * A library as indexing leaves it, except for the thumbnails.
 * @param burst  so many items in a row are of one burst
 */
export function fill(dataFolder: string, model: ActiveModel, items: number, burst = 1): void {
  fillWith(dataFolder, items, (itemId, _, path, store) => saveAsRead(itemId, path, model, store, { burst }))
}

/** @param save  what was read of each item, by its place in the library */
export function fillWith(
  dataFolder: string,
  items: number,
  save: (itemId: number, i: number, path: string, store: Store) => void
): void {
  const store = openStore({ folder: dataFolder })
  try {
    const { folderId } = store.folders.add('/photos', 0)
    const paths = Array.from({ length: items }, (_, i) => `${i % 365}/${i}.${isNote(i) ? 'md' : 'jpg'}`)
    store.items.add(
      folderId,
      paths.map(path => ({ path, sizeBytes: 3_000_000, modifiedMs: 1.6e12, sidecarPaths: [], sidecarStamp: '' }))
    )
    const known = store.items.inFolder(folderId)
    for (let from = 0; from < items; from += 1000)
      store.transaction(() => {
        known.slice(from, from + 1000).forEach(({ itemId, path }, k) => save(itemId, from + k, path, store))
      })
  } finally {
    store.close()
  }
}

export function isNote(i: number): boolean {
  return i % notesEvery === 0
}

/** Saves a made-up reading of a photo or note, with its vectors. @param contentHash  of its file, where it has one */
export function saveAsRead(
  itemId: number,
  path: string,
  model: ActiveModel,
  store: Store,
  { burst = 1, contentHash = hashOf(itemId) }: { readonly burst?: number; readonly contentHash?: string } = {}
): void {
  const view = Math.floor(itemId / burst)
  const chance = chanceFrom(burst === 1 ? itemId : view)
  const unit = (width: number): Float32Array => {
    const vector = Float32Array.from({ length: width }, () => chance.next() - 0.5)
    makeUnit(vector)
    return vector
  }
  const { card } = model
  const width = model.projector?.dimension ?? card.image.dimension
  const note = path.endsWith('.md')
  store.items.saveReading(itemId, { ...(note ? noteReading(itemId) : photoReading(itemId, view)), contentHash })
  store.items.markEncoded(itemId, model.key)
  if (note) {
    const parts = Array.from({ length: passagesOfNote }, (_, part) => part)
    store.embeddings.save(
      card.text.id,
      parts.map(part => ({ itemId, part, rotationDeg: 0, vector: unit(card.text.dimension) }))
    )
    if (model.projector !== null)
      store.projections.save(
        model.space('text'),
        parts.map(part => ({ itemId, part, vector: unit(width) }))
      )
  } else {
    store.embeddings.save(card.image.id, [{ itemId, part: 0, rotationDeg: 0, vector: unit(card.image.dimension) }])
    if (model.projector !== null)
      store.projections.save(model.space('image'), [{ itemId, part: 0, vector: unit(width) }])
  }
}

const words = 'dog cat beach river mountain snow child bicycle market boat garden night rain tree horse street'.split(
  ' '
)

function sentence(seed: number): string {
  return Array.from({ length: 12 }, (_, i) => words[(seed * (2 * i + 1) + i) % words.length]).join(' ')
}

function hashOf(itemId: number): string {
  return createHash('sha256').update(`item ${itemId}`).digest('hex')
}

function photoReading(itemId: number, view: number): PhotoReading {
  return {
    kind: 'photo',
    contentHash: hashOf(itemId),
    format: 'jpeg',
    widthPx: 4000,
    heightPx: 3000,
    metadata: {
      date: {
        localMs: 1.5e12 + (view === itemId ? itemId * 60_000 : view * 600_000 + itemId),
        offsetMinutes: 60,
        source: 'exif'
      },
      latitude: null,
      longitude: null,
      camera: 'X100V',
      lens: null,
      title: null,
      description: null,
      keywords: []
    },
    thumbnail: { jpeg: new Uint8Array(), widthPx: 320, heightPx: 240 },
    thumbhash: new Uint8Array(25).fill(view % 256),
    perceptualHash: hashOf(view).slice(0, 16)
  }
}

function noteReading(itemId: number): NoteReading {
  const texts = Array.from({ length: passagesOfNote }, (_, part) => sentence(itemId + part))
  return {
    kind: 'note',
    contentHash: hashOf(itemId),
    format: 'markdown',
    title: sentence(itemId).split(' ').slice(0, 3).join(' '),
    date: { localMs: 1.5e12 + itemId * 60_000, offsetMinutes: null, source: 'front-matter' },
    tags: [],
    text: texts.join('\n\n'),
    passages: texts.map((text, part) => ({ part, start: part * 10, end: part * 10 + 5, heading: '', text })),
    links: []
  }
}
