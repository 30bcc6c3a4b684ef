import type { Background, ItemId, VectorKey } from '../../base/domain.ts'
import { edgeReachedBy, spreadOf } from './background.ts'
import { histogramBins, type KernelMemory, type Kernels } from './kernels.ts'
import { quantise, quantiseQuery } from './quantise.ts'
import { noRow, RowKeys } from './row-keys.ts'

export interface GalleryRow extends VectorKey {
  /** Where the exact vector can be fetched again. */
  readonly sequence: number
  /** [k], unit length. */
  readonly vector: Float32Array
}

/** A sealed run of codes, as the store keeps it. */
export interface GalleryCodes {
  readonly sequences: Float64Array
  /** [n, k] */
  readonly codes: Int8Array
  /** [n] */
  readonly scales: Float32Array
}

export interface GalleryOptions {
  readonly kernels: Kernels
  /** k */
  readonly dimension: number
  /** Exact vectors [n, k] in the order of `sequences`, for galleries too large to hold them. */
  readonly fetch: (sequences: readonly number[]) => Float32Array
  /** Exact vectors are held in memory up to this; 128 MiB when absent: 131,072 rows of 256 dimensions. */
  readonly exactBytes?: number
}

export interface GalleryHit extends VectorKey {
  readonly cosine: number
}

export interface GalleryAnswer {
  /** One hit an item, with its best part. Best first; equal ones by item id. */
  readonly hits: readonly GalleryHit[]
  /** Different vectors among the rows that may be answered: equal texts are one. */
  readonly distinct: number
  /** What every row scores, whatever the filter. */
  readonly spread: Background
}

/** Rows are laid out in blocks that never move, so that growing copies nothing. */
interface Block {
  readonly codes: number
  readonly scales: number
  readonly scores: number
  readonly mask: number
  /** [blockRows, k]; null when the gallery is too large to hold them. */
  vectors: Float32Array | null
}

/** 2¹², as `#block` knows. */
const blockRows = 4096
const defaultExactBytes = 128 * 2 ** 20
/** Of what float32 arithmetic loses in a sum of k products; measured below 1e-6 at k = 1024. */
const floatError = 1e-5
/** More rows than this are never fetched from the store for one question (about 10 ms). */
const mostFetched = 4096

/**
 * The vectors of one space, searched exactly. A scan of int8 codes gives every row's cosine to within a known error; the
 * rows that this error leaves in doubt are compared again in full precision. So the answer is that of the naive loop, at a
 * fraction of its cost; only a gallery too large to hold its vectors stops at 4,096 rows in doubt.
 *
 * [Note: rows in doubt] Let e be the largest error of a coded cosine. The item at place `limit` by coded cosine c has a true
 * cosine of at least c − e, so whatever belongs to the best `limit` is truly at least that, and coded at least c − 2e.
 */
export class Gallery {
  readonly dimension: number
  readonly #memory: KernelMemory
  readonly #fetch: GalleryOptions['fetch']
  readonly #exactBytes: number
  readonly #keys = new RowKeys()
  readonly #blocks: Block[] = []
  readonly #width: number
  readonly #query: number
  readonly #all: number
  readonly #histogram: number
  readonly #allowedHistogram: number
  readonly #found: number
  /** What the codes of each row are told apart by, and how many rows have the same. */
  readonly #marks: number[] = []
  readonly #copies = new Map<number, number>()
  /** Samples of the rows that are there now, by how many were wanted: for each question they are the same. */
  readonly #samples = new Map<number, readonly Float32Array[]>()
  #holdsVectors = true
  /** The largest error of any row's codes so far. */
  #codeError = 0

  constructor({ kernels, dimension, fetch, exactBytes = defaultExactBytes }: GalleryOptions) {
    this.dimension = dimension
    this.#fetch = fetch
    this.#exactBytes = exactBytes
    this.#width = Math.ceil(dimension / 16) * 16
    this.#memory = kernels.open()
    this.#query = this.#memory.allocate(this.#width * 2)
    this.#histogram = this.#memory.allocate(histogramBins * 4)
    this.#allowedHistogram = this.#memory.allocate(histogramBins * 4)
    this.#found = this.#memory.allocate((blockRows + 1) * 4)
    this.#all = this.#memory.allocate(blockRows)
    this.#memory.bytes(this.#all, blockRows).fill(1)
  }

  /** Rows, not items. */
  get size(): number {
    return this.#keys.size
  }

  /** A row with the key of one that is there replaces it. */
  add(rows: Iterable<GalleryRow>): void {
    this.#samples.clear()
    for (const { itemId, part, sequence, vector } of rows) {
      if (vector.length !== this.dimension) throw this.#wrongLength(vector)
      const row = this.#place(itemId, part, sequence)
      const { codes, scales } = this.#block(row)
      const at = row % blockRows
      const { signedBytes, floats } = this.#memory.views
      const coded = quantise(vector, signedBytes, codes + at * this.#width)
      floats[(scales >>> 2) + at] = coded.scale
      this.#codeError = Math.max(this.#codeError, coded.error)
      if (this.#holdsVectors) this.#hold(row, vector)
      this.#mark(row, coded.scale)
    }
  }

  /**
   * Takes a sealed run without its exact vectors: from now on they are fetched.
   *
   * @param keys  what still exists, by ascending sequence; rows of the run that are not among them are left out
   */
  addCodes(
    run: GalleryCodes,
    keys: { readonly sequences: Float64Array; readonly itemIds: Float64Array; readonly parts: Int32Array }
  ): void {
    this.#samples.clear()
    this.#dropVectors()
    let key = firstAtLeast(keys.sequences, run.sequences[0] ?? 0)
    for (let i = 0; i < run.sequences.length; i++) {
      const sequence = run.sequences[i] ?? 0
      while (key < keys.sequences.length && (keys.sequences[key] ?? 0) < sequence) key++
      if (keys.sequences[key] !== sequence) continue
      const row = this.#place(keys.itemIds[key] ?? 0, keys.parts[key] ?? 0, sequence)
      const { codes, scales } = this.#block(row)
      const at = row % blockRows
      const from = i * this.dimension
      const scale = run.scales[i] ?? 0
      const { signedBytes, floats } = this.#memory.views
      signedBytes.set(run.codes.subarray(from, from + this.dimension), codes + at * this.#width)
      floats[(scales >>> 2) + at] = scale
      // Rounding loses at most half a step in every dimension.
      this.#codeError = Math.max(this.#codeError, (scale / 2) * Math.sqrt(this.dimension))
      this.#mark(row, scale)
    }
  }

  /** All of an item's rows, or one part; what is not there is left as it is. */
  remove(itemId: ItemId, part?: number): void {
    this.#samples.clear()
    for (;;) {
      const row = part === undefined ? this.#keys.first(itemId) : (this.#keys.find({ itemId, part }) ?? noRow)
      if (row === noRow) return
      this.#unmark(row)
      const moved = this.#keys.remove(row)
      const last = this.#marks.pop()
      if (moved === undefined || last === undefined) continue
      this.#copyRow(moved, row)
      this.#marks[row] = last
    }
  }

  /**
   * @param query    [k], unit length
   * @param limit    ≥ 1, in items
   * @param allowed  only these items are answered; the spread is over all of them all the same
   */
  search(query: Float32Array, { limit, allowed }: { limit: number; allowed?: ReadonlySet<ItemId> }): GalleryAnswer {
    const error = this.#scan(query)
    const mask = allowed === undefined ? null : this.#mask(allowed)
    const spread = spreadOf(this.#tally(this.#histogram, false), this.size)
    const histogram = mask === null ? this.#counts(this.#histogram) : this.#tally(this.#allowedHistogram, true)
    const candidates = mask ?? this.size

    let wanted = limit
    let rows = this.#collect(edgeReachedBy(histogram, wanted), mask !== null)
    let best = this.#bestByItem(rows, row => this.#score(row))
    while (best.length < limit && rows.length < candidates) {
      wanted = rows.length * 4
      rows = this.#collect(edgeReachedBy(histogram, wanted), mask !== null)
      best = this.#bestByItem(rows, row => this.#score(row))
    }
    const last = best[limit - 1]
    rows = this.#collect(last === undefined ? -Infinity : last.cosine - 2 * error, mask !== null)
    if (!this.#holdsVectors && rows.length > mostFetched) {
      rows = rows.sort((a, b) => this.#score(b) - this.#score(a) || a - b).subarray(0, mostFetched)
    }
    const exact = this.#exactCosines(query, rows)
    const hits = this.#bestByItem(rows, (_, place) => exact[place] ?? 0)
    return { hits: hits.slice(0, limit), distinct: this.#countDistinct(mask !== null), spread }
  }

  /** Exact cosines of the given rows; null for one that is not here. */
  cosines(query: Float32Array, keys: readonly VectorKey[]): readonly (number | null)[] {
    if (query.length !== this.dimension) throw this.#wrongLength(query)
    const rows = keys.map(key => this.#keys.find(key))
    const exact = this.#exactCosines(query, Uint32Array.from(rows.filter(row => row !== undefined)))
    let place = 0
    return rows.map(row => (row === undefined ? null : (exact[place++] ?? 0)))
  }

  /** Some rows [k], all where there are no more than that: of the same keys always the same, in whatever order they were added. */
  sample(most: number): readonly Float32Array[] {
    const known = this.#samples.get(most) ?? this.#drawn(most)
    this.#samples.set(most, known)
    return known
  }

  #drawn(most: number): Float32Array[] {
    const rows = this.#keys.sample(most)
    const k = this.dimension
    if (!this.#holdsVectors) {
      const vectors = this.#fetch(rows.map(row => this.#keys.sequence(row)))
      return rows.map((_, place) => vectors.subarray(place * k, (place + 1) * k))
    }
    return rows.flatMap(row => {
      const at = (row % blockRows) * k
      return this.#block(row).vectors?.subarray(at, at + k) ?? []
    })
  }

  /** Leaves every row's coded cosine in its block. @returns the largest error of one */
  #scan(query: Float32Array): number {
    if (query.length !== this.dimension) throw this.#wrongLength(query)
    const asked = quantiseQuery(query, this.#memory.shorts(this.#query, this.#width))
    this.#eachBlock(({ codes, scales, scores }, rows) => {
      this.#memory.kernels.scan(codes, scales, rows, this.#width, this.#query, asked.scale, scores)
    })
    return this.#codeError + asked.error * (1 + this.#codeError) + floatError
  }

  /** @returns how many rows are allowed */
  #mask(allowed: ReadonlySet<ItemId>): number {
    const table = this.#keys.tableOf(allowed)
    let count = 0
    this.#eachBlock(({ mask }, rows, first) => {
      count += this.#keys.mark(table, first, this.#memory.bytes(mask, rows))
    })
    return count
  }

  #tally(histogram: number, isMasked: boolean): Uint32Array {
    this.#counts(histogram).fill(0)
    this.#eachBlock(({ scores, mask }, rows) => {
      this.#memory.kernels.tally(scores, isMasked ? mask : this.#all, rows, histogram)
    })
    return this.#counts(histogram)
  }

  #counts(histogram: number): Uint32Array {
    return this.#memory.counts(histogram, histogramBins)
  }

  #collect(floor: number, isMasked: boolean): Uint32Array {
    const parts: Uint32Array[] = []
    this.#eachBlock(({ scores, mask }, rows, first) => {
      const list = isMasked ? mask : this.#all
      const count = this.#memory.kernels.collect(scores, list, rows, floor, first, this.#found)
      if (count > 0) parts.push(this.#memory.counts(this.#found, count).slice())
    })
    const all = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }

  #score(row: number): number {
    const { scores } = this.#block(row)
    return this.#memory.views.floats[(scores >>> 2) + (row % blockRows)] ?? 0
  }

  #bestByItem(rows: Uint32Array, cosineOf: (row: number, place: number) => number): GalleryHit[] {
    const best = new Map<ItemId, GalleryHit>()
    rows.forEach((row, place) => {
      const hit = { itemId: this.#keys.itemId(row), part: this.#keys.part(row), cosine: cosineOf(row, place) }
      const other = best.get(hit.itemId)
      if (other === undefined || isBetter(hit, other)) best.set(hit.itemId, hit)
    })
    return [...best.values()].sort((a, b) => (isBetter(a, b) ? -1 : 1))
  }

  #exactCosines(query: Float32Array, rows: Uint32Array): Float64Array {
    const k = this.dimension
    if (this.#holdsVectors) {
      return Float64Array.from(rows, row => {
        const { vectors } = this.#block(row)
        return vectors === null ? 0 : dot(query, vectors, (row % blockRows) * k)
      })
    }
    const vectors = this.#fetch(Array.from(rows, row => this.#keys.sequence(row)))
    return Float64Array.from(rows, (_, place) => dot(query, vectors, place * k))
  }

  #countDistinct(isMasked: boolean): number {
    if (!isMasked) return this.#copies.size
    const seen = new Set<number>()
    this.#eachBlock(({ mask }, rows, first) => {
      this.#memory.bytes(mask, rows).forEach((isAllowed, at) => {
        if (isAllowed === 1) seen.add(this.#marks[first + at] ?? 0)
      })
    })
    return seen.size
  }

  /** Two FNV hashes of a row's codes side by side, 53 bits: among a million rows, two different ones are taken for equal once in 10⁴. */
  #mark(row: number, scale: number): void {
    if (row < this.#marks.length) this.#unmark(row)
    const { codes } = this.#block(row)
    const from = codes + (row % blockRows) * this.#width
    const { signedBytes } = this.#memory.views
    let low = 2166136261 ^ Math.round(scale * 1e9)
    let high = 84696351
    for (let at = from; at < from + this.dimension; at++) {
      const code = signedBytes[at] ?? 0
      low = Math.imul(low ^ code, 16777619)
      high = Math.imul(high ^ code, 709607)
    }
    const mark = (low >>> 0) * 2 ** 21 + (high >>> 11)
    this.#marks[row] = mark
    this.#copies.set(mark, (this.#copies.get(mark) ?? 0) + 1)
  }

  #unmark(row: number): void {
    const mark = this.#marks[row] ?? 0
    const copies = (this.#copies.get(mark) ?? 1) - 1
    if (copies === 0) this.#copies.delete(mark)
    else this.#copies.set(mark, copies)
  }

  #wrongLength(vector: Float32Array): RangeError {
    return new RangeError(`The gallery holds vectors of ${this.dimension} numbers, not ${vector.length}.`)
  }

  #place(itemId: ItemId, part: number, sequence: number): number {
    const known = this.#keys.find({ itemId, part })
    if (known === undefined) return this.#keys.append(itemId, part, sequence)
    this.#keys.setSequence(known, sequence)
    return known
  }

  #block(row: number): Block {
    const index = row >>> 12
    let block = this.#blocks[index]
    if (block === undefined) {
      block = {
        codes: this.#memory.allocate(blockRows * this.#width),
        scales: this.#memory.allocate(blockRows * 4),
        scores: this.#memory.allocate(blockRows * 4),
        mask: this.#memory.allocate(blockRows),
        vectors: null
      }
      this.#blocks[index] = block
    }
    return block
  }

  #eachBlock(visit: (block: Block, rows: number, first: number) => void): void {
    for (let first = 0; first < this.size; first += blockRows) {
      visit(this.#block(first), Math.min(blockRows, this.size - first), first)
    }
  }

  #hold(row: number, vector: Float32Array): void {
    const block = this.#block(row)
    if (block.vectors === null) {
      const bytes = (this.#blocks.length - 1) * blockRows * this.dimension * 4
      if (bytes > 0 && bytes + blockRows * this.dimension * 4 > this.#exactBytes) {
        this.#dropVectors()
        return
      }
      block.vectors = new Float32Array(blockRows * this.dimension)
    }
    block.vectors.set(vector, (row % blockRows) * this.dimension)
  }

  #dropVectors(): void {
    this.#holdsVectors = false
    for (const block of this.#blocks) block.vectors = null
  }

  #copyRow(from: number, to: number): void {
    const source = this.#block(from)
    const target = this.#block(to)
    const [at, place] = [from % blockRows, to % blockRows]
    const { bytes } = this.#memory.views
    const code = source.codes + at * this.#width
    bytes.copyWithin(target.codes + place * this.#width, code, code + this.#width)
    const scale = source.scales + at * 4
    bytes.copyWithin(target.scales + place * 4, scale, scale + 4)
    const k = this.dimension
    if (source.vectors !== null) target.vectors?.set(source.vectors.subarray(at * k, at * k + k), place * k)
  }
}

/** Place of the first number that is not below `wanted`, in an ascending list. */
function firstAtLeast(numbers: Float64Array, wanted: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? Infinity) < wanted) low = middle + 1
    else high = middle
  }
  return low
}

function isBetter(a: GalleryHit, b: GalleryHit): boolean {
  if (a.cosine !== b.cosine) return a.cosine > b.cosine
  return a.itemId !== b.itemId ? a.itemId < b.itemId : a.part < b.part
}

function dot(query: Float32Array, vectors: Float32Array, from: number): number {
  let sum = 0
  for (let i = 0; i < query.length; i++) sum += (query[i] ?? 0) * (vectors[from + i] ?? 0)
  return sum
}
