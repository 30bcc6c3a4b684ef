import type { Hit } from '../../../../shared/searching.ts'
import { toTheSecond } from '../../stages/library/near-duplicates.ts'
import { stackNearDuplicates } from '../../stages/library/stacks.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { PhotoLook, Store } from '../../store/store.ts'

/**
 * Names the stack of each hit that belongs to one: photos among the hits that show the same. Stacks are found in the answer and
 * stored nowhere, so a photo that changed or was deleted leaves its stack with the next answer, and the cost depends on the
 * number of hits, not on the size of the library.
 *
 * @param model  whose embeddings are compared; null: perceptual hashes and colours alone
 * @returns all hits, in their order
 */
export function inStacks(hits: readonly Hit[], model: ActiveModel | null, store: Store): Hit[] {
  const looks = store.items.looks(hits.flatMap(({ kind, itemId }) => (kind === 'photo' ? [itemId] : [])))
  const photos = hits.flatMap(({ itemId }) => {
    const look = looks.get(itemId)
    return look === undefined ? [] : [{ itemId, look }]
  })
  const embeddings = new Map<number, Float32Array | null>()
  const embeddingOf = (position: number): Float32Array | null => {
    const known = embeddings.get(position)
    if (known !== undefined) return known
    const itemId = photos[position]?.itemId
    const found =
      itemId === undefined || model === null
        ? undefined
        : store.embeddings.get(model.card.image.id, { itemId, part: 0 })
    embeddings.set(position, found ?? null)
    return found ?? null
  }
  const firsts = stackNearDuplicates(
    photos.map(({ look }) => comparedOf(look)),
    embeddingOf
  )
  const sizes = Map.groupBy(firsts, first => first)
  const stackOf = new Map(
    photos.flatMap(({ itemId }, position) => {
      const first = firsts[position] ?? position
      return (sizes.get(first)?.length ?? 0) < 2 ? [] : [[itemId, photos[first]?.itemId ?? itemId] as const]
    })
  )
  return hits.map(hit => {
    const stack = stackOf.get(hit.itemId)
    return stack === undefined ? hit : { ...hit, stack }
  })
}

function comparedOf({
  perceptualHash,
  thumbhash,
  contentHash,
  widthPx,
  heightPx,
  camera,
  dateMs,
  dateSource,
  datePrecision
}: PhotoLook) {
  return {
    ...{ perceptualHash, thumbhash, contentHash, camera },
    aspect: widthPx / heightPx,
    takenMs: toTheSecond.includes(dateSource) && datePrecision === null ? dateMs : null
  }
}
