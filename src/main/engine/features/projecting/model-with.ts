import {
  activeModel,
  type ActiveModel,
  type Cohort,
  type CommonRows,
  type NeutralRows,
  type UsableVersion
} from '../../base/active-model.ts'
import type { PackCard, ProjectorWeights } from '../../base/domain.ts'
import { stepsAtOnce, stepsInTurns, type Steps } from '../../base/give-way.ts'
import { project } from '../../stages/project/projector.ts'

/** Rows that are projected in one step: some milliseconds. */
const stepRows = 16

/** The model with one of its versions, or with the pack's own map; the cohort goes through the same map as the library. */
export function modelWith(card: PackCard, neutral: NeutralRows, version: UsableVersion | null): ActiveModel {
  return activeModel(card, version, cohortOf(neutral, card, version?.weights ?? card.baseProjector))
}

function cohortOf({ photos, captions }: NeutralRows, card: PackCard, projector: ProjectorWeights | null): Cohort {
  const texts = captions.map(({ vector }) => vector)
  if (projector === null) {
    const inCommonSpace = card.sharedSpace ? { photos, captions: texts } : { photos: [], captions: [] }
    return { photos, captions, inCommonSpace, prepare: () => Promise.resolve() }
  }
  const made = { photos: [] as Float32Array[], captions: [] as Float32Array[] }
  const steps = projecting({ photos, captions }, projector, made)
  return {
    photos,
    captions,
    get inCommonSpace(): CommonRows {
      stepsAtOnce(steps)
      return made
    },
    prepare: () => stepsInTurns(steps)
  }
}

/** Fills `made`, some rows a step. */
function* projecting(
  { photos, captions }: NeutralRows,
  projector: ProjectorWeights,
  made: { readonly photos: Float32Array[]; readonly captions: Float32Array[] }
): Steps<void> {
  for (let at = 0; at < photos.length; at += stepRows) {
    made.photos.push(...project(projector, 'image', photos.slice(at, at + stepRows)))
    yield
  }
  for (let at = 0; at < captions.length; at += stepRows) {
    const some = captions.slice(at, at + stepRows)
    const vectors = some.map(({ vector }) => vector)
    made.captions.push(...project(projector, 'text', vectors, row => some[row]?.tokens))
    yield
  }
}
