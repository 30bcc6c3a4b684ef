import { EngineError } from '../../../../shared/errors.ts'
import type { Store } from '../../store/store.ts'
import { dropSpaces } from '../projecting/project-version.ts'
import type { FoundPack } from './found-packs.ts'
import { ownTowers, type InUse } from './model-holdings.ts'
import { forgetMaps, spacesOf } from './own-maps.ts'
import { giveWay } from '../../base/give-way.ts'

/** Rows that are deleted in one step: a search waits for one step at most. */
const stepRows = 512

/**
 * Deletes the stored embeddings and projections of a pack, in steps. Embeddings of a tower that another model uses are kept, and
 * so are trained versions of the pack's map: they are small, and training them took time. The marks that items are encoded go
 * first, so that a killed process never leaves a model that looks complete and is not.
 *
 * @param packs  all packs that are found
 * @returns bytes of the deleted rows
 * @throws EngineError busy when the pack's model answers now or is being prepared; nothing is deleted then
 */
export async function forgetModel(
  pack: FoundPack,
  packs: readonly FoundPack[],
  inUse: InUse,
  store: Store
): Promise<number> {
  const { key } = pack
  const used = [inUse.active, inUse.preparing]
  if (used.some(model => model?.key === key))
    throw new EngineError(
      'busy',
      `${pack.name} is in use, or being prepared, so what it encoded is needed. Nothing was deleted. Choose another model first.`
    )
  const towers = [...ownTowers(pack, packs, inUse, store)]
  const spaces = spacesOf(key, store).filter(
    space => !used.some(model => model?.space('image') === space || model?.space('text') === space)
  )
  const freedBytes =
    towers.reduce((sum, id) => sum + store.embeddings.bytes(id), 0) +
    spaces.reduce((sum, space) => sum + store.projections.bytes(space), 0)

  for (const name of [key, ...towers]) {
    let after: number | null = 0
    while (after !== null) {
      after = store.items.forgetEncoded(name, after)
      await giveWay()
    }
  }
  const control = { signal: new AbortController().signal, pace: () => Promise.resolve() }
  const dropping = dropSpaces(store, spaces, control)
  while ((await dropping.next()).done !== true) continue
  for (const id of towers) {
    while (store.embeddings.deleteRows(id, stepRows) > 0) await giveWay()
    store.embeddings.deleteEncoder(id)
    store.neutralCaptions.forget(id)
  }
  forgetMaps(store, key)
  return freedBytes
}
