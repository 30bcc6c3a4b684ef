import { config } from '../config.ts'
import type { Tower } from '../domain.ts'
import type { ActiveModel } from '../models.ts'
import { project } from '../project/projector.ts'
import type { Store } from '../store/store.ts'

/**
 * Makes the projections that are missing for the active projector from the embeddings that are there: after a model or a
 * projector changed, and after a kill. Nothing is encoded.
 */
export async function projectEmbeddings(store: Store, model: ActiveModel, signal: AbortSignal): Promise<number> {
  if (model.projector === null) return 0
  let made = 0
  for (const tower of ['image', 'text'] as const) made += await projectTower(store, model, tower, signal)
  return made
}

async function projectTower(store: Store, model: ActiveModel, tower: Tower, signal: AbortSignal): Promise<number> {
  const projector = model.projector
  const encoderId = model.card[tower].id
  const space = model.space(tower)
  if (projector === null || store.projections.count(space) === store.embeddings.count(encoderId)) return 0
  const known = new Set<string>()
  for (const { itemId, part } of store.projections.each(space)) known.add(`${itemId}/${part}`)

  let made = 0
  let rows: { itemId: number; part: number; vector: Float32Array }[] = []
  const save = (): void => {
    const projected = project(
      projector,
      tower,
      rows.map(({ vector }) => vector)
    )
    store.projections.save(
      space,
      rows.flatMap(({ itemId, part }, i) =>
        projected[i] === undefined ? [] : [{ itemId, part, vector: projected[i] }]
      )
    )
    made += rows.length
    rows = []
  }
  for (const { itemId, part, vector } of store.embeddings.each(encoderId)) {
    if (known.has(`${itemId}/${part}`)) continue
    rows.push({ itemId, part, vector })
    if (rows.length < config.pageSize) continue
    save()
    signal.throwIfAborted()
    // The engine lives in the window's process: a search that waits goes first.
    await new Promise(resolve => setImmediate(resolve))
  }
  if (rows.length > 0) save()
  return made
}
