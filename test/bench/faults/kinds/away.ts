import type { Chance } from '../../../stages/library/drawn/chance.ts'
import type { Work } from '../deeds.ts'
import type { Damage } from '../damage.ts'
import { checkRan } from '../invariants.ts'
import type { Look } from '../look.ts'
import type { Place } from '../place.ts'
import type { Deed } from '../plan.ts'
import { runActor, type Run } from '../run-actor.ts'
import { andIndex, type Suffering } from '../suffer.ts'

/**
 * Work that reads the library's files.
 * @param on  `nested`: on a library with another disk inside; `folders`: on one that has folders
 */
export function someWork(place: Place, chance: Chance, on: 'any' | 'folders' | 'nested'): Work {
  if (on === 'nested') {
    const deeds: readonly Deed[] = chance.pick([[], [{ name: 'rebuild' }], [{ name: 'model', packId: 'other' }]])
    return { base: 'nested', deeds: andIndex(place, ...deeds) }
  }
  // What is learned from are photos in one folder.
  const onFolders = ['rebuild', 'rebuild', 'model', 'index', 'nothing'] as const
  const name = chance.pick(on === 'folders' ? onFolders : ([...onFolders, 'train'] as const))
  if (name === 'index') return { base: 'unread', deeds: andIndex(place) }
  if (name === 'train')
    return {
      base: 'learned',
      deeds: andIndex(place, { name: 'train', seed: 3 }),
      allowed: { files: /^training\/checkpoint$/ }
    }
  if (name === 'nothing') return { base: 'indexed', deeds: andIndex(place) }
  const deed: Deed = name === 'model' ? { name, packId: 'other' } : { name }
  return { base: 'indexed', deeds: andIndex(place, deed) }
}

/** What is looked at while a disk is away: another run finds nothing gone, and fails nothing for it. */
export async function lookWhileAway(
  place: Place,
  work: Work,
  run: Pick<Run, 'obeysModes' | 'environment'>
): Promise<NonNullable<Suffering['meanwhile']>> {
  const before = (await place.expected(work.base, andIndex(place))).look
  return async (_, damage) => {
    const away = await runActor(place, { ...run, deeds: andIndex(place), looks: true })
    // A folder that is not there cannot be chosen.
    checkRan(away, damage, work.base === 'unread')
    const look = away.report?.look ?? null
    // A library that was never read has nothing to lose yet.
    if (look !== null && work.base !== 'unread') checkAway(look, before, damage)
  }
}

/** What is not there now is still known and still found. That counts add up is looked at by each run itself. */
function checkAway(look: Look, before: Look, damage: Damage): void {
  const lost = before.found.filter(path => !look.found.includes(path))
  if (lost.length > 0)
    damage.lost.push(`${lost.length} of ${before.found.length} were not found while the disk was away`)
  const { failed = 0 } = look.counts
  if (failed > (before.counts.failed ?? 0))
    damage.lost.push(`${failed - (before.counts.failed ?? 0)} good files failed while the disk was away`)
}
