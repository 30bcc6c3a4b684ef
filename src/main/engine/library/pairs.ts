import type { FolderId, ItemId, ItemKind } from '../domain.ts'

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
  readonly kind: 'embed' | 'wikilink' | 'link'
  readonly text: string
  /** The passage that it stands in or after. */
  readonly part: number
}

export type PairReason =
  'description' | 'title' | 'keywords' | 'alt-text' | 'embed' | 'wikilink' | 'link' | 'same-name' | 'sidecar'

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
}

/** By judgement, best first: a person's own caption; a word for it; what stands around it. To be fitted once training measures it. */
const weights: Readonly<Record<PairReason, number>> = {
  description: 1,
  'alt-text': 1,
  title: 0.9,
  sidecar: 0.9,
  'same-name': 0.8,
  embed: 0.6,
  wikilink: 0.6,
  link: 0.5,
  keywords: 0.5
}

/** A text on more photos than this is a signature, not a caption. */
const mostPhotosPerText = 20

/**
 * Pairs of the library itself: what is written in a photo, what notes say where they show it, and text files of its name.
 * A photo may be in several pairs; the same text is paired with it once, for its best reason.
 * @param passagesOf a note's passages in order, for the words around a picture; asked only for notes that show one
 */
export function minePairs(
  items: readonly PairItem[],
  links: readonly PairLink[],
  passagesOf: (noteId: ItemId) => readonly { readonly part: number; readonly text: string }[] = () => []
): MinedPair[] {
  const byId = new Map(items.map(item => [item.itemId, item]))
  const found = [...fromPhotos(items), ...fromLinks(byId, links, passagesOf), ...fromNames(items, passagesOf)]
  const bestFirst = found
    .filter(pair => isCaption(pair.text))
    .sort((a, b) => a.photoId - b.photoId || b.weight - a.weight)
  const once = new Map<string, MinedPair>()
  for (const pair of bestFirst) {
    const key = `${pair.photoId} ${sameText(pair.text)}`
    if (!once.has(key)) once.set(key, pair)
  }
  return withoutSignatures([...once.values()])
}

function pairOf(photo: PairItem, noteId: ItemId | null, text: string, reason: PairReason): MinedPair {
  return {
    photoId: photo.itemId,
    noteId,
    photoPath: photo.path,
    text: text.replace(/\s+/g, ' ').trim(),
    reason,
    weight: weights[reason]
  }
}

function* fromPhotos(items: readonly PairItem[]): Generator<MinedPair> {
  for (const photo of items) {
    if (photo.kind !== 'photo') continue
    if (photo.description !== null) yield pairOf(photo, null, photo.description, 'description')
    if (photo.title !== null) yield pairOf(photo, null, photo.title, 'title')
    if (photo.keywords.length > 1) yield pairOf(photo, null, photo.keywords.join(', '), 'keywords')
  }
}

function* fromLinks(
  byId: ReadonlyMap<ItemId, PairItem>,
  links: readonly PairLink[],
  passagesOf: (noteId: ItemId) => readonly { readonly part: number; readonly text: string }[]
): Generator<MinedPair> {
  const perPassage = new Map<string, Set<ItemId>>()
  const shown = links.flatMap(link => {
    const photo = link.toId === null ? undefined : byId.get(link.toId)
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
): Generator<MinedPair> {
  const photos = new Map<string, { photo: PairItem; reason: 'same-name' | 'sidecar' }[]>()
  const add = (name: string, photo: PairItem, reason: 'same-name' | 'sidecar'): void => {
    const key = nameKey(photo.folderId, name)
    photos.set(key, [...(photos.get(key) ?? []), { photo, reason }])
  }
  for (const item of items) {
    if (item.kind !== 'photo') continue
    add(item.path, item, 'sidecar')
    add(withoutExtension(item.path), item, 'same-name')
  }
  for (const note of items) {
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

// ── what is no caption ──────────────────────────────────────────────────────────────────────────────────────────────

/** Names that cameras, phones and programs give, alone or with numbers. */
const named =
  /^(?:img|image|dsc[nf]?|dscf|pict?|p|pxl|gopr|gh|mvimg|mvi|pano|burst|vid|video|photo|picture|screen ?shot|screencap|screen ?grab|snapshot|scan|untitled|unnamed|figure|fig|thumbnail|thumb|cover|banner|hero|logo|icon|avatar|placeholder|alt(?: text)?|caption|download|attachment|pasted image|whatsapp image|signal|foto|bild|bildschirmfoto|capture|collage|null|undefined|none|test|photo by|image of|picture of|a photo|an image|a picture|a screenshot)(?:[\s\d_.:,()–-]|\bat\b|\b[ap]m\b|\bwa\d*|\bfrom\b|\bimg\b)*$/i

const fewestLetters = 3

/** Whether a text can say what is on a photo: not the name of a file, a number, an address or a word for any picture. */
export function isCaption(text: string): boolean {
  const words = text.trim().replace(/\.(?:jpe?g|png|webp|avif|gif|tiff?|bmp|hei[cf]|svg|pdf|mp4|mov)$/i, '')
  const isFileName = words !== text.trim() && !/\s/.test(words)
  if (isFileName || named.test(words) || /^(?:https?:\/\/|www\.)\S*$/i.test(words)) return false
  if (/^[0-9a-f]{8}(?:-?[0-9a-f]{4,}){1,}$/i.test(words)) return false // A hash or a UUID.
  const letters = words.match(/\p{L}/gu)?.length ?? 0
  const ideographs =
    words.match(/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu)?.length ?? 0
  // `P1010023`, `2021-05-03 12.30.11`: mostly digits.
  const digits = words.match(/\d/g)?.length ?? 0
  return (letters >= fewestLetters || ideographs > 0) && digits <= letters
}

function sameText(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function withoutSignatures(pairs: readonly MinedPair[]): MinedPair[] {
  const photos = new Map<string, number>()
  for (const { text } of pairs) photos.set(sameText(text), (photos.get(sameText(text)) ?? 0) + 1)
  return pairs.filter(({ text }) => (photos.get(sameText(text)) ?? 0) <= mostPhotosPerText)
}
