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
  /** The content of which it was said, where it went on from that one with an edited file; null: this one. */
  readonly carriedFrom: string | null
}

type ListedVerdict = Omit<KeptHitVerdict, 'carriedFrom'> & { readonly verdictId: number }

/** What the person said of hits, for the very same question. */
export interface HitVerdictRows {
  /** Takes the place of what was said of the same; null takes it back. */
  set(
    said: Pick<KeptHitVerdict, 'question' | 'contentHash' | 'text'> & { readonly verdict: HitVerdict | null },
    nowMs: number
  ): void
  /** Of searchable items, for one question. */
  of(question: string): ReadonlyMap<ItemId, HitVerdict>
  /** The newest first, without what a file was before it was edited. */
  list(limit: number): readonly ListedVerdict[]
  total(): number
  /** @returns how many there were */
  remove(verdictIds: readonly number[]): number
  /** Everything, also of content that is not here. */
  kept(): readonly KeptHitVerdict[]
  keep(verdicts: readonly KeptHitVerdict[]): void
}

const columns = 'question, content_hash AS contentHash, text, verdict, said_ms AS saidMs'

/** Of a content that is not there any more, and has gone on to another. */
const isFormer = `EXISTS (SELECT 1 FROM hit_verdict AS other
    WHERE other.carried_from = hit_verdict.content_hash AND other.question = hit_verdict.question)
  AND NOT EXISTS (SELECT 1 FROM item WHERE item.content_hash = hit_verdict.content_hash)`

/** @param onChange  called before a change is committed */
export function createHitVerdicts(connection: Connection, onChange: () => void): HitVerdictRows {
  const set = connection.prepare<[KeptHitVerdict]>(
    `INSERT INTO hit_verdict (question, content_hash, text, verdict, said_ms, carried_from)
     VALUES (@question, @contentHash, @text, @verdict, @saidMs, @carriedFrom)
     ON CONFLICT (question, content_hash) DO UPDATE
     SET text = excluded.text, verdict = excluded.verdict, said_ms = excluded.said_ms, carried_from = excluded.carried_from`
  )
  // What its file was when it was said before has no say any more, unless another file is that still.
  const supersede = connection.prepare<[Pick<KeptHitVerdict, 'question' | 'contentHash'>]>(
    `DELETE FROM hit_verdict WHERE question = @question
       AND content_hash = (SELECT carried_from FROM hit_verdict WHERE question = @question AND content_hash = @contentHash)
       AND NOT EXISTS (SELECT 1 FROM item WHERE item.content_hash = hit_verdict.content_hash)`
  )
  const takeBack = connection.prepare<[string, string]>(
    'DELETE FROM hit_verdict WHERE question = ? AND content_hash = ?'
  )
  const of = connection.prepare<[string], { item_id: ItemId; verdict: HitVerdict }>(
    `SELECT item_id, verdict FROM hit_verdict JOIN item USING (content_hash) WHERE question = ? AND is_searchable = 1`
  )
  const list = connection.prepare<[number], ListedVerdict>(
    `SELECT verdict_id AS verdictId, ${columns} FROM hit_verdict WHERE NOT (${isFormer})
     ORDER BY said_ms DESC, verdict_id DESC LIMIT ?`
  )
  const total = connection.prepareValue<[], number>(`SELECT count(*) FROM hit_verdict WHERE NOT (${isFormer})`)
  const place = connection.prepare<[number], Pick<KeptHitVerdict, 'question' | 'contentHash'>>(
    'SELECT question, content_hash AS contentHash FROM hit_verdict WHERE verdict_id = ?'
  )
  const kept = connection.prepare<[], KeptHitVerdict>(
    `SELECT ${columns}, carried_from AS carriedFrom FROM hit_verdict ORDER BY question, content_hash`
  )
  const change = connection.changing(onChange)

  return {
    set: ({ verdict, ...said }, nowMs) =>
      change(() => {
        supersede.run(said)
        if (verdict === null) takeBack.run(said.question, said.contentHash)
        else set.run({ ...said, verdict, saidMs: nowMs, carriedFrom: null })
      }),
    of: question => new Map(of.all(question).map(row => [row.item_id, row.verdict])),
    list: limit => list.all(limit),
    total: () => total.get() ?? 0,
    remove: verdictIds =>
      change(() => {
        const there = verdictIds.flatMap(verdictId => place.get(verdictId) ?? [])
        for (const one of there) {
          supersede.run(one)
          takeBack.run(one.question, one.contentHash)
        }
        return there.length
      }),
    kept: () => kept.all(),
    keep: verdicts => change(() => verdicts.forEach(verdict => set.run(verdict)))
  }
}
