import type { Verdict } from '../../../../shared/learning.ts'
import type { ProjectorWeights } from '../../base/domain.ts'
import { meanReciprocalRank } from '../../math/ranks.ts'
import { openRowProjector } from './executors/row-projector.ts'
import type { Folds } from './folds.ts'
import { chanceOf, gateLimits, judge } from './gate.ts'
import { heldOut, projectHeldOut, retrieval, type HeldOut, type Retrieval } from './held-out.ts'
import { straysOf } from './strays.ts'
import type { GeneralProbe, RankChange, TrainingData } from './training-data.ts'

export interface Proven {
  readonly projector: ProjectorWeights
  readonly verdict: Verdict
  readonly changes: readonly RankChange[]
}

/** How much of the new map is tried, the most first. */
const shares = [1, 0.75, 0.5, 0.25] as const
/** Questions that are kept to be shown side by side. */
const mostChanges = 24
const shownPhotos = 6

/**
 * Holds a candidate against the map that answers now. The share of it that does best on the validation fold is chosen, and that one alone is
 * looked at on the test fold, once: nothing is chosen there.
 */
export async function prove(input: {
  readonly data: TrainingData
  readonly folds: Folds
  /** @param share  how much of what was learned is blended in, 0…1 */
  readonly candidate: (share: number) => ProjectorWeights
  readonly incumbent: ProjectorWeights
  readonly general: GeneralProbe | null
  readonly threads: number
}): Promise<Proven> {
  const { data, folds, candidate, incumbent, general, threads } = input
  const test = heldOut(data, folds.test)
  // Counting strays is no choice between maps, so the validation fold helps: twice the captions, a surer count.
  const untrained = heldOut(data, [...folds.validation, ...folds.test])
  const before = await measured(data, test, incumbent, threads)
  const generalBefore = general === null ? null : await generalRecall(general, incumbent, threads)

  const validation = heldOut(data, folds.validation)
  let best = { share: 0, mrr: (await measured(data, validation, incumbent, threads)).mrr }
  for (const share of shares) {
    const projector = candidate(share)
    const { mrr } = await measured(data, validation, projector, threads)
    if (!(mrr > best.mrr)) continue
    // What the gate would refuse anyway is not chosen; the probe set is no test fold.
    const lost = general === null ? 0 : (generalBefore ?? 0) - (await generalRecall(general, projector, threads))
    if (lost <= gateLimits.mostGeneralLoss) best = { share, mrr }
  }

  // Where no share is better, all of it is judged, so that the refusal has its figures.
  const share = best.share === 0 ? 1 : best.share
  const projector = candidate(share)
  const after = await measured(data, test, projector, threads)
  const generalFigures =
    general === null || generalBefore === null
      ? null
      : { before: generalBefore, after: await generalRecall(general, projector, threads) }
  const figures = { before: before.figures, after: after.figures }
  const groupsOf = (photos: readonly number[]): number[] => photos.map(photo => data.groups[photo] ?? photo)
  const { isAccepted, reason, mrrGain } = judge({
    before: before.photos,
    after: after.photos,
    groups: groupsOf(test.photos),
    figures,
    general: generalFigures,
    chance: chanceOf(test.photos.length, test.texts.length),
    strays: straysOf(
      (await measured(data, untrained, projector, threads)).textRanks,
      untrained.photosOfText,
      untrained.describing,
      groupsOf(untrained.photos)
    )
  })
  return {
    projector,
    verdict: {
      isAccepted,
      reason,
      heldOutPhotos: test.photos.length,
      ...figures,
      mrrGain,
      share,
      general: generalFigures
    },
    changes: changesBetween(test, before, after)
  }
}

async function measured(
  data: TrainingData,
  held: HeldOut,
  weights: ProjectorWeights,
  threads: number
): Promise<Retrieval> {
  const projector = openRowProjector(weights, threads)
  const rows = await projectHeldOut({ ...data, ...upright(data) }, held, weights, projector)
  await projector.close()
  return retrieval(data, held, rows)
}

/** Only upright photos are searched for. */
function upright({ images, rotations, imageDimension: d }: TrainingData): Pick<TrainingData, 'images' | 'rotations'> {
  if (rotations === 1) return { images, rotations }
  const count = images.length / (4 * d)
  const only = new Float32Array(count * d)
  for (let i = 0; i < count; i++) only.set(images.subarray(4 * i * d, (4 * i + 1) * d), i * d)
  return { images: only, rotations: 1 }
}

/** R@10 of captions on photos of others. */
async function generalRecall(probe: GeneralProbe, weights: ProjectorWeights, threads: number): Promise<number> {
  const photos = probe.images.length / probe.imageDimension
  const texts = probe.imageOfText.length
  const data: TrainingData = {
    ...probe,
    rotations: 1,
    pairPhotos: probe.imageOfText,
    pairTexts: Int32Array.from({ length: texts }, (_, i) => i),
    pairWeights: new Float32Array(texts).fill(1),
    pairDescribes: new Uint8Array(texts).fill(1),
    alike: Int32Array.from({ length: photos }, (_, i) => i),
    groups: Int32Array.from({ length: photos }, (_, i) => i),
    labels: new Int32Array(photos).fill(-1)
  }
  const all = heldOut(
    data,
    Array.from({ length: photos }, (_, i) => i)
  )
  return (await measured(data, all, weights, threads)).figures.textToImage.r10
}

/** The questions whose first right answer moved most, in either direction, the largest steps first. */
function changesBetween(held: HeldOut, before: Retrieval, after: Retrieval): RankChange[] {
  const m = held.texts.length
  const first = (of: Retrieval, text: number): number[] =>
    held.photos
      .map((photo, i) => ({ photo, cosine: of.cosines[i * m + text] ?? 0 }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, shownPhotos)
      .map(({ photo }) => photo)
  const moved = held.texts
    .map((text, i) => ({ text, i, rankBefore: before.textRanks[i] ?? 0, rankAfter: after.textRanks[i] ?? 0 }))
    .filter(({ rankBefore, rankAfter }) => rankBefore !== rankAfter)
    .map(one => ({
      ...one,
      step: Math.abs(meanReciprocalRank([one.rankAfter]) - meanReciprocalRank([one.rankBefore]))
    }))
    .sort((a, b) => b.step - a.step)
    .slice(0, mostChanges)
  return moved.map(({ text, i, rankBefore, rankAfter }) => ({
    text,
    photo: held.photos[held.photosOfText[i]?.[0] ?? 0] ?? 0,
    rankBefore,
    rankAfter,
    before: first(before, i),
    after: first(after, i)
  }))
}
