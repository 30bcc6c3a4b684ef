/**
 * The gallery against the naive loop, against sqlite-vec and against the memory's own speed, all in one run; then the time
 * from a closed database file to a first answer. Synthetic clustered vectors: `fusion.ts` measures on real ones.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import Database from 'better-sqlite3'
import { load as loadVectorExtension } from 'sqlite-vec'

import { seededRandom } from '../../src/main/engine/math/random.ts'
import { Gallery, type GalleryRow } from '../../src/main/engine/stages/search/gallery.ts'
import { loadKernels, type Kernels } from '../../src/main/engine/stages/search/kernels.ts'
import { buildKernels, kernelsPath } from '../tools/build-kernels.ts'

const limit = 50
const clusters = 200

export async function bench(): Promise<void> {
  await buildKernels()
  const kernels = loadKernels(readFileSync(kernelsPath))
  console.log(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}`
  )
  console.log(`best ${limit} of n unit vectors, milliseconds; copy = copying n·k bytes once\n`)
  console.log('      n    k   method              min     p50     p95   × copy  recall@50')
  for (const [n, k] of [
    [10_000, 256],
    [10_000, 114],
    [100_000, 256],
    [100_000, 114]
  ] as const) {
    compare(kernels, n, k)
  }
  coldStart(kernels, 100_000, 256)
}

function compare(kernels: Kernels, n: number, k: number): void {
  const world = clustered(n + 100, k, 1)
  const rows = world.slice(0, n)
  const queries = world.slice(n).map(row => row.vector)
  const all = new Float32Array(n * k)
  rows.forEach((row, i) => all.set(row.vector, i * k))

  const gallery = new Gallery({ kernels, dimension: k, fetch: () => new Float32Array() })
  gallery.add(rows)
  const source = new Uint8Array(n * k).fill(1)
  const target = new Uint8Array(n * k)
  const copy = measure(100, () => target.set(source))
  const even = new Set(rows.map(row => row.itemId).filter(id => id % 2 === 0))

  const found: number[][] = []
  const scan = measure(300, i => {
    found[i % queries.length] = gallery.search(queries[i % queries.length]!, { limit }).hits.map(hit => hit.itemId)
  })
  const filtered = measure(100, i => void gallery.search(queries[i]!, { limit, allowed: even }))
  const truth: number[][] = []
  const loop = measure(20, i => (truth[i] = naive(all, k, queries[i]!)))
  const hits = truth.map((best, i) => best.filter(itemId => found[i]!.includes(itemId)).length / limit)
  const recall = hits.reduce((sum, share) => sum + share, 0) / hits.length

  const print = (name: string, times: Times, share?: number) =>
    console.log(
      [
        String(n).padStart(7),
        String(k).padStart(5),
        `  ${name.padEnd(16)}`,
        ...[times.min, times.p50, times.p95].map(ms => ms.toFixed(2).padStart(7)),
        (times.p50 / copy.p50).toFixed(1).padStart(7),
        share?.toFixed(4).padStart(10) ?? ''
      ].join(' ')
    )
  print('gallery', scan, recall)
  print('gallery, filter ½', filtered)
  print('plain loop', loop, 1)
  print('sqlite-vec float32', sqliteVec(rows, k, queries))
  print('copy', copy)
}

function sqliteVec(rows: readonly GalleryRow[], k: number, queries: readonly Float32Array[]): Times {
  const database = new Database(':memory:')
  loadVectorExtension(database)
  database.exec(`CREATE VIRTUAL TABLE vectors USING vec0 (vector float[${k}] distance_metric=cosine)`)
  const insert = database.prepare('INSERT INTO vectors (rowid, vector) VALUES (?, ?)')
  database.transaction(() => rows.forEach(row => insert.run(BigInt(row.itemId), bytesOf(row.vector))))()
  const select = database.prepare('SELECT rowid, distance FROM vectors WHERE vector MATCH ? AND k = ?')
  const times = measure(20, i => void select.all(bytesOf(queries[i]!), limit))
  database.close()
  return times
}

/** From a closed file with float32 rows to the first answer, as after starting the app. */
function coldStart(kernels: Kernels, n: number, k: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-bench-'))
  const path = join(folder, 'rows.db')
  const rows = clustered(n, k, 2)
  const writing = new Database(path)
  writing.exec('CREATE TABLE row (sequence INTEGER PRIMARY KEY, itemId INTEGER, part INTEGER, vector BLOB)')
  const insert = writing.prepare('INSERT INTO row VALUES (?, ?, ?, ?)')
  writing.transaction(() => rows.forEach(row => insert.run(row.sequence, row.itemId, row.part, bytesOf(row.vector))))()
  writing.close()

  const times = measure(3, () => {
    const database = new Database(path, { readonly: true })
    const gallery = new Gallery({ kernels, dimension: k, fetch: () => new Float32Array() })
    gallery.add(readRows(database, k))
    gallery.search(rows[0]!.vector, { limit })
    database.close()
  })
  rmSync(folder, { recursive: true })
  console.log(
    `\ncold start: ${n} float32 rows in SQLite → gallery → first answer: ${times.min.toFixed(0)} ms (worst of 3: ${times.p95.toFixed(0)})`
  )
}

function* readRows(database: Database.Database, k: number): Generator<GalleryRow> {
  const select = database.prepare<[], { sequence: number; itemId: number; part: number; vector: Buffer }>(
    'SELECT * FROM row'
  )
  for (const { sequence, itemId, part, vector } of select.iterate()) {
    yield { sequence, itemId, part, vector: floatsOf(vector, k) }
  }
}

function naive(all: Float32Array, k: number, query: Float32Array): number[] {
  const n = all.length / k
  const scores = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    let sum = 0
    for (let i = 0; i < k; i++) sum += query[i]! * all[row * k + i]!
    scores[row] = sum
  }
  const floor = scores.slice().sort()[Math.max(0, n - limit)]!
  const best: number[] = []
  scores.forEach((score, row) => score >= floor && best.push(row))
  return best.sort((a, b) => scores[b]! - scores[a]!).map(row => row + 1)
}

function clustered(n: number, k: number, seed: number): GalleryRow[] {
  const random = seededRandom(seed)
  const direction = () => unit(Float32Array.from({ length: k }, random.normal))
  const centres = Array.from({ length: clusters }, direction)
  return Array.from({ length: n }, (_, sequence) => {
    const centre = centres[random.below(clusters)]!
    const vector = unit(direction().map((value, i) => value + centre[i]!))
    return { itemId: sequence + 1, part: 0, sequence, vector }
  })
}

function unit(vector: Float32Array): Float32Array {
  let sum = 0
  for (const value of vector) sum += value * value
  return vector.map(value => value / Math.sqrt(sum))
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}

function floatsOf(bytes: Uint8Array, k: number): Float32Array {
  return bytes.byteOffset % 4 === 0
    ? new Float32Array(bytes.buffer, bytes.byteOffset, k)
    : new Float32Array(Uint8Array.from(bytes).buffer)
}

interface Times {
  readonly min: number
  readonly p50: number
  readonly p95: number
}

/** Milliseconds of single calls, after a tenth as many to warm up. */
function measure(count: number, work: (index: number) => void): Times {
  for (let i = 0; i < count / 10; i++) work(i)
  const times = Array.from({ length: count }, (_, i) => {
    const start = performance.now()
    work(i)
    return performance.now() - start
  }).sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(count - 1, Math.floor(share * count))]!
  return { min: at(0), p50: at(0.5), p95: at(0.95) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench()
