import type { ItemId } from '../../base/domain.ts'
import {
  cosineProbability,
  isAboveReference,
  wordProbability,
  wordVerdict,
  type Judged
} from '../../stages/search/calibrate.ts'
import type { Evidence, Linked } from '../../stages/search/fuse.ts'
import type { CosinesFound } from './cosine-lanes.ts'
import type { WordsFound } from './words-lane.ts'

/** Least probability of an item that holds the exact words of the question, whatever its BM25. */
const exactAtLeast = 0.6
/** Probabilities of what is certain without a lane: the asked picture itself, and notes that show it or photos in an asked note. */
const certain = { same: 0.999, shown: 0.95 } as const

/** Calibrates the words lane: one piece of evidence an item, from its best row. */
export function wordEvidence({ asked, rows, scale }: WordsFound): Evidence[] {
  return [...rows].flatMap(([itemId, [best]]): Evidence[] => {
    if (best === undefined) return []
    const byWords = wordProbability(best.bm25, scale)
    const probability = asked.exact.length > 0 ? Math.max(byWords, exactAtLeast) : byWords
    return [{ lane: 'words', itemId, part: best.part, probability, verdict: wordVerdict(probability) }]
  })
}

/** Calibrates a lane of cosines against its background. Where it has several, a hit must stand out of each. */
export function cosineEvidence({ lane, hits, backgrounds, calibration, commonness }: CosinesFound): Evidence[] {
  return hits.map(({ itemId, part, cosine }) => {
    const judged = backgrounds.map(background => cosineProbability(cosine, background, calibration, commonness))
    const least = (of: (one: Judged) => number): number => Math.min(...judged.map(of))
    const [probability, verdict] = [least(one => one.probability), least(one => one.verdict)]
    return { lane, itemId, part, cosine, probability, verdict }
  })
}

/** Whether a lane of cosines found anything above what unrelated items reach. @param except  the item that was asked with */
export function hasFound(
  { hits, backgrounds }: Pick<CosinesFound, 'hits' | 'backgrounds'>,
  except: ItemId | null
): boolean {
  return hits.some(
    ({ itemId, cosine }) => itemId !== except && backgrounds.every(background => isAboveReference(cosine, background))
  )
}

/** The asked picture itself. */
export function sameEvidence(itemIds: readonly ItemId[]): Evidence[] {
  return itemIds.map(itemId => ({ lane: 'same', itemId, part: 0, probability: certain.same }))
}

/** What a note shows that was asked with, or the notes that show a photo that was asked with. */
export function shownEvidence(from: ItemId, linked: readonly Linked[]): Evidence[] {
  return linked.map(({ itemId }) => ({ lane: 'shown', itemId, part: 0, probability: certain.shown, from }))
}
