import type { ProjectorWeights, Residual, TowerMap, WordTable } from '../../base/domain.ts'
import { withId } from '../project/projector-file.ts'
import { residualScale } from './nets.ts'
import type { SsalStart } from './ssal.ts'
import type { Values } from './step.ts'

const unchanged: TowerMap = { linear: null, words: null, residuals: [] }

/** The map of two towers that share a space of this dimension and have learned nothing. */
export function identityProjector(dimension: number): ProjectorWeights {
  return withId({ dimension, image: unchanged, text: unchanged, source: 'the encoders’ own space' })
}

/** What a session has learned, as a map. @param tokens  of the rows of the word table; null when none was trained */
export function learnedProjector(
  start: SsalStart,
  weights: Values,
  tokens: Int32Array | null,
  source: string
): ProjectorWeights {
  const k = start.image.dimension
  const towerOf = (tower: 'image' | 'text'): TowerMap => {
    const { linear } = start[tower]
    const matrix = weights[`${tower}.linear`]
    const inner = weights[`${tower}.inner`]
    const outer = weights[`${tower}.outer`]
    const residuals: Residual[] =
      inner === undefined || outer === undefined ? [] : [{ inner, outer, scale: residualScale(k), share: 1 }]
    return {
      linear: linear === null || matrix === undefined ? null : { mean: linear.mean, matrix },
      words: tower === 'text' && tokens !== null ? wordTable(weights, tokens) : null,
      residuals
    }
  }
  return withId({ dimension: k, image: towerOf('image'), text: towerOf('text'), source })
}

function wordTable(weights: Values, tokens: Int32Array): WordTable | null {
  const vectors = weights['text.words']
  const mean = weights['text.mean']
  const max = weights['text.max']
  return vectors === undefined || mean === undefined || max === undefined ? null : { tokens, vectors, mean, max }
}

/** The same residuals, of which a share is blended in, 0…1. */
export function withShare(learned: ProjectorWeights, share: number): ProjectorWeights {
  const tower = (name: 'image' | 'text'): TowerMap => ({
    ...learned[name],
    residuals: learned[name].residuals.map(residual => ({ ...residual, share }))
  })
  return withId({ dimension: learned.dimension, image: tower('image'), text: tower('text'), source: learned.source })
}

/** The learned map after the one that it was learned on. */
export function stacked(
  base: ProjectorWeights,
  learned: ProjectorWeights,
  share: number,
  source: string
): ProjectorWeights {
  const added = withShare(learned, share)
  const tower = (name: 'image' | 'text'): TowerMap => ({
    ...base[name],
    residuals: [...base[name].residuals, ...added[name].residuals]
  })
  return withId({ dimension: base.dimension, image: tower('image'), text: tower('text'), source })
}
