import type { FolderId, ItemId, ItemKind, PairVerdict } from '../../base/domain.ts'
import type { Steps } from '../../base/give-way.ts'
import { foldWords, isCaption, nameWords } from './captions.ts'

export interface PairItem {
  readonly itemId: ItemId
  readonly kind: ItemKind
  readonly folderId: FolderId
  /** Relative to the folder. */
  readonly path: string
  readonly title: string | null
  readonly description: string | null
  readonly keywords: readonly string[]
}

export interface PairLink {
  readonly fromId: ItemId
  readonly toId: ItemId | null
  /** Never trained on: the picture of another dish teaches the wrong words. */
  readonly isGuess: boolean
  readonly kind: 'embed' | 'wikilink' | 'link'
  readonly text: string
  /** The passage that it stands in or after. */
  readonly part: number
}

type PairReason =
  | 'confirmed'
  | 'description'
  | 'title'
  | 'keywords'
  | 'alt-text'
  | 'embed'
  | 'wikilink'
  | 'link'
  | 'same-name'
  | 'sidecar'
  | 'file-name'

/** A photo and a text that belong together, and why we think so. */
export interface MinedPair {
  readonly photoId: ItemId
  /** Where the text stands, when it is from a note. */
  readonly noteId: ItemId | null
  /** As in `PairItem`. */
  readonly photoPath: string
  readonly text: string
  readonly reason: PairReason
  /** How far the text can be trusted to say what is on the photo, 0…1. */
  readonly weight: number
  /** What the user said of it. A rejected pair is not trained on. */
  readonly verdict: PairVerdict['verdict'] | null
}

/** By judgement, best first: a person's own caption; a word for it; what stands around it. To be fitted once training measures it. */
const weights: Readonly<Record<PairReason, number>> = {
  confirmed: 1,
  description: 1,
  'alt-text': 1,
  title: 0.9,
  sidecar: 0.9,
  'same-name': 0.8,
  embed: 0.6,
  wikilink: 0.6,
  link: 0.5,
  keywords: 0.5,
  'file-name': 0.4
}

/** Texts that claim to say what is on the photo. Titles, names, keywords and what stands around it may say something else without being wrong. */
export const describingReasons: ReadonlySet<PairReason> = new Set<PairReason>(['confirmed', 'description', 'alt-text'])

/** A text on more photos than this is a signature, not a caption. */
const mostPhotosPerText = 20

/**
 * Pairs of the library itself: what is written in a photo, what notes say where they show it, text files of its name, and
 * its name where that is words. A photo may be in several pairs; the same text is paired with it once, for its best reason.
 * Links that are guesses are left out. What the user said wins: a confirmed pair is there whether it was found or not, a rejected one is marked where it was found.
 * @param passagesOf a note's passages in order, for the words around a picture; asked only for notes that show one
 * @returns by photo, the best of each first
 */
export function* minePairs(
  items: readonly PairItem[],
  links: readonly PairLink[],
  passagesOf: (noteId: ItemId) => readonly { readonly part: number; readonly text: string }[] = () => [],
  verdicts: readonly PairVerdict[] = []
): Steps<MinedPair[]> {
  const byId = new Map(items.map(item => [item.itemId, item]))
  const found: MinedPair[] = []
  for (const source of [fromPhotos(items), fromLinks(byId, links, passagesOf), fromNames(items, passagesOf)])
    for (const pair of source) {
      if (pair !== null && isCaption(pair.text)) found.push(pair)
      yield
    }
  const once = new Map<string, MinedPair>()
  for (const pair of found.sort(bestOfPhotoFirst)) {
    const key = pairKey(pair)
    if (!once.has(key)) once.set(key, pair)
    yield
  }
  const mined = yield* withoutSignatures([...once.values()])
  return (yield* withVerdicts(mined, byId, verdicts)).sort(bestOfPhotoFirst)
}

function bestOfPhotoFirst(a: MinedPair, b: MinedPair): number {
  return a.photoId - b.photoId || b.weight - a.weight
}

function pairKey({ photoId, text }: Pick<MinedPair, 'photoId' | 'text'>): string {
  return `${photoId} ${foldWords(text)}`
}

function pairOf(photo: PairItem, noteId: ItemId | null, text: string, reason: PairReason): MinedPair {
  return {
    photoId: photo.itemId,
    noteId,
    photoPath: photo.path,
    text: text.replace(/\s+/g, ' ').trim(),
    reason,
    weight: weights[reason],
    verdict: null
  }
}

/** What one of the sources has; null where it has nothing, so that it may be interrupted there too. */
type Source = Generator<MinedPair | null>

function* fromPhotos(items: readonly PairItem[]): Source {
  for (const photo of items) {
    yield null
    if (photo.kind !== 'photo') continue
    if (photo.description !== null) yield pairOf(photo, null, photo.description, 'description')
    if (photo.title !== null) yield pairOf(photo, null, photo.title, 'title')
    if (photo.keywords.length > 1) yield pairOf(photo, null, photo.keywords.join(', '), 'keywords')
    const named = nameWords(photo.path)
    if (named !== null) yield pairOf(photo, null, named, 'file-name')
  }
}

function* fromLinks(
  byId: ReadonlyMap<ItemId, PairItem>,
  links: readonly PairLink[],
  passagesOf: (noteId: ItemId) => readonly { readonly part: number; readonly text: string }[]
): Source {
  const perPassage = new Map<string, Set<ItemId>>()
  const shown = links.flatMap(link => {
    const photo = link.toId === null || link.isGuess ? undefined : byId.get(link.toId)
    if (photo?.kind !== 'photo' || byId.get(link.fromId)?.kind !== 'note') return []
    const place = `${link.fromId} ${link.part}`
    const photos = perPassage.get(place) ?? new Set()
    perPassage.set(place, photos.add(photo.itemId))
    return [{ link, photo, photos }]
  })
  const passages = new Map<ItemId, ReadonlyMap<number, string>>()
  for (const { link, photo, photos } of shown) {
    yield pairOf(photo, link.fromId, link.text, link.kind === 'embed' ? 'alt-text' : link.kind)
    if (!passages.has(link.fromId))
      passages.set(link.fromId, new Map(passagesOf(link.fromId).map(({ part, text }) => [part, text])))
    const around = pairOf(photo, link.fromId, passages.get(link.fromId)?.get(link.part) ?? '', link.kind)
    // Ten pictures under one paragraph: it says little of each.
    yield { ...around, weight: around.weight / photos.size }
  }
}

/** `hedgehog.txt` beside `hedgehog.jpg`, and `hedgehog.jpg.txt`, which can mean nothing else. */
function* fromNames(
  items: readonly PairItem[],
  passagesOf: (noteId: ItemId) => readonly { readonly part: number; readonly text: string }[]
): Source {
  const photos = new Map<string, { photo: PairItem; reason: 'same-name' | 'sidecar' }[]>()
  const add = (name: string, photo: PairItem, reason: 'same-name' | 'sidecar'): void => {
    const key = nameKey(photo.folderId, name)
    photos.set(key, [...(photos.get(key) ?? []), { photo, reason }])
  }
  for (const item of items) {
    yield null
    if (item.kind !== 'photo') continue
    add(item.path, item, 'sidecar')
    add(withoutExtension(item.path), item, 'same-name')
  }
  for (const note of items) {
    yield null
    if (note.kind !== 'note' || !/\.(?:txt|md|markdown)$/i.test(note.path)) continue
    for (const { photo, reason } of photos.get(nameKey(note.folderId, withoutExtension(note.path))) ?? []) {
      const text = passagesOf(note.itemId)[0]?.text ?? note.title ?? ''
      yield pairOf(photo, note.itemId, text, reason)
    }
  }
}

function nameKey(folderId: FolderId, path: string): string {
  return `${folderId}/${path.normalize('NFC').toLowerCase()}`
}

function withoutExtension(path: string): string {
  return path.replace(/\.[^./]+$/, '')
}

function* withoutSignatures(pairs: readonly MinedPair[]): Steps<readonly MinedPair[]> {
  const folded: string[] = []
  const photos = new Map<string, number>()
  for (const { text } of pairs) {
    const key = foldWords(text)
    folded.push(key)
    photos.set(key, (photos.get(key) ?? 0) + 1)
    yield
  }
  return pairs.filter((_, i) => (photos.get(folded[i] ?? '') ?? 0) <= mostPhotosPerText)
}

function* withVerdicts(
  pairs: readonly MinedPair[],
  byId: ReadonlyMap<ItemId, PairItem>,
  verdicts: readonly PairVerdict[]
): Steps<MinedPair[]> {
  const all = new Map<string, MinedPair>()
  for (const pair of pairs) {
    all.set(pairKey(pair), pair)
    yield
  }
  for (const { photoId, noteId, text, verdict } of verdicts) {
    const photo = byId.get(photoId)
    const mined = all.get(pairKey({ photoId, text }))
    if (verdict === 'rejected' && mined !== undefined) all.set(pairKey(mined), { ...mined, verdict })
    if (verdict === 'confirmed' && photo?.kind === 'photo') {
      const confirmed = pairOf(photo, noteId ?? mined?.noteId ?? null, mined?.text ?? text, 'confirmed')
      all.set(pairKey(confirmed), { ...confirmed, verdict })
    }
  }
  return [...all.values()]
}
