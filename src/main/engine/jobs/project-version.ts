import { config } from '../config.ts'
import type { ProjectorWeights, Tower, VectorKey } from '../domain.ts'
import type { ActiveModel } from '../models.ts'
import type { Store } from '../store/store.ts'
import type { Progress } from './queue.ts'

/**
 * Many rows of one tower at once, by the map that is being projected with.
 * @param vectors [n, d] @param from  residuals that are applied to them already; −1 for embeddings
 * @param tokens  of all texts, one after the other @param tokenStarts  [n + 1]
 * @returns [n, k] unit rows
 */
export type ProjectRows = (input: {
  readonly tower: Tower
  readonly vectors: Float32Array
  readonly from: number
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
}) => Promise<Float32Array>

interface Control {
  readonly signal: AbortSignal
  pace(): Promise<void>
}

type SourceRow = VectorKey & {
  readonly sequence: number
  readonly vector: Float32Array
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
    ? store.projections.each(base.space(tower))
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
function extendsBase(next: ProjectorWeights | null, base: ProjectorWeights | null, tower: Tower): boolean {
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

/** While one chunk is being projected in another process, the one before it is written and the one after it is read. */
async function* projectFrom(
  { tower, table, from, rows }: Source,
  store: Store,
  next: ActiveModel,
  projectRows: ProjectRows,
  control: Control
): AsyncGenerator<number> {
  const space = next.space(tower)
  const write = async (chunk: readonly SourceRow[], projected: Float32Array): Promise<number> => {
    const k = projected.length / chunk.length
    let saved = 0
    for (let start = 0; start < chunk.length; start += config.projectSaveRows) {
      const slice = chunk.slice(start, start + config.projectSaveRows).map(({ sequence, itemId, part }, i) => ({
        ...{ sequence, itemId, part },
        vector: projected.subarray((start + i) * k, (start + i + 1) * k)
      }))
      saved += store.projections.saveFrom(table, space, slice)
      await turn()
    }
    return saved
  }

  let ahead: { chunk: readonly SourceRow[]; projecting: Promise<Float32Array> } | null = null
  for await (const chunk of chunks(rows)) {
    await control.pace()
    const projecting = projectRows({ tower, from, ...flat(chunk) })
    // Awaited below; a failure meanwhile is not lost.
    projecting.catch(() => undefined)
    if (ahead !== null) yield await write(ahead.chunk, await ahead.projecting)
    ahead = { chunk, projecting }
  }
  if (ahead !== null) yield await write(ahead.chunk, await ahead.projecting)
}

/** A search that waits goes first. */
function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

async function* chunks(rows: Iterable<SourceRow>): AsyncGenerator<readonly SourceRow[]> {
  let chunk: SourceRow[] = []
  let looked = 0
  for (const row of rows) {
    chunk.push(row)
    if (++looked % config.projectSaveRows === 0) await turn()
    if (chunk.length < config.projectRows) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

function flat(chunk: readonly SourceRow[]): { vectors: Float32Array; tokens: Int32Array; tokenStarts: Int32Array } {
  const d = chunk[0]?.vector.length ?? 0
  const vectors = new Float32Array(chunk.length * d)
  const tokenStarts = new Int32Array(chunk.length + 1)
  chunk.forEach(({ vector, tokens }, i) => {
    vectors.set(vector, i * d)
    tokenStarts[i + 1] = (tokenStarts[i] ?? 0) + (tokens?.length ?? 0)
  })
  const tokens = new Int32Array(tokenStarts[chunk.length] ?? 0)
  chunk.forEach((row, i) => tokens.set(row.tokens ?? [], tokenStarts[i]))
  return { vectors, tokens, tokenStarts }
}

/** Deletes what old versions left, in steps: their projections can be made again from the embeddings. */
export async function* dropSpaces(store: Store, spaces: Iterable<string>, control: Control): AsyncGenerator<number> {
  for (const space of spaces) {
    for (;;) {
      await control.pace()
      const deleted = store.projections.deleteRows(space, config.projectSaveRows)
      if (deleted === 0) break
      yield deleted
      await turn()
    }
    store.projections.deleteSpace(space)
  }
}
