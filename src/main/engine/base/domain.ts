/**
 * The nouns that cross from one stage to the next: types only, no code. A stage takes these and gives these, so stages know
 * nothing of each other, and the store knows nothing of stages. What the page names as well is the contract's.
 */

import type {
  DatePrecision,
  DateSource,
  FailureCode,
  ItemKind,
  ItemStatus,
  NoteFormat,
  PhotoFormat
} from '../../../shared/items.ts'

export type {
  DatePrecision,
  DateSource,
  FailureCode,
  ItemKind,
  ItemState,
  ItemStatus,
  NoteFormat,
  PhotoFormat
} from '../../../shared/items.ts'
export type { NoteBlock, NoteInline, PlacedBlock } from '../../../shared/notes.ts'

export type ItemId = number
export type FolderId = number

/** A photo is turned clockwise by this before it is encoded; other than 0 only for training photos. */
export type RotationDeg = 0 | 90 | 180 | 270

// ── scan and compare ────────────────────────────────────────────────────────────────────────────────────────────────

/** A file that may be a photo or a note, as the file system shows it. Nothing of its content has been read. */
export interface FoundFile {
  /** Relative to the chosen folder, `/` between parts on every platform, as the file system spells it (no Unicode normalisation). */
  readonly path: string
  readonly sizeBytes: number
  /** Milliseconds since 1970, whole. */
  readonly modifiedMs: number
  /** Files that say something about it (`.xmp`, Takeout `.json`, its folder's), same spelling as `path`. */
  readonly sidecarPaths: readonly string[]
  /** Changes when a sidecar is added, edited or removed; '' without sidecars. Such a change needs no encoding. */
  readonly sidecarStamp: string
  /** Names the device that its folder is on; null or absent where that is not known. */
  readonly device?: string | null
}

/** A file that describes others: XMP, JSON of an export, Picasa's. */
export interface FoundSidecar {
  /** As of a file. */
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** A symbolic link in the library that leads out of every chosen folder; or the links of one folder to files of another. */
export interface OutsideLink {
  readonly kind: 'folder' | 'files'
  /** Of the link to a folder; of the folder that the links to files are in. Relative, '/' between parts. */
  readonly path: string
  /** Where it leads, without symbolic links: the folder, or the one that the files are in. Absolute. */
  readonly target: string
  /** The links themselves, as paths of the library: what was read through one is at or below it. */
  readonly links: readonly string[]
}

/** What the store knows of a file: enough for `compare`. */
export interface KnownFile extends FoundFile {
  readonly itemId: ItemId
  readonly status: ItemStatus
  /** sha256 of the content, hex; null until it was read once. */
  readonly contentHash: string | null
  /** What the scans of its folder saw of it; absent where that is not known. */
  readonly presence?: Presence
}

/** What was read of a file, as far as its name may have told it. */
export interface Told {
  readonly kind: ItemKind
  readonly format: NoteFormat | PhotoFormat | null
  readonly title: string | null
  readonly dateSource: DateSource | null
}

/** In numbers of scans of one chosen folder, so that no clock matters. */
interface Presence {
  /** Each scan since this one saw the file. */
  readonly thereSince: number
  /** The first scan that did not see it; null when the last one saw it. */
  readonly missingSince: number | null
}

/** Where something is that cannot be reached or read now, and why. */
export interface Unreachable {
  /** The folder that is lost, or the file itself; relative to the chosen folder, '' for that one. */
  readonly place: string
  /** A whole sentence for a person. */
  readonly reason: string
}

/** A folder that a scan looked into. */
export interface SeenFolder {
  /** Relative to the chosen folder, '' for itself. */
  readonly path: string
  readonly device: string
  /** A marker file in it keeps it, and all that is below, out of the library. */
  readonly isMarked: boolean
}

/** What happened to a chosen folder since the last scan. Every found and every known file is in exactly one list. */
export interface Changes {
  readonly added: readonly FoundFile[]
  /** Content may differ: must be read again. */
  readonly changed: readonly { readonly known: KnownFile; readonly found: FoundFile }[]
  /** Same content elsewhere in the folder: only the path (and times, sidecars) differ. */
  readonly moved: readonly { readonly known: KnownFile; readonly found: FoundFile }[]
  /** Same content, other time stamp. */
  readonly touched: readonly { readonly known: KnownFile; readonly found: FoundFile }[]
  /** Same content, other sidecars: metadata is read again, nothing is encoded. */
  readonly described: readonly { readonly known: KnownFile; readonly found: FoundFile }[]
  readonly unchanged: readonly KnownFile[]
  readonly gone: readonly KnownFile[]
}

/** A folder or file that the scan could not look into. Known files below it are not gone. */
export interface ScanProblem {
  readonly path: string
  readonly reason: string
}

/** A file that is excluded, as the last scan saw it. */
export interface ExcludedFile {
  readonly excludedId: number
  /** Relative, as an item's. */
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedMs: number
  readonly contentHash: string | null
  /** The excluded folder that brought it here; null for a file that was named itself. */
  readonly withinId: number | null
  readonly isThere: boolean
  /** As an item's. */
  readonly device?: string | null
}

export interface ExcludedPlaces {
  readonly files: readonly ExcludedFile[]
  readonly folders: readonly { readonly excludedId: number; readonly path: string }[]
}

/** What a scan saw of what is excluded. */
export interface ExclusionChanges {
  /** Rows that are otherwise now: moved, changed, gone for now or there again. */
  readonly seen: readonly ExcludedFile[]
  /** Files in excluded folders that were not known. */
  readonly found: readonly { readonly withinId: number; readonly file: FoundFile }[]
  /** Rows of files that are no longer in an excluded folder. */
  readonly gone: readonly number[]
}

// ── decode ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** 8-bit sRGB, three bytes a pixel, rows from the top, upright (EXIF orientation applied). */
export interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgb: Uint8Array
}

export interface ItemDate {
  /** Wall-clock time at the place of capture as if it were UTC: what a person would call the date. */
  readonly localMs: number
  /** Minutes east of UTC, when known. */
  readonly offsetMinutes: number | null
  readonly source: DateSource
  /** Only so much is known, and `localMs` is its first moment; absent where the day is known. */
  readonly precision?: DatePrecision
}

export interface PhotoMetadata {
  readonly date: ItemDate
  readonly latitude: number | null
  readonly longitude: number | null
  readonly camera: string | null
  readonly lens: string | null
  /** A person's words only: camera boilerplate ("OLYMPUS DIGITAL CAMERA") is no title and no description. */
  readonly title: string | null
  readonly description: string | null
  readonly keywords: readonly string[]
}

export interface PhotoReading {
  readonly kind: 'photo'
  /** sha256 of the whole file, hex. */
  readonly contentHash: string
  readonly format: PhotoFormat
  /** Of the upright picture. */
  readonly widthPx: number
  readonly heightPx: number
  readonly metadata: PhotoMetadata
  /** At most 320 px on the longer side. */
  readonly thumbnail: { readonly jpeg: Uint8Array; readonly widthPx: number; readonly heightPx: number }
  /** https://evanw.github.io/thumbhash, about 25 bytes. */
  readonly thumbhash: Uint8Array
  /** 64-bit difference hash of the upright picture, 16 hex digits; near-duplicates differ in few bits. */
  readonly perceptualHash: string
}

/** The embedded part of a note. `start` and `end` are UTF-16 offsets into `NoteReading.text`. */
export interface Passage {
  readonly part: number
  readonly start: number
  readonly end: number
  /** Headings above it, outermost first, joined by ' › '; '' at the top. */
  readonly heading: string
  /** Readable text, markup removed: what is encoded, shown and searched. */
  readonly text: string
}

/** A reference from a note to another file or page. */
export interface NoteLink {
  /** `embed`: a picture shown in the note; `wikilink`: `[[…]]`; `link`: an ordinary link to a local file. */
  readonly kind: 'embed' | 'wikilink' | 'link'
  /** As written, percent-decoded, without anchor or alias. Remote addresses are not kept. */
  readonly target: string
  /** Alt text, caption or alias; '' when there is none. */
  readonly text: string
  /** UTF-16 offset of the reference in `NoteReading.text`. */
  readonly start: number
  /** The passage that it stands in or after. */
  readonly part: number
}

export interface NoteReading {
  readonly kind: 'note'
  readonly contentHash: string
  readonly format: NoteFormat
  readonly title: string
  readonly date: ItemDate
  readonly tags: readonly string[]
  /** Other names that links may lead to it by. Absent for none. */
  readonly aliases?: readonly string[]
  /** The decoded text that offsets refer to: the source for Markdown, text and HTML, the extracted text for PDF and DOCX. */
  readonly text: string
  readonly passages: readonly Passage[]
  readonly links: readonly NoteLink[]
}

export interface ReadFailure {
  readonly kind: 'failure'
  readonly code: FailureCode
  /** A whole sentence for a person: what is wrong with this file. */
  readonly reason: string
  readonly contentHash: string | null
  /** The operating system's word for it (EIO), where the file could not be read at all: that says nothing of its content. */
  readonly systemCode?: string | undefined
  /** The file was written to while it was read, so that its parts may be of different contents. */
  readonly changedMeanwhile?: true
}

// ── encode and project ──────────────────────────────────────────────────────────────────────────────────────────────

/** Which tower made a vector. Text vectors come from passages and from what people wrote about photos. */
export type Tower = 'image' | 'text'

/** One frozen ONNX tower with its preprocessing; `id` is a sha256 over files and settings, so it changes when any of them does. */
export interface EncoderCard {
  readonly id: string
  readonly tower: Tower
  readonly dimension: number
}

/** What a model pack says of itself once its files have been checked. */
export interface PackCard {
  readonly id: string
  readonly name: string
  readonly folder: string
  readonly licence: string
  readonly languages: readonly string[]
  readonly sharedSpace: boolean
  readonly image: EncoderCard
  readonly text: EncoderCard
  /** The pack's own map into the common space; null when the towers share one, or none was fitted yet. */
  readonly baseProjector: ProjectorWeights | null
  /** A file of captioned photos of others, as embeddings; null when the pack has none. */
  readonly generalProbePath: string | null
  /** The same of photos that its map was fitted on. */
  readonly rehearsalPath: string | null
  /** [n, d] unit rows: neutral photos as the image tower makes them; null when the pack brings none. */
  readonly neutralPhotos: Float32Array | null
  readonly sizeBytes: number
}

/** y = (x − mean) · matrix. `matrix` is row-major [d, k]. */
export interface LinearMap {
  /** [d] */
  readonly mean: Float32Array
  /** [d, k] */
  readonly matrix: Float32Array
}

/**
 * What a text's own words add to its place, beside its frozen embedding: y += mean(E[t]) · mean + max(E[t]) · max, over the
 * tokens t that the table knows. Nothing is added when it knows none.
 */
export interface WordTable {
  /** [v] token ids of the text tower's first tokenizer, ascending. */
  readonly tokens: Int32Array
  /** E [v, e], row i belongs to token `tokens[i]`. */
  readonly vectors: Float32Array
  /** [e, k] */
  readonly mean: Float32Array
  /** [e, k] */
  readonly max: Float32Array
}

/**
 * A learned correction within the common space, after which the row is unit again:
 * z = unit(y + scale · gelu(√k · y · inner) · outer), and with share a < 1: unit((1 − a) · y + a · z).
 */
export interface Residual {
  /** [k, h] */
  readonly inner: Float32Array
  /** [h, k] */
  readonly outer: Float32Array
  readonly scale: number
  /** a, 0…1 */
  readonly share: number
}

/** One tower's way into the common space: linear (or none) plus words (or none), unit; then each residual in turn. */
export interface TowerMap {
  readonly linear: LinearMap | null
  readonly words: WordTable | null
  readonly residuals: readonly Residual[]
}

/** A learned map of both towers into the common space. The pack's base projector, or a version of it trained on the library. */
export interface ProjectorWeights {
  /** sha256 over the weights, hex. */
  readonly id: string
  /** k: the dimension of the common space. */
  readonly dimension: number
  readonly image: TowerMap
  readonly text: TowerMap
  readonly source: string
}

/** What the encoder makes of a text: its unit embedding, and the ids of its tokens for a projector with a word table. */
export interface EncodedText {
  readonly vector: Float32Array
  /** Of the text tower's first tokenizer, without special tokens, in order, at most 256. */
  readonly tokens: Int32Array
}

/** part 0 of a photo is its picture; parts ≥ 1 are what was written about it. A note's parts are its passages. */
export interface VectorKey {
  readonly itemId: ItemId
  readonly part: number
}

/** What the user said of a photo and a text. It wins over what is mined. */
export interface PairVerdict {
  readonly photoId: ItemId
  /** Where the text stands, when it is from a note. */
  readonly noteId: ItemId | null
  readonly text: string
  readonly verdict: 'confirmed' | 'rejected'
}

// ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the filters of a query ask for; every given one must hold. */
export interface ItemFilters {
  readonly kind?: ItemKind
  /** Each is matched, without case, against the item's whole path: part of a folder name is enough. */
  readonly folders?: readonly string[]
  /** Wall-clock milliseconds as if UTC: from (inclusive), to (exclusive). */
  readonly afterMs?: number
  readonly beforeMs?: number
  /** Part of the camera's or lens's name, without case. */
  readonly camera?: string
  readonly near?: { readonly latitude: number; readonly longitude: number; readonly radiusKm: number }
  /** Each must be a keyword or tag, or stand above one (`garden` above `garden/roses`), without case. */
  readonly tags?: readonly string[]
  readonly isFailed?: boolean
  readonly isUnreachable?: boolean
  readonly isFavourite?: boolean
  /** None of these may hold. */
  readonly without?: readonly Omit<ItemFilters, 'without'>[]
}

/** The words of a query. */
export interface WordQuery {
  /** Any of these may match; more is better. */
  readonly words: readonly string[]
  /** Each must stand there exactly, apart from case. */
  readonly exact: readonly string[]
  /** None of these may stand there. */
  readonly without: readonly string[]
  /** The last of `words` is still being typed: longer words that begin with it match too. */
  readonly lastIsPrefix: boolean
}

/** A row of the word index that matched. */
export interface WordMatch {
  readonly itemId: ItemId
  /** The passage, or −1 for the item's title, file name, description and keywords. */
  readonly part: number
  /** Okapi BM25, larger is better, > 0. */
  readonly bm25: number
}

/** A matched row's text by field, with the matched ranges: what `explain` shows. */
export interface WordEvidence {
  readonly itemId: ItemId
  readonly part: number
  readonly fields: readonly {
    readonly field: 'title' | 'name' | 'description' | 'keywords' | 'text'
    readonly text: string
    readonly marks: readonly (readonly [start: number, end: number])[]
  }[]
}

/** What an ordinary, unrelated row scores on one question. */
export interface Background {
  /** Distinct rows that may be answered: the best of many unrelated ones scores more than the best of few. */
  readonly count: number
  readonly mean: number
  readonly standardDeviation: number
}
