import type { BothDirections, JudgedFigures, Verdict } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { meanReciprocalRank } from '../../math/ranks.ts'
import { firstPhotos, ranksAmongAll, type Ranks } from './among-all.ts'
import { identityProjector, stacked, withShare } from './candidate.ts'
import { openRowProjector } from './executors/row-projector.ts'
import { figuresOf } from './figures.ts'
import { chanceOf, gainOf, gateLimits, isClearlyWorse, judge, type PhotoRanks } from './gate.ts'
import { heldOut, projectHeldOut, retrieval, type HeldOut } from './held-out.ts'
import { straysOf } from './strays.ts'
import type { GeneralProbe, RankChange, TrainingData } from './training-data.ts'
import type { Dealt, Split } from './turns.ts'

export interface Proven {
  readonly projector: ProjectorWeights
  /** What each turn adds to the base map, as it was judged. */
  readonly turns: readonly ProjectorWeights[]
  readonly verdict: Verdict
  readonly changes: readonly RankChange[]
}

export interface ProveInput {
  /** In the common space of the base map, without photos of others. */
  readonly data: TrainingData
  readonly dealt: Dealt
  readonly base: ProjectorWeights
  /** What the delivered map and the map of each turn learned: what they add to the base map. */
  readonly whole: ProjectorWeights
  readonly turns: readonly ProjectorWeights[]
  /** What each turn of the version that answers now adds, which did not see the same groups; null to compare with the base map. */
  readonly incumbent: readonly ProjectorWeights[] | null
  readonly general: GeneralProbe | null
  readonly threads: number
}

/** How much of the new map is tried, the most first. */
const shares = [1, 0.75, 0.5, 0.25] as const
/** Questions that are kept to be shown side by side. */
const mostChanges = 24
const shownPhotos = 6

/**
 * Judges what was learned by the turns: each group is asked for once, under the map of the turn that did not see it. How much of each map is taken
 * is chosen on its own validation photos, and what is judged is looked at once.
 */
export async function prove(input: ProveInput): Promise<Proven> {
  const { data, dealt, base, whole, turns, incumbent, general, threads } = input
  const nothing = identityProjector(data.imageDimension)
  const generalOf = (share: number): Promise<number> =>
    general === null
      ? Promise.resolve(1)
      : generalRecall(general, share === 0 ? base : stacked(base, whole, share, whole.source), threads)
  const generalAt = new Map<number, number>()
  for (const share of [0, ...shares]) generalAt.set(share, await generalOf(share))
  const generalBefore = generalAt.get(0) ?? NaN

  // What the gate would refuse anyway is not chosen; the probe set judges no gain.
  const allowed = shares.filter(share => generalBefore - (generalAt.get(share) ?? NaN) <= gateLimits.mostGeneralLoss)
  const chosen = async (learned: ProjectorWeights, split: Split): Promise<number> => {
    const validation = heldOut(data, split.validation)
    const groups = validation.photos.map(photo => data.groups[photo] ?? photo)
    const of = async (share: number): Promise<Validated> => ({
      share,
      photos: await ranksAmong(data, validation, share === 0 ? nothing : withShare(learned, share), threads)
    })
    // The most that may be, unless less of it is clearly better: see [Note: what few photos choose].
    const [most = 0, ...less] = allowed.length === 0 ? shares.slice(-1) : allowed
    let best = await of(most)
    for (const share of [...less, 0]) {
      const one = await of(share)
      if (isClearlyWorse(best.photos, one.photos, groups)) best = one
    }
    return best.share
  }
  const ofTurns: number[] = []
  for (const [turn, split] of dealt.turns.entries()) ofTurns.push(await chosen(turns[turn] ?? nothing, split))
  // The validation photos of one split are few: the middle of what all of them choose is steadier.
  const share = middle([await chosen(whole, dealt.whole), ...ofTurns])

  const judgedMaps = turns.map((learned, turn) => withShare(learned, ofTurns[turn] ?? 0))
  const maps = judgedMaps.map((after, turn) => ({ before: incumbent?.[turn] ?? nothing, after }))
  const fresh = await asked(
    data,
    dealt.turns.map(turn => turn.fresh),
    maps,
    threads
  )
  const known = await asked(
    data,
    dealt.turns.map(turn => turn.known),
    maps,
    threads
  )

  const gallery = data.groups.length + data.gallery.length / data.imageDimension
  const generalFigures = general === null ? null : { before: generalBefore, after: generalAt.get(share) ?? NaN }
  const knownGain = known.photos.length === 0 ? null : judgedFigures(known)
  const { isAccepted, reason, mrrGain, needed } = judge({
    before: fresh.before.photos,
    after: fresh.after.photos,
    groups: fresh.groups,
    figures: figures(fresh),
    known: knownGain?.mrrGain ?? null,
    asked: { captions: fresh.texts.length, gallery },
    share,
    general: generalFigures,
    chance: chanceOf(gallery, data.tokenStarts.length - 1, fresh.texts.length / fresh.photos.length),
    strays: straysOf(fresh.after.texts, fresh.photosOfText, fresh.describing, fresh.groups, gallery)
  })
  return {
    projector: stacked(base, whole, share, whole.source),
    turns: judgedMaps,
    verdict: {
      isAccepted,
      reason,
      heldOutPhotos: fresh.photos.length,
      ...figures(fresh),
      mrrGain,
      share,
      general: generalFigures,
      judged: {
        captions: fresh.texts.length,
        groups: new Set(fresh.groups).size,
        gallery,
        turns: turns.length,
        isAgainstVersion: incumbent !== null,
        needed
      },
      known: knownGain
    },
    changes: await changes(data, fresh, maps, threads)
  }
}

/** What was asked in all turns, and how it was answered before and after. */
interface Asked {
  /** Positions in the data. */
  readonly photos: readonly number[]
  readonly texts: readonly number[]
  /** For each text, which of `photos` it belongs to, and in which turn it was asked. */
  readonly photosOfText: readonly (readonly number[])[]
  readonly turnOfText: readonly number[]
  readonly describing: readonly boolean[]
  /** Of each photo. */
  readonly groups: readonly number[]
  readonly before: Ranks
  readonly after: Ranks
}

interface Maps {
  readonly before: ProjectorWeights
  readonly after: ProjectorWeights
}

async function asked(
  data: TrainingData,
  photosOfTurns: readonly (readonly number[])[],
  maps: readonly Maps[],
  threads: number
): Promise<Asked> {
  const turns: { readonly turn: number; readonly held: HeldOut; readonly before: Ranks; readonly after: Ranks }[] = []
  for (const [turn, photos] of photosOfTurns.entries()) {
    const map = maps[turn]
    const held = heldOut(data, photos)
    if (map === undefined || held.photos.length === 0) continue
    const before = await ranksAmongAll(data, held, map.before, threads)
    turns.push({ turn, held, before, after: await ranksAmongAll(data, held, map.after, threads) })
  }
  const together = (of: 'before' | 'after'): Ranks => ({
    texts: turns.flatMap(turn => turn[of].texts),
    photos: turns.flatMap(turn => turn[of].photos),
    ofPhotos: turns.flatMap(turn => turn[of].ofPhotos)
  })
  const photos = turns.flatMap(({ held }) => held.photos)
  let earlier = 0
  return {
    photos,
    texts: turns.flatMap(({ held }) => held.texts),
    photosOfText: turns.flatMap(({ held }) => {
      const from = earlier
      earlier += held.photos.length
      return held.photosOfText.map(own => own.map(photo => from + photo))
    }),
    turnOfText: turns.flatMap(({ held, turn }) => held.texts.map(() => turn)),
    describing: turns.flatMap(({ held }) => held.describing),
    groups: photos.map(photo => data.groups[photo] ?? photo),
    before: together('before'),
    after: together('after')
  }
}

function figures({ before, after }: Asked): { readonly before: BothDirections; readonly after: BothDirections } {
  const of = ({ texts, ofPhotos }: Ranks): BothDirections => ({
    textToImage: figuresOf(texts),
    imageToText: figuresOf(ofPhotos)
  })
  return { before: of(before), after: of(after) }
}

function judgedFigures(of: Asked): JudgedFigures {
  return {
    captions: of.texts.length,
    photos: of.photos.length,
    groups: new Set(of.groups).size,
    ...figures(of),
    mrrGain: gainOf(of.before.photos, of.after.photos, of.groups)
  }
}

/** The lower one of two in the middle. */
function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}

/** A share, and how photo by photo it does on what chooses it. */
interface Validated {
  readonly share: number
  readonly photos: readonly PhotoRanks[]
}

/** Of both directions, among the held-out photos alone. */
async function ranksAmong(
  data: TrainingData,
  held: HeldOut,
  added: ProjectorWeights,
  threads: number
): Promise<readonly PhotoRanks[]> {
  const projector = openRowProjector(added, threads)
  const rows = await projectHeldOut(data, held, added, projector)
  await projector.close()
  return (await retrieval(data, held, rows)).photos
}

/** R@10 of captions on photos of others. */
async function generalRecall(probe: GeneralProbe, weights: ProjectorWeights, threads: number): Promise<number> {
  const photos = probe.images.length / probe.imageDimension
  const texts = probe.imageOfText.length
  const numbers = Int32Array.from({ length: photos }, (_, i) => i)
  const data: TrainingData = {
    ...probe,
    rotations: 1,
    pairPhotos: probe.imageOfText,
    pairTexts: Int32Array.from({ length: texts }, (_, i) => i),
    pairWeights: new Float32Array(texts).fill(1),
    pairDescribes: new Uint8Array(texts).fill(1),
    alike: numbers,
    groups: numbers,
    labels: new Int32Array(photos).fill(-1),
    gallery: new Int16Array(0)
  }
  const all = heldOut(data, [...numbers])
  const projector = openRowProjector(weights, threads)
  const rows = await projectHeldOut(data, all, weights, projector)
  await projector.close()
  return (await retrieval(data, all, rows)).figures.textToImage.r10
}

/** The questions whose first right answer moved most, in either direction, the largest steps first. */
async function changes(
  data: TrainingData,
  { texts, photos, photosOfText, turnOfText, before, after }: Asked,
  maps: readonly Maps[],
  threads: number
): Promise<RankChange[]> {
  const moved = texts
    .map((text, i) => ({ text, i, rankBefore: before.texts[i] ?? 0, rankAfter: after.texts[i] ?? 0 }))
    .filter(({ rankBefore, rankAfter }) => rankBefore !== rankAfter)
    .map(one => ({
      ...one,
      step: Math.abs(meanReciprocalRank([one.rankAfter]) - meanReciprocalRank([one.rankBefore]))
    }))
    .sort((a, b) => b.step - a.step)
    .slice(0, mostChanges)
  const shown = new Map<number, { before: readonly number[]; after: readonly number[] }>()
  for (const [turn, map] of maps.entries()) {
    const own = moved.filter(({ i }) => turnOfText[i] === turn)
    if (own.length === 0) continue
    const wanted = own.map(({ text }) => text)
    const was = await firstPhotos(data, wanted, map.before, shownPhotos, threads)
    const is = await firstPhotos(data, wanted, map.after, shownPhotos, threads)
    own.forEach(({ i }, t) => shown.set(i, { before: was[t] ?? [], after: is[t] ?? [] }))
  }
  return moved.map(({ text, i, rankBefore, rankAfter }) => ({
    ...{ text, rankBefore, rankAfter },
    photo: photos[photosOfText[i]?.[0] ?? 0] ?? 0,
    ...(shown.get(i) ?? { before: [], after: [] })
  }))
}
