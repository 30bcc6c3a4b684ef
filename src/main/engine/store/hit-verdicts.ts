import type { HitVerdict } from '../../../shared/saying.ts'
import type { ItemId } from '../base/domain.ts'
import type { Connection } from './connection.ts'

/** A verdict on an answer to one question; the hit is known by its content. */
export interface KeptHitVerdict {
  /** As questions are told apart. */
  readonly question: string
  readonly contentHash: string
  /** The question as it was asked. */
  readonly text: string
  readonly verdict: HitVerdict
  readonly saidMs: number
}

/** What the person said of hits, for the very same question. */
export interface HitVerdictRows {
  /** Takes the place of what was said of the same; null takes it back. */
  set(said: Omit<KeptHitVerdict, 'verdict' | 'saidMs'> & { readonly verdict: HitVerdict | null }, nowMs: number): void
  /** Of searchable items, for one question. */
  of(question: string): ReadonlyMap<ItemId, HitVerdict>
  /** The newest first. */
  list(limit: number): readonly (KeptHitVerdict & { readonly verdictId: number })[]
  total(): number
  /** @returns how many there were */
  remove(verdictIds: readonly number[]): number
  /** Everything, also of content that is not here. */
  kept(): readonly KeptHitVerdict[]
  keep(verdicts: readonly KeptHitVerdict[]): void
}

const columns = 'question, content_hash AS contentHash, text, verdict, said_ms AS saidMs'

/** @param onChange  called before a change is committed */
export function createHitVerdicts(connection: Connection, onChange: () => void): HitVerdictRows {
  const set = connection.prepare<[KeptHitVerdict]>(
    `INSERT INTO hit_verdict (question, content_hash, text, verdict, said_ms)
     VALUES (@question, @contentHash, @text, @verdict, @saidMs)
     ON CONFLICT (question, content_hash) DO UPDATE
     SET text = excluded.text, verdict = excluded.verdict, said_ms = excluded.said_ms`
  )
  const takeBack = connection.prepare<[string, string]>(
    'DELETE FROM hit_verdict WHERE question = ? AND content_hash = ?'
  )
  const of = connection.prepare<[string], { item_id: ItemId; verdict: HitVerdict }>(
    `SELECT item_id, verdict FROM hit_verdict JOIN item USING (content_hash) WHERE question = ? AND is_searchable = 1`
  )
  const list = connection.prepare<[number], KeptHitVerdict & { verdictId: number }>(
    `SELECT verdict_id AS verdictId, ${columns} FROM hit_verdict ORDER BY said_ms DESC, verdict_id DESC LIMIT ?`
  )
  const total = connection.prepareValue<[], number>('SELECT count(*) FROM hit_verdict')
  const remove = connection.prepare<[number]>('DELETE FROM hit_verdict WHERE verdict_id = ?')
  const kept = connection.prepare<[], KeptHitVerdict>(
    `SELECT ${columns} FROM hit_verdict ORDER BY question, content_hash`
  )
  const change = connection.changing(onChange)

  return {
    set: ({ verdict, ...said }, nowMs) =>
      change(() => {
        if (verdict === null) takeBack.run(said.question, said.contentHash)
        else set.run({ ...said, verdict, saidMs: nowMs })
      }),
    of: question => new Map(of.all(question).map(row => [row.item_id, row.verdict])),
    list: limit => list.all(limit),
    total: () => total.get() ?? 0,
    remove: verdictIds => change(() => verdictIds.reduce((sum, id) => sum + remove.run(id).changes, 0)),
    kept: () => kept.all(),
    keep: verdicts => change(() => verdicts.forEach(verdict => set.run(verdict)))
  }
}
