import { scattered } from './folds.ts'
import type { TrainingData } from './training-data.ts'

/** What one training learns from, and what its checkpoint and its share are chosen on: positions of photos, ascending. */
export interface Split {
  readonly train: readonly number[]
  readonly validation: readonly number[]
}

/** A training that is there to be judged: by what it did not see. */
interface Turn extends Split {
  /** All photos of the groups that are left out of this turn. */
  readonly fresh: readonly number[]
  /** A few photos of groups that are learned from. */
  readonly known: readonly number[]
}

export interface Dealt {
  /** What is delivered. */
  readonly whole: Split
  readonly turns: readonly Turn[]
  /** Into which the groups are dealt; as many as `turns`, or more where the library is large. */
  readonly parts: number
}

/** Of every ten groups two are left out of each turn, so that it learns from almost as much as what is delivered. */
const fewestParts = 5
/**
 * So many judged groups tell a gain of .01 from chance (the differences of one group scatter by about .15), and no more are judged: a
 * large library has smaller parts and fewer turns, down to one turn, which leaves a thousand groups out.
 */
const enoughJudged = 1000
const validationShare = 0.15
/** Of the photos of a group that differ, one in so many, and one at least, is kept out of one of the turns. */
const knownOneIn = 4

/**
 * Deals the groups into parts. Each part is judged by a turn that did not see it; the delivered map learns from all groups but those that
 * choose its checkpoint. A group's number alone decides where it goes, so that nothing moves when other groups come and go.
 */
export function deal({ alike, groups }: Pick<TrainingData, 'alike' | 'groups'>): Dealt {
  const photosOf = Map.groupBy(groups.keys(), photo => groups[photo] ?? 0)
  const parts = Math.max(fewestParts, Math.ceil(photosOf.size / enoughJudged))
  const count = Math.min(parts, Math.ceil((enoughJudged * parts) / Math.max(1, photosOf.size)))
  const all = [...groups.keys()]
  const isChosenOn = (photo: number): boolean => scattered(groups[photo] ?? 0, 1) < validationShare
  const partOf = (photo: number): number => partOfGroup(groups[photo] ?? 0, parts)

  const known = Array.from({ length: count }, (): Set<number> => new Set())
  for (const [group, photos] of photosOf) {
    if (isChosenOn(photos[0] ?? 0)) continue
    const others = [...known.keys()].filter(turn => turn !== partOfGroup(group, parts))
    const looks = [...Map.groupBy(photos, photo => alike[photo] ?? 0)].sort(([a], [b]) => a - b)
    const turn = others[Math.floor(scattered(group, 2) * others.length)]
    if (turn === undefined || looks.length < 2) continue
    const held = looks.slice(0, Math.max(1, Math.floor(looks.length / knownOneIn)))
    for (const [, same] of held) for (const photo of same) known[turn]?.add(photo)
  }
  return {
    parts,
    whole: { train: all.filter(photo => !isChosenOn(photo)), validation: all.filter(isChosenOn) },
    turns: known.map((own, turn) => {
      const seen = all.filter(photo => partOf(photo) !== turn)
      return {
        train: seen.filter(photo => !isChosenOn(photo) && !own.has(photo)),
        validation: seen.filter(isChosenOn),
        fresh: all.filter(photo => partOf(photo) === turn),
        known: [...own].sort((a, b) => a - b)
      }
    })
  }
}

function partOfGroup(group: number, parts: number): number {
  return Math.floor(scattered(group, 0) * parts)
}
