import type { ProjectorWeights } from '../domain.ts'
import { applyTower } from '../project/projector.ts'
import type { ProjectRows } from './project-version.ts'

/** Rows in one turn: about 20 ms. */
const rowsInTurn = 64

/** Projects in this process, row by row: right, and slow for a large library. */
export function projectOneByOne(weights: ProjectorWeights): ProjectRows {
  return async ({ tower, vectors, from, tokens, tokenStarts }) => {
    const map = weights[tower]
    const rest = from < 0 ? map : { linear: null, words: null, residuals: map.residuals.slice(from) }
    const count = tokenStarts.length - 1
    const d = vectors.length / count
    const projected = new Float32Array(count * weights.dimension)
    for (let i = 0; i < count; i++) {
      const own = tokens.subarray(tokenStarts[i], tokenStarts[i + 1])
      const row = applyTower(rest, vectors.subarray(i * d, (i + 1) * d), own.length === 0 ? null : own)
      projected.set(row, i * weights.dimension)
      if (i % rowsInTurn === rowsInTurn - 1) await new Promise(resolve => setImmediate(resolve))
    }
    return projected
  }
}
