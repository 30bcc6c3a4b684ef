import { config } from '../../base/config.ts'
import type { ProjectorWeights, Tower, VectorKey } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import { giveWay } from '../../base/give-way.ts'

/**
 * Many rows of one tower at once, by the map that is being projected with.
 * @param vectors [n, d], of int16 as they are stored when they are projections: see [Note: int16 on disk]
 * @param from  residuals that are applied to them already; −1 for embeddings
 * @param tokens  of all texts, one after the other @param tokenStarts  [n + 1]
 * @returns [n, k] unit rows, as they are stored
 */
export type ProjectRows = (input: {
  readonly tower: Tower
  readonly vectors: Float32Array | Int16Array
  readonly from: number
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
}) => Promise<Int16Array>

type SourceRow = VectorKey & {
  readonly sequence: number
  readonly vector: Float32Array | Int16Array
  readonly tokens?: Int32Array | null
}

/** Where rows to be projected come from. */
interface Source {
  readonly tower: Tower
  readonly table: 'embedding' | 'projection'
  readonly from: number
  readonly rows: Iterable<SourceRow>
}

const towers = ['image', 'text'] as const

/** Whether every embedding has its projection, so that the model can answer alone. */
export function isProjected(store: Store, model: ActiveModel): boolean {
  if (model.projector === null) return true
  return towers.every(
    tower => store.projections.count(model.space(tower)) === store.embeddings.count(model.card[tower].id)
  )
}

/**
 * Makes the projections that a version still lacks, while another one answers: what is there stays, and what is indexed
 * meanwhile is caught up with at the end. The base's projections are the start where the version only adds to them.
 *
 * @param next  the model as it will be with the version
 * @param base  the same with the pack's own map
 */
export async function* projectVersion(
  store: Store,
  next: ActiveModel,
  base: ActiveModel,
  projectRows: ProjectRows,
  control: Control
): AsyncGenerator<Progress> {
  if (next.projector === null) return
  const total = towers.reduce(
    (sum, tower) => sum + store.embeddings.count(next.card[tower].id) - store.projections.count(next.space(tower)),
    0
  )
  let done = 0
  const progress = (): Progress => ({ stage: 'project', done, total: Math.max(done, total), failed: 0, encoded: 0 })
  yield progress()

  const seen = { image: 0, text: 0 }
  for (const tower of towers) {
    // Known before anything is read: what comes from now on is greater.
    seen[tower] = store.embeddings.lastSequence(next.card[tower].id)
    for await (const saved of projectFrom(sourceFor(store, next, base, tower), store, next, projectRows, control)) {
      done += saved
      yield progress()
    }
  }
  for (;;) {
    let caughtUp = 0
    for (const tower of towers) {
      const encoderId = next.card[tower].id
      const rows = store.embeddings.each(encoderId, seen[tower])
      seen[tower] = store.embeddings.lastSequence(encoderId)
      const source: Source = { tower, table: 'embedding', from: -1, rows }
      for await (const saved of projectFrom(source, store, next, projectRows, control)) caughtUp += saved
    }
    if (caughtUp === 0) return
    done += caughtUp
    yield progress()
  }
}

/** All rows of a tower that the version lacks. */
function sourceFor(store: Store, next: ActiveModel, base: ActiveModel, tower: Tower): Source {
  const encoderId = next.card[tower].id
  const isFromBase =
    next.space(tower) !== base.space(tower) &&
    extendsBase(next.projector, base.projector, tower) &&
    store.projections.count(base.space(tower)) === store.embeddings.count(encoderId)
  const rows: Iterable<SourceRow> = isFromBase
    ? store.projections.eachStored(base.space(tower))
    : store.embeddings.each(encoderId)
  const space = next.space(tower)
  return {
    tower,
    table: isFromBase ? 'projection' : 'embedding',
    from: isFromBase ? 0 : -1,
    rows: store.projections.count(space) === 0 ? rows : lacking(rows, space, store)
  }
}

function* lacking(rows: Iterable<SourceRow>, space: string, store: Store): Generator<SourceRow> {
  for (const row of rows) if (!store.projections.has(space, row)) yield row
}

/** Whether a version does the same as the base, and then more: its residuals alone are left to be applied. */
export function extendsBase(next: ProjectorWeights | null, base: ProjectorWeights | null, tower: Tower): boolean {
  if (next === null || base === null || base[tower].residuals.length > 0) return false
  const [a, b] = [next[tower], base[tower]]
  return (
    isSame(a.linear?.mean, b.linear?.mean) &&
    isSame(a.linear?.matrix, b.linear?.matrix) &&
    isSame(a.words?.tokens, b.words?.tokens) &&
    isSame(a.words?.vectors, b.words?.vectors) &&
    isSame(a.words?.mean, b.words?.mean) &&
    isSame(a.words?.max, b.words?.max)
  )
}

function isSame(a: Float32Array | Int32Array | undefined, b: Float32Array | Int32Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** While chunks are being projected in another process, the one before them is written and the one after them is read. */
async function* projectFrom(
  { tower, table, from, rows }: Source,
  store: Store,
  next: ActiveModel,
  projectRows: ProjectRows,
  control: Control
): AsyncGenerator<number> {
  const space = next.space(tower)
  const write = async ({ sequences, projecting }: Ahead): Promise<number> => {
    const projected = await projecting
    const k = projected.length / sequences.length
    let saved = 0
    for (let start = 0; start < sequences.length; start += config.projectSaveRows) {
      const some = sequences.slice(start, start + config.projectSaveRows)
      const vectors = projected.subarray(start * k, (start + some.length) * k)
      saved += store.projections.saveFrom(table, space, { sequences: some, vectors })
      await giveWay()
    }
    return saved
  }

  const ahead: Ahead[] = []
  for await (const { sequences, ...flat } of chunks(rows)) {
    await control.pace()
    const projecting = projectRows({ tower, from, ...flat })
    // Awaited later; a failure meanwhile is not lost.
    projecting.catch(() => undefined)
    ahead.push({ sequences, projecting })
    const [oldest] = ahead
    if (oldest === undefined || ahead.length <= config.projectAhead) continue
    ahead.shift()
    yield await write(oldest)
  }
  for (const one of ahead) yield await write(one)
}

interface Ahead {
  readonly sequences: readonly number[]
  /** [n, k] */
  readonly projecting: Promise<Int16Array>
}

interface Chunk {
  readonly sequences: readonly number[]
  /** [n, d] */
  readonly vectors: Float32Array | Int16Array
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
}

/** Rows side by side, as they are read: a hundred thousand small arrays that wait for their chunk keep the garbage collector busy. */
async function* chunks(rows: Iterable<SourceRow>): AsyncGenerator<Chunk> {
  let vectors: Float32Array | Int16Array = new Float32Array(0)
  let sequences: number[] = []
  let tokens: number[] = []
  let tokenStarts = [0]
  const take = (): Chunk => {
    const taken = { sequences, vectors, tokens: Int32Array.from(tokens), tokenStarts: Int32Array.from(tokenStarts) }
    ;[vectors, sequences, tokens, tokenStarts] = [new Float32Array(0), [], [], [0]]
    return taken
  }
  let looked = 0
  for (const { sequence, vector, tokens: own } of rows) {
    if (sequences.length === 0) vectors = likeIt(vector, config.projectRows * vector.length)
    vectors.set(vector, sequences.length * vector.length)
    sequences.push(sequence)
    for (const token of own ?? []) tokens.push(token)
    tokenStarts.push(tokens.length)
    if (++looked % config.projectSaveRows === 0) await giveWay()
    if (sequences.length === config.projectRows) yield take()
  }
  if (sequences.length === 0) return
  const filled = (vectors.length / config.projectRows) * sequences.length
  // A copy: some hosts send all of what a part is cut from.
  vectors = vectors.slice(0, filled)
  yield take()
}

function likeIt(vector: Float32Array | Int16Array, length: number): Float32Array | Int16Array {
  return vector instanceof Int16Array ? new Int16Array(length) : new Float32Array(length)
}

/** Deletes what old versions left, in steps: their projections can be made again from the embeddings. */
export async function* dropSpaces(store: Store, spaces: Iterable<string>, control: Control): AsyncGenerator<number> {
  for (const space of spaces) {
    for (;;) {
      await control.pace()
      const deleted = store.projections.deleteRows(space, config.projectSaveRows)
      if (deleted === 0) break
      yield deleted
      await giveWay()
    }
    store.projections.deleteSpace(space)
  }
}
