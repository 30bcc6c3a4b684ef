import type { ModelStatus } from '../../../../shared/models.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { Store } from '../../store/store.ts'
import { speedOf } from '../indexing/speed.ts'
import type { FoundPack } from './found-packs.ts'
import { spacesOf } from './own-maps.ts'

/** The model that answers and the model that is being prepared: what they use must not be deleted. */
export interface InUse {
  readonly active: ActiveModel | null
  readonly preparing: ActiveModel | null
}

/** What the library holds of a pack, in items and bytes. */
export function holdingsOf(
  pack: FoundPack,
  packs: readonly FoundPack[],
  inUse: InUse,
  store: Store
): Pick<ModelStatus, 'encoded' | 'total' | 'embeddingBytes' | 'sharedBytes' | 'speed'> {
  const own = ownTowers(pack, packs, inUse, store)
  const ids = [pack.image.id, pack.text.id]
  const sizes = ids.map(id => store.embeddings.bytes(id))
  const projections = sum(spacesOf(pack.key, store).map(space => store.projections.bytes(space)))
  return {
    encoded: encodedItems(pack.key, store),
    total: store.items.countRead(),
    embeddingBytes: sum(sizes) + projections,
    sharedBytes: sum(ids.map((id, i) => (own.has(id) ? 0 : (sizes[i] ?? 0)))),
    speed: speedOf(store, pack.key)
  }
}

/** The ids of a pack's towers whose embeddings no other model uses: none that answers, is being prepared or has items. */
export function ownTowers(
  { packId, key, image, text }: FoundPack,
  packs: readonly FoundPack[],
  { active, preparing }: InUse,
  store: Store
): ReadonlySet<string> {
  const others = packs.filter(
    other => other.packId !== packId && other.key !== key && encodedItems(other.key, store) > 0
  )
  const shared = new Set([
    ...others.flatMap(other => [other.image.id, other.text.id]),
    ...[active, preparing].flatMap(model =>
      model === null || model.key === key ? [] : [model.card.image.id, model.card.text.id]
    )
  ])
  return new Set([image.id, text.id].filter(id => !shared.has(id)))
}

function encodedItems(key: string, { items }: Store): number {
  return items.countRead() - items.countUnencoded(key)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
