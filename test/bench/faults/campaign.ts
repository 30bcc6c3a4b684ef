import { chanceFrom } from '../../stages/library/drawn/chance.ts'
import { noDamage, type Damage } from './damage.ts'
import type { Place } from './place.ts'
import type { Kind, Suffered } from './suffer.ts'

/** What became of the faults of one kind. */
export interface Tally {
  readonly kind: string
  injected: number
  /** The process was done before the fault could reach it. */
  tooLate: number
  survived: number
  lost: number
  wrongCounts: number
  hangs: number
  other: number
  readonly failedSeeds: number[]
}

export interface Limits {
  readonly seconds: number
  /** Faults in all. */
  readonly count: number
  readonly seed: number
  /** Ends it after the fault that it is at. */
  readonly signal: AbortSignal
}

/**
 * Until the time or the count is reached, the kind goes next that has had the least time: a kind of two seconds more often than
 * one of ten. Round r of every kind has the seed `seed + r`.
 * @param places  each has one fault at a time, all of them side by side
 */
export async function campaign(
  places: readonly Place[],
  kinds: readonly Kind[],
  { seconds, count, seed, signal }: Limits,
  say: (line: string) => void
): Promise<Tally[]> {
  const turns = kinds.map((kind): Turn => ({
    kind,
    ...{ begun: 0, ended: 0, spentMs: 0 },
    tally: {
      kind: kind.name,
      ...{ injected: 0, tooLate: 0, survived: 0, lost: 0, wrongCounts: 0, hangs: 0, other: 0 },
      failedSeeds: []
    }
  }))
  const untilMs = performance.now() + seconds * 1000
  let tried = 0
  const inject = async (place: Place): Promise<void> => {
    while (tried < count && !signal.aborted && performance.now() < untilMs) {
      tried++
      const turn = nextOf(turns)
      const startedMs = performance.now() - place.preparingMs
      await once(place, turn.kind, seed + turn.begun++, turn.tally, say)
      turn.spentMs += performance.now() - place.preparingMs - startedMs
      turn.ended++
    }
  }
  await Promise.all(places.map(inject))
  return turns.map(({ tally }) => tally)
}

/** What one kind has had so far. */
interface Turn {
  readonly kind: Kind
  readonly tally: Tally
  begun: number
  ended: number
  spentMs: number
}

/** The first of those that have had the least time, with what is still under way as long as the others of its kind were. */
function nextOf(turns: readonly Turn[]): Turn {
  const expectedMs = ({ begun, ended, spentMs }: Turn): number =>
    begun === 0 ? 0 : ended === 0 ? Infinity : (spentMs / ended) * begun
  return turns.reduce((least, turn) => (expectedMs(turn) < expectedMs(least) ? turn : least))
}

async function once(place: Place, kind: Kind, seed: number, tally: Tally, say: (line: string) => void): Promise<void> {
  const startedMs = performance.now()
  const { what, injected, damage } = await kind.inject(place, chanceFrom(seed)).catch(unexpected)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const isWhole = Object.values(damage).every((said: string[]) => said.length === 0)
  tally.injected += injected
  if (injected === 0) tally.tooLate++
  if (isWhole) {
    tally.survived += injected
    const faults = injected === 1 ? '' : ` ${injected} in a row`
    say(`${kind.name} --seed ${seed}: ${injected > 0 ? `survived${faults}` : 'too late'} (${seconds} s)`)
    return
  }
  tally.failedSeeds.push(seed)
  for (const part of ['lost', 'wrongCounts', 'hangs', 'other'] as const) tally[part] += damage[part].length > 0 ? 1 : 0
  say(`${kind.name} --seed ${seed}: NOT survived (${seconds} s): ${what}`)
  for (const line of linesOf(damage)) say(`    ${line}`)
}

/** A data folder that cannot even be looked at any more is damage as well. */
function unexpected(error: unknown): Suffered {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { what: 'the fault or what was looked at after it', injected: 1, damage: { ...noDamage(), other: [said] } }
}

function linesOf(damage: Damage): string[] {
  return Object.entries(damage).flatMap(([part, said]: [string, string[]]) =>
    [...new Set(said)].map(one => `${part}: ${one}`)
  )
}

/** The table at the end. */
export function table(tallies: readonly Tally[]): string[] {
  const columns = ['injected', 'survived', 'lost', 'wrongCounts', 'hangs', 'other', 'tooLate'] as const
  const titles = [
    'kind',
    'injected',
    'survived',
    'items lost',
    'wrong counts',
    'hangs',
    'other',
    'too late',
    'failed seeds'
  ]
  const total = Object.fromEntries(
    columns.map(column => [column, tallies.reduce((sum, tally) => sum + tally[column], 0)])
  )
  const rows = [
    ...tallies.map(tally => [tally.kind, ...columns.map(column => String(tally[column])), tally.failedSeeds.join(' ')]),
    ['all', ...columns.map(column => String(total[column])), '']
  ]
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map(row => row[i]?.length ?? 0)))
  return [titles, ...rows].map(row =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
  )
}
