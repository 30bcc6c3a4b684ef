import { existsSync, readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import type { Chance } from '../../stages/library/drawn/chance.ts'
import { noDamage, type Damage } from './damage.ts'
import {
  checkAtRest,
  checkCodes,
  checkHurt,
  checkLibrary,
  checkNothingLost,
  checkRan,
  decisionsOf,
  treeOf,
  type Allowances
} from './invariants.ts'
import { snapshot } from '../../tools/invariants.ts'
import { checkSaid, saidInTables } from './said.ts'
import type { Base, Place } from './place.ts'
import type { Deed, Moment } from './plan.ts'
import { acknowledgedOf, runActor, type Hurt, type Ran, type Run } from './run-actor.ts'

/** What was tried: one fault, or several in a row with one undisturbed run after them. */
export interface Suffered {
  /** What was done, and when, for a person who looks at a failure. */
  readonly what: string
  /** How many were injected; 0 where the process was done before: nothing is proven then. */
  readonly injected: number
  readonly damage: Damage
}

/** A kind of fault: a name for `--kinds`, what it covers, and how to do it once. */
export interface Kind {
  readonly name: string
  readonly about: string
  readonly needsMounts?: boolean
  inject(place: Place, chance: Chance): Promise<Suffered>
}

export interface Suffering extends Pick<Run, 'patienceMs' | 'environment' | 'obeysModes' | 'stays' | 'beside'> {
  /** Of the run that is hurt, where it does not do all of them. */
  readonly hurtDeeds?: readonly Deed[]
  /** In the end all files of the library are an hour younger: something wrote to them. */
  readonly isLater?: boolean
  readonly base: Base
  readonly deeds: readonly Deed[]
  readonly hurt: Hurt
  /** Faults of the runs that go on after the first, one each, as long as there is something left to go on with. */
  readonly thenHurt?: readonly Hurt[]
  readonly what: string
  /** The engine itself is killed: it has no chance to say anything. */
  readonly isKill?: boolean
  readonly smallDataMegabytes?: number
  readonly allowed?: Allowances
  /** Items or decisions leave by the work itself, so that what was there before may be gone. */
  readonly removes?: boolean
  /** Codes with which an engine may refuse, or a job may end, because of this fault; all when absent. */
  readonly codes?: readonly string[]
  /** Between the fault and its being put right. */
  readonly meanwhile?: (hurt: Ran, damage: Damage) => Promise<void>
  /** Puts everything right that the hurt's own `undo` does not. */
  readonly restore?: () => Promise<void> | void
}

/** Looks for changes when everything else is done, as the next start of the app does. */
export function andIndex(place: Place, ...deeds: readonly Deed[]): Deed[] {
  return [...deeds, { name: 'index', folder: place.library }]
}

/**
 * What a model has of what was said while it did not answer depends on the moment, and it catches up when it answers again: so
 * after a change of the model the person says what is left to say, and goes back and forth.
 */
function andBack(place: Place, deeds: readonly Deed[]): readonly Deed[] {
  const other = deeds.find(deed => deed.name === 'model')
  return other === undefined ? deeds : [...deeds, { name: 'say' }, { name: 'model', packId: place.packId }, other]
}

/** When: more often at a step, which no other load on the machine puts off, than anywhere. */
export async function someMoment(place: Place, chance: Chance, base: Base, deeds: readonly Deed[]): Promise<Moment> {
  const { steps, milliseconds } = await place.calmFigures(base, deeds)
  // Node itself takes so long to start, and nothing can be hurt before.
  const startMs = 150
  if (chance.next() < 0.75) return { steps: 1 + Math.floor(chance.next() * steps) }
  return { ms: Math.floor(chance.between(startMs, Math.max(startMs + 1, milliseconds))) }
}

/** Kills in a row, so that what goes on after a kill is killed too. */
const mostKills = 4

/** Moments of one to four faults in a row, each somewhere in the work: those in what is left of it after the ones before are met. */
export async function someMoments(
  place: Place,
  chance: Chance,
  base: Base,
  deeds: readonly Deed[]
): Promise<[Moment, ...Moment[]]> {
  const more = Math.floor(chance.next() * mostKills)
  const moments: [Moment, ...Moment[]] = [await someMoment(place, chance, base, deeds)]
  while (moments.length <= more) moments.push(await someMoment(place, chance, base, deeds))
  return moments
}

/** The same for every kind: begin with a base, hurt the engine, put everything right, let it finish, and compare. */
export async function suffer(place: Place, given: Suffering): Promise<Suffered> {
  const { base, deeds, hurt, thenHurt = [], what, isKill = false, isLater = false, allowed = {} } = given
  const settling = andBack(place, deeds)
  const expected = await place.expected(base, settling, isLater)
  await place.put(base, { smallDataMegabytes: given.smallDataMegabytes ?? 0 })
  const tree = treeOf(place.library)
  const before = base === 'unread' ? null : { decisions: decisionsOf(place.data), library: snapshot(place.data) }
  const statements = place.statements(base)
  const saidBefore = base === 'unread' ? [] : saidInTables(place.data)
  const checkBetween = (): Record<string, unknown> | null => {
    // While files are others, so are the contents by which the person's words are known.
    const acknowledged = acknowledgedOf(place.folder)
    const said = existsSync(acknowledged) ? readFileSync(acknowledged, 'utf8').split('\n').slice(0, -1) : []
    if (!isLater && said.length + saidBefore.length > 0) checkSaid(place.data, [...saidBefore, ...said], damage)
    if (before === null) return null
    checkAtRest(place.data, allowed, damage)
    if (isLater) return null
    if (given.removes !== true) checkNothingLost(before.library, place.data, allowed, damage)
    return decisionsOf(place.data)
  }
  const damage = noDamage()

  const offers = [place.hub.offer]
  const { patienceMs, environment, obeysModes, stays, beside } = given
  const between: Record<string, unknown>[] = []
  let injected = 0
  for (const next of [hurt, ...thenHurt]) {
    const ran = await runActor(place, {
      ...{ deeds: given.hurtDeeds ?? deeds, hurt: next, offers, statements },
      ...(patienceMs === undefined ? {} : { patienceMs }),
      ...(environment === undefined ? {} : { environment }),
      ...(obeysModes === undefined ? {} : { obeysModes }),
      ...(stays === undefined ? {} : { stays }),
      ...(beside === undefined ? {} : { beside })
    })
    checkHurt(ran, damage, isKill && ran.wasHurt)
    if (given.codes !== undefined) checkCodes(ran, given.codes, damage)
    if (ran.wasHurt) await given.meanwhile?.(ran, damage)
    await given.restore?.()
    const now = checkBetween()
    if (now !== null) between.push(now)
    if (!ran.wasHurt) break
    injected++
  }

  const settled = await runActor(place, {
    deeds: [...settling, { name: 'forget-deleted' }],
    statements,
    offers,
    looks: true
  })
  checkRan(settled, damage)
  checkLibrary(place.data, settled.report?.look ?? null, expected, allowed, damage)
  if (before !== null)
    for (const decisions of between) checkDecisions(decisions, before.decisions, decisionsOf(place.data), damage)
  if (!isLater && !isDeepStrictEqual(treeOf(place.library), tree))
    damage.other.push('the library’s own files were changed')
  return { what, injected, damage }
}

/** As before, or as the interrupted command leaves them: never between, and none forgotten. */
function checkDecisions(
  between: Record<string, unknown>,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  damage: Damage
): void {
  for (const [part, value] of Object.entries(between))
    if (
      part === 'verdicts'
        ? !isWithin(value, before[part], after[part])
        : !isDeepStrictEqual(value, before[part]) && !isDeepStrictEqual(value, after[part])
    )
      damage.other.push(
        `${part} of the person are neither as before nor as after: ${JSON.stringify(value)}, before ${JSON.stringify(before[part])}, after ${JSON.stringify(after[part])}`
      )
}

/** Verdicts are said one by one while the engine works: all of before are there, and none that is not there after. */
function isWithin(now: unknown, before: unknown, after: unknown): boolean {
  const [is, was, will] = [now, before, after].map(lines => new Set(lines as readonly string[])) as [
    ...[Set<string>, Set<string>, Set<string>]
  ]
  return was.isSubsetOf(is) && is.isSubsetOf(will.union(was))
}
