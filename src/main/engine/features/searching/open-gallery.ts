import type { Steps } from '../../base/give-way.ts'
import { Gallery, type GalleryCodes } from '../../stages/search/gallery.ts'
import type { Kernels } from '../../stages/search/kernels.ts'
import { quantiseRun } from '../../stages/search/quantise.ts'
import type { Store } from '../../store/store.ts'
import type { GalleryRows } from './gallery-rows.ts'

/**
 * Above this many rows a gallery is opened from sealed codes, and exact vectors are fetched from the store: reading every
 * float32 row would take seconds. (131,072 rows of 256 dimensions are 128 MiB, what a gallery holds in memory.)
 */
const sealedAbove = 131_072
const rowsInChunk = 4096
/** Rows of one step: some milliseconds. */
const rowsInStep = 512

/** What a gallery is opened from. */
export interface GallerySource {
  readonly rows: GalleryRows
  /** k */
  readonly dimension: number
  /** The space whose codes may be sealed; null for a gallery that is always read row by row. */
  readonly space: string | null
  /** As of `GalleryOptions`. */
  readonly exactBytes?: number
}

export function emptyGallery({ rows, dimension, exactBytes }: GallerySource, kernels: Kernels): Gallery {
  const fetch = (sequences: readonly number[]): Float32Array => rows.fetch(sequences)
  return new Gallery({ kernels, dimension, fetch, ...(exactBytes !== undefined && { exactBytes }) })
}

/**
 * Reads a gallery from the store: sealed codes first, where there are any, then the rows that came after them. Between two steps
 * rows may be saved and removed: no row is read before the step that adds it, and what is saved meanwhile comes last.
 */
export function* fillGallery(gallery: Gallery, { rows, dimension, space }: GallerySource, store: Store): Steps<void> {
  let after = 0
  if (space !== null && rows.count() > sealedAbove) {
    after = seal(space, rows, dimension, store)
    const keys = store.projections.keys(space)
    for (const chunk of store.projections.chunks(space)) gallery.addCodes(chunk, keys)
    yield
  }
  for (;;) {
    const before = after
    gallery.add(firstOf(rows.each(after), row => (after = row.sequence)))
    if (after === before) return
    yield
  }
}

/** The rows of one step, each told to `seen`. */
function* firstOf<Row>(rows: Iterable<Row>, seen: (row: Row) => void): Generator<Row> {
  let left = rowsInStep
  for (const row of rows) {
    seen(row)
    yield row
    if (--left === 0) return
  }
}

/** Quantises the rows that are not sealed yet, whole chunks only. @returns the last sequence that is sealed */
function seal(space: string, rows: GalleryRows, dimension: number, { projections }: Store): number {
  let last = 0
  for (const { sequences } of projections.chunks(space)) last = sequences.at(-1) ?? last
  let pending: { sequence: number; vector: Float32Array }[] = []
  for (const { sequence, vector } of rows.each(last)) {
    pending.push({ sequence, vector })
    if (pending.length < rowsInChunk) continue
    const chunk: GalleryCodes = {
      sequences: Float64Array.from(pending, row => row.sequence),
      ...quantiseRun(concatenate(pending.map(row => row.vector)), dimension)
    }
    projections.saveChunk(space, chunk)
    last = sequence
    pending = []
  }
  return last
}

function concatenate(vectors: readonly Float32Array[]): Float32Array {
  const width = vectors[0]?.length ?? 0
  const all = new Float32Array(vectors.length * width)
  vectors.forEach((vector, i) => all.set(vector, i * width))
  return all
}
