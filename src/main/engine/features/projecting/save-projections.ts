import type { Tower } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import { project } from '../../stages/project/projector.ts'
import type { EmbeddingRow, Store } from '../../store/store.ts'

/** Maps rows of one tower into the common space of the active projector and saves them there; without one there is nothing to save. */
export function saveProjections(tower: Tower, rows: readonly EmbeddingRow[], store: Store, model: ActiveModel): void {
  const projector = model.projector
  if (projector === null || rows.length === 0) return
  const projected = project(
    projector,
    tower,
    rows.map(({ vector }) => vector),
    row => rows[row]?.tokens
  )
  store.projections.save(
    model.space(tower),
    rows.flatMap(({ itemId, part }, i) => (projected[i] === undefined ? [] : [{ itemId, part, vector: projected[i] }]))
  )
}
