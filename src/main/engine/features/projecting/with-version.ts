import { EngineError } from '../../../../shared/errors.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { PackCard, ProjectorWeights, Tower } from '../../base/domain.ts'
import { parseProjector } from '../../stages/project/projector-file.ts'
import { modelWith } from './model-with.ts'

/**
 * The model with one of its versions.
 * @throws EngineError model-broken when the version's file is damaged, or its map does not fit the model's towers
 */
export function withVersion(
  { card, cohort }: ActiveModel,
  { versionId, weights }: { readonly versionId: number; readonly weights: Uint8Array }
): ActiveModel {
  const parsed = parseProjector(weights)
  if (!(['image', 'text'] as const).every(tower => fits(parsed, tower, card)))
    throw new EngineError(
      'model-broken',
      `Version ${versionId} of the map was made for another model. Nothing was changed, and your library is unharmed. Choose another version.`
    )
  return modelWith(card, cohort, { versionId, weights: parsed })
}

/** A map takes what the tower makes; a tower without one keeps its rows, which then are of the common space already. */
function fits(projector: ProjectorWeights, tower: Tower, card: PackCard): boolean {
  const base = card.baseProjector?.dimension ?? projector.dimension
  return (
    projector.dimension === base &&
    (projector[tower].linear?.mean.length ?? projector.dimension) === card[tower].dimension
  )
}
