import { EngineError } from '../../../../shared/errors.ts'
import type { OwnWords } from '../../../../shared/items.ts'
import type { PutWords, Said, SaidAnswer, SayInput } from '../../../../shared/saying.ts'
import type { ItemId } from '../../base/domain.ts'
import { fold } from '../../store/paths.ts'
import type { Store } from '../../store/store.ts'
import { itemsWith, saidItems, type SaidItem } from './said-items.ts'

/** As many keywords as are read of one file. */
const mostTags = 300

const nothing: OwnWords = { caption: null, addedTags: [], removedTags: [], isFavourite: false }

/** What was changed, and the items whose texts are to be encoded. */
export interface Change {
  readonly said: Said
  readonly toEncode: readonly ItemId[]
}

/**
 * Says the same of several items: all or none. What is left out of the input stays as it is with each of them.
 * @throws EngineError not-found, or bad-input for a caption of a note and for too many tags; nothing is changed then
 */
export function say(input: SayInput, store: Store, nowMs: number): Change {
  const items = saidItems(input.itemIds, store)
  if (input.caption != null) refuseNotes(items, store)
  return put(
    items,
    ({ contentHash }) => changed(wordsOf(contentHash, store), input, store.ownWords.fileTags(contentHash)),
    store,
    nowMs
  )
}

/**
 * Puts own words as a whole, each item's or content's: for taking something back. Of a content whose file is not in the library,
 * what was said is kept and taken back as of any other.
 * @throws EngineError as `say`
 */
export function putWords(words: readonly PutWords[], store: Store, nowMs: number): Change {
  const wanted = new Map<ItemId | string, OwnWords>(words.map(one => [keyOf(one), ownWordsOf(one)]))
  const wantedOf = (one: SaidOf): OwnWords => wanted.get(keyOf(one)) ?? nothing
  const itemIds = words.flatMap(one => ('itemId' in one ? one.itemId : []))
  const contents = words.flatMap(one => ('contentHash' in one ? { contentHash: one.contentHash } : []))
  const said: SaidOf[] = [...(itemIds.length === 0 ? [] : saidItems(itemIds, store)), ...contents]
  refuseNotes(
    said.filter(one => wantedOf(one).caption !== null),
    store
  )
  return put(said, wantedOf, store, nowMs)
}

/** What the person said, the newest first. @param itemIds  of these alone, whatever copies they have; of all when absent */
export function listSaid(limit: number, store: Store, itemIds?: readonly ItemId[]): SaidAnswer {
  const asked = itemIds && new Set(itemIds)
  const contents = itemIds && new Set(itemIds.map(itemId => store.items.reading(itemId)?.contentHash))
  const all = store.ownWords.kept()
  const origins = new Set(all.map(({ carriedFrom }) => carriedFrom))
  // What a file was before it was edited is not listed beside what it is.
  const isFormer = (contentHash: string): boolean =>
    origins.has(contentHash) && store.items.findContent(contentHash).length === 0
  const kept = all.filter(({ contentHash }) => contents?.has(contentHash) ?? !isFormer(contentHash))
  const entries = kept.slice(0, limit).map(one => ({
    ...ownWordsOf(one),
    contentHash: one.contentHash,
    saidMs: one.saidMs,
    items: itemsWith(one.contentHash, store).filter(({ itemId }) => asked?.has(itemId) ?? true)
  }))
  return { entries, total: kept.length }
}

/** What something is said of: an item, or a content that need not be in the library. */
type SaidOf = SaidItem | { readonly contentHash: string }

function keyOf(one: SaidOf | PutWords): ItemId | string {
  return 'itemId' in one ? one.itemId : one.contentHash
}

function put<Of extends SaidOf>(
  items: readonly Of[],
  wanted: (of: Of) => OwnWords,
  store: Store,
  nowMs: number
): Change {
  const before = items.map((one): PutWords => ({
    ...('itemId' in one ? { itemId: one.itemId } : { contentHash: one.contentHash }),
    ...wordsOf(one.contentHash, store)
  }))
  const toEncode = new Set<ItemId>()
  const isChanged = new Set<string>()
  store.transaction(() => {
    // Copies of one file are one content.
    const contents = new Map(items.map(item => [item.contentHash, item]))
    for (const [contentHash, item] of contents) {
      const own = wanted(item)
      if (isSame(own, wordsOf(contentHash, store))) continue
      isChanged.add(contentHash)
      for (const itemId of store.ownWords.set(contentHash, own, nowMs)) toEncode.add(itemId)
    }
  })
  const count = items.filter(({ contentHash }) => isChanged.has(contentHash)).length
  return { said: { items: count, before }, toEncode: [...toEncode] }
}

function changed(
  own: OwnWords,
  { caption, addTags = [], removeTags = [], isFavourite }: SayInput,
  ofFile: readonly string[]
): OwnWords {
  const has = (tags: readonly string[], tag: string): boolean => tags.some(one => fold(one) === fold(tag))
  const added = [...own.addedTags.filter(tag => !has(removeTags, tag))]
  for (const tag of addTags) if (!has(ofFile, tag) && !has(added, tag) && !has(removeTags, tag)) added.push(tag)
  if (added.length > mostTags)
    throw new EngineError(
      'bad-input',
      `A photo or note has at most ${mostTags} tags of yours. Nothing was changed. Take some back first.`
    )
  const removed = [...own.removedTags.filter(tag => !has(addTags, tag))]
  for (const tag of removeTags) if (has(ofFile, tag) && !has(removed, tag)) removed.push(tag)
  return {
    caption: caption === undefined ? own.caption : caption,
    addedTags: added,
    removedTags: removed,
    isFavourite: isFavourite ?? own.isFavourite
  }
}

function wordsOf(contentHash: string, store: Store): OwnWords {
  return store.ownWords.get(contentHash) ?? nothing
}

function isSame(a: OwnWords, b: OwnWords): boolean {
  return JSON.stringify(ownWordsOf(a)) === JSON.stringify(ownWordsOf(b))
}

function ownWordsOf({ caption, addedTags, removedTags, isFavourite }: OwnWords): OwnWords {
  return { caption, addedTags, removedTags, isFavourite }
}

function refuseNotes(items: readonly SaidOf[], store: Store): void {
  const kinds = store.items.kinds(
    items.flatMap(one => ('itemId' in one ? [one.itemId] : store.items.findContent(one.contentHash)))
  )
  if ([...kinds.values()].includes('note'))
    throw new EngineError(
      'bad-input',
      'A caption is for photos: a note says itself what it is about. Nothing was changed. Tags and favourites are for both.'
    )
}
