import type { PairStatus } from '../contract.ts'
import { minePairs } from '../library/pairs.ts'
import type { Store } from '../store/store.ts'

export function listPairs(store: Store): readonly PairStatus[] {
  return minePairs([...store.items.each()], [...store.links.all()], noteId => store.items.texts(noteId)).map(pair => ({
    photoId: pair.photoId,
    noteId: pair.noteId,
    photoPath: store.items.get(pair.photoId)?.path ?? pair.photoPath,
    text: pair.text,
    reason: pair.reason
  }))
}
