import type { ItemId } from '../../base/domain.ts'
import { relevantFrom } from './calibrate.ts'

export type Lane = 'words' | 'picture' | 'meaning' | 'shown' | 'same' | 'said'

/** That one lane found one item. */
export interface Evidence {
  readonly lane: Lane
  readonly itemId: ItemId
  /** The row that was found: a passage, a text about a photo, −1 for title, name, description and keywords. */
  readonly part: number
  /** That the item is relevant, by this lane alone: 0…1. */
  readonly probability: number
  /** The same where it is decided whether the item is relevant; `probability` when absent. */
  readonly verdict?: number
  /** Of the picture and meaning lanes; of `shown` where the photo at the other end is like the asked one. */
  readonly cosine?: number
  /** Of the lane `shown`: the item at the other end of the link. */
  readonly from?: ItemId
}

export interface FusedHit {
  readonly itemId: ItemId
  /** The probability that it is relevant, by all lanes together. */
  readonly score: number
  /** The same where it is decided whether it is relevant. */
  readonly verdict: number
  readonly isRelevant: boolean
  /** The best of each lane, with its part in the score; the shares add up to 1. Largest first. */
  readonly evidence: readonly (Evidence & { readonly share: number })[]
}

/**
 * A photo shown in a relevant note is relevant this often, and the note of a relevant photo. By judgement: never swept. What is linked
 * to a hit of .7 and more is relevant itself.
 */
export const shownTrust = 0.5

/**
 * One ranking of photos and notes from all lanes:
 *
 *   P = 1 − Π_lanes (1 − p_lane)        share_lane = ln(1 − p_lane) / ln(1 − P)
 *
 * Each lane is a witness that may have its own reason to find the item (noisy-or): more evidence never lowers a score, and an
 * item that only one lane can see (a photo without words) is judged by that lane alone. Ties go to the smaller item id.
 *
 * Whether an item is relevant is decided by the lanes' verdicts in the same way, and has no say in the order: what is asked says how
 * likely it is that any photo shows it, and that would only move all photos against all texts.
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
  const together = (of: (found: Evidence) => number): number =>
    1 - weighed.reduce((missed, { found }) => missed * (1 - certain(of(found))), 1)
  const score = together(found => found.probability)
  const verdict = together(found => found.verdict ?? found.probability)
  return {
    itemId,
    ...{ score, verdict },
    isRelevant: verdict >= relevantFrom,
    evidence: weighed.map(({ found, weight }) => ({ ...found, share: total > 0 ? weight / total : 1 / weighed.length }))
  }
}

/** Certain enough: the logarithm of what is left must exist. */
function certain(probability: number): number {
  return Math.min(probability, 0.9999)
}

/** The other end of a link between a note and a photo that it shows. */
export interface Linked {
  readonly itemId: ItemId
  /** The passage of the note in or after which the photo is shown; null for a note that shows the photo. */
  readonly part: number | null
}

/** Photos that come with a note at most. By judgement: a row of a note's card, and no page of photos for one sentence. */
const photosOfNote = 3

/**
 * Relevance goes along the links between notes and the photos that they show: `shownTrust` of it, once, from the first
 * ranking. What the other lanes already know is kept.
 *
 * A note's relevance is shared among its photos by nearness: the three that stand nearest to a passage that was found get
 * score · shownTrust / (1 + passages between). A note that was found by its title, name or tags alone is found at its beginning.
 *
 * @param linked  the items at the other end of an item's embeds, in the order that the note shows them
 */
export function alongLinks(
  hits: readonly FusedHit[],
  linked: (itemId: ItemId) => Iterable<Linked>
): readonly Evidence[] {
  const found: Evidence[] = []
  for (const hit of hits) {
    if (!hit.isRelevant) continue
    for (const { itemId, distance } of nearest(hit, linked(hit.itemId)))
      found.push({
        ...{ lane: 'shown', itemId, part: 0, from: hit.itemId },
        probability: (hit.score * shownTrust) / (1 + distance),
        verdict: (hit.verdict * shownTrust) / (1 + distance)
      })
  }
  return found
}

function nearest(hit: FusedHit, linked: Iterable<Linked>): { itemId: ItemId; distance: number }[] {
  const passages = hit.evidence.flatMap(({ part, lane }) => (part >= 0 && lane !== 'shown' ? part : []))
  const places = passages.length > 0 ? passages : [0]
  const notes: { itemId: ItemId; distance: number }[] = []
  const photos = new Map<ItemId, number>()
  for (const { itemId, part } of linked) {
    if (itemId === hit.itemId) continue
    if (part === null) notes.push({ itemId, distance: 0 })
    else {
      const distance = Math.min(...places.map(place => Math.abs(part - place)))
      photos.set(itemId, Math.min(distance, photos.get(itemId) ?? Infinity))
    }
  }
  // The sort is stable: of photos that are equally near, those that the note shows first.
  const near = [...photos].map(([itemId, distance]) => ({ itemId, distance })).sort((a, b) => a.distance - b.distance)
  return [...notes, ...near.slice(0, photosOfNote)]
}
