import type { ItemId } from '../../base/domain.ts'
import { relevantFrom } from './calibrate.ts'

export type Lane = 'words' | 'picture' | 'meaning' | 'shown' | 'same'

/** That one lane found one item. */
export interface Evidence {
  readonly lane: Lane
  readonly itemId: ItemId
  /** The row that was found: a passage, a text about a photo, −1 for title, name, description and keywords. */
  readonly part: number
  /** That the item is relevant, by this lane alone: 0…1. */
  readonly probability: number
  /** Of the picture and meaning lanes. */
  readonly cosine?: number
}

export interface FusedHit {
  readonly itemId: ItemId
  /** The probability that it is relevant, by all lanes together. */
  readonly score: number
  readonly isRelevant: boolean
  /** The best of each lane, with its part in the score; the shares add up to 1. Largest first. */
  readonly evidence: readonly (Evidence & { readonly share: number })[]
}

/** A photo shown in a relevant note is relevant this often, and the note of a relevant photo. By judgement: never swept. */
export const shownTrust = 0.35

/**
 * One ranking of photos and notes from all lanes:
 *
 *   P = 1 − Π_lanes (1 − p_lane)        share_lane = ln(1 − p_lane) / ln(1 − P)
 *
 * Each lane is a witness that may have its own reason to find the item (noisy-or): more evidence never lowers a score, and an
 * item that only one lane can see (a photo without words) is judged by that lane alone. Ties go to the smaller item id.
 */
export function fuse(evidence: Iterable<Evidence>, limit: number): readonly FusedHit[] {
  const items = new Map<ItemId, Map<Lane, Evidence>>()
  for (const found of evidence) {
    const lanes = items.get(found.itemId) ?? new Map<Lane, Evidence>()
    items.set(found.itemId, lanes)
    const other = lanes.get(found.lane)
    if (other === undefined || isStronger(found, other)) lanes.set(found.lane, found)
  }
  return [...items]
    .map(([itemId, lanes]) => judge(itemId, [...lanes.values()]))
    .sort((a, b) => b.score - a.score || a.itemId - b.itemId)
    .slice(0, limit)
}

function isStronger(a: Evidence, b: Evidence): boolean {
  return a.probability !== b.probability ? a.probability > b.probability : a.part < b.part
}

function judge(itemId: ItemId, evidence: readonly Evidence[]): FusedHit {
  // Sorted, so that the order in which lanes report cannot move the last bit of the score.
  const weighed = evidence
    .map(found => ({ found, weight: -Math.log1p(-certain(found.probability)) }))
    .sort((a, b) => b.weight - a.weight || (a.found.lane < b.found.lane ? -1 : 1))
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0)
  const score = 1 - weighed.reduce((missed, { found }) => missed * (1 - certain(found.probability)), 1)
  return {
    itemId,
    score,
    isRelevant: score >= relevantFrom,
    evidence: weighed.map(({ found, weight }) => ({ ...found, share: total > 0 ? weight / total : 1 / weighed.length }))
  }
}

/** Certain enough: the logarithm of what is left must exist. */
function certain(probability: number): number {
  return Math.min(probability, 0.9999)
}

/**
 * Relevance goes along the links between notes and the photos that they show: `shownTrust` of it, once, from the first
 * ranking. What the other lanes already know is kept.
 *
 * @param linked  the items at the other end of an item's embeds
 */
export function alongLinks(
  hits: readonly FusedHit[],
  linked: (itemId: ItemId) => Iterable<ItemId>
): readonly Evidence[] {
  const found: Evidence[] = []
  for (const { itemId, score, isRelevant } of hits) {
    if (!isRelevant) continue
    for (const other of linked(itemId)) {
      if (other !== itemId) found.push({ lane: 'shown', itemId: other, part: 0, probability: score * shownTrust })
    }
  }
  return found
}
