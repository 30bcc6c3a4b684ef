/** The contract's words for what is in the library: photos and notes. Plain data, like all of the contract. */

export type ItemKind = 'photo' | 'note'

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff' | 'bmp' | 'heic' | 'raw'
export type NoteFormat =
  | 'markdown'
  | 'mdx'
  | 'text'
  | 'html'
  | 'pdf'
  | 'docx'
  | 'opendocument'
  | 'rtf'
  | 'epub'
  | 'pptx'
  | 'xlsx'
  | 'mail'
  | 'notebook'
  | 'canvas'
  | 'textpack'
  | 'org'
  | 'rst'
  | 'asciidoc'
  | 'latex'
  | 'outline'
  | 'table'

/** Where a date came from, best first. */
export type DateSource = 'exif' | 'xmp' | 'iptc' | 'takeout' | 'front-matter' | 'document' | 'file-name' | 'file'

/** What indexing does next with a file, or how its newest reading ended. */
export type ItemStatus = 'waiting' | 'indexed' | 'failed'

/** What the library says of a file: exactly one of these, by which it is counted. */
export type ItemState = ItemStatus | 'unreachable'

/** Why a file could not be indexed. Each is one sentence's worth of difference to a person. */
export type FailureCode =
  | 'empty-file'
  | 'too-large'
  | 'too-many-pixels'
  | 'too-slow'
  | 'unsupported-format'
  | 'wrong-content'
  | 'corrupt'
  | 'no-preview'
  | 'encrypted'
  | 'no-text'
  | 'cannot-open'
  | 'decoder-crashed'

/** What is known of a date of which the day is not. */
export type DatePrecision = 'year' | 'month'

export interface ItemSummary {
  readonly itemId: number
  readonly kind: ItemKind
  readonly folderId: number
  /** Absolute, as the operating system writes it. */
  readonly path: string
  /** The photo's or note's title, else the file name. */
  readonly title: string
  /** Wall-clock time as if UTC, milliseconds. */
  readonly dateMs: number
  /** Absent where the date is not known, because nothing was read of the file yet: `dateMs` is its time stamp then. */
  readonly dateSource?: DateSource | undefined
  /** Only so much of the date is known, and `dateMs` is the first moment of that; absent where the day is known. */
  readonly datePrecision?: DatePrecision | undefined
  /** Of the upright photo; null for a note. */
  readonly widthPx: number | null
  readonly heightPx: number | null
  /** Base64 of a thumbhash; null for a note. */
  readonly thumbhash: string | null
  /** Of a note: the first picture that it shows and the library holds. Absent where there is none. */
  readonly firstPhotoId?: number | undefined
  /** Why its file cannot be reached now; absent where it can, as far as was seen. */
  readonly unreachable?: string | undefined
  /** Absent where the person did not say so. */
  readonly isFavourite?: boolean | undefined
}

/** What the person said of a photo or note, beside what its file says itself. Copies of one file share it. */
export interface OwnWords {
  /** A sentence or more on what a photo shows; null for none, and for every note. */
  readonly caption: string | null
  /** In the order in which they were said. */
  readonly addedTags: readonly string[]
  /** Tags that the file says and that do not count. */
  readonly removedTags: readonly string[]
  readonly isFavourite: boolean
}

type Ranges = readonly (readonly [start: number, end: number])[]

export interface ItemDetail extends ItemSummary {
  readonly status: ItemState
  readonly format: PhotoFormat | NoteFormat | null
  readonly sizeBytes: number
  readonly dateSource: DateSource
  readonly dateOffsetMinutes: number | null
  readonly latitude: number | null
  readonly longitude: number | null
  readonly camera: string | null
  readonly lens: string | null
  /** What the file or its sidecars say. */
  readonly description: string | null
  /** What the person said. */
  readonly own: OwnWords
  /** Where the words that were asked for stand in the caption of the person and in the description: UTF-16 ranges. */
  readonly marks: { readonly caption: Ranges; readonly description: Ranges }
  /** A photo's keywords, a note's tags: those of the file that count, then the person's own. */
  readonly tags: readonly string[]
  /** A note's passages in order; empty for a photo. */
  readonly passages: readonly { readonly part: number; readonly heading: string; readonly text: string }[]
  /** Of a long note: what its meaning is known of; null when that is all of it. */
  readonly longNote: LongNote | null
  /** A photo's notes, a note's photos: linked or embedded, in the order they are met. */
  readonly related: readonly RelatedItem[]
}

interface RelatedItem extends ItemSummary {
  /** Only a file's name led there, and another file may be meant; absent for a link that says which file it means. */
  readonly isGuess?: true | undefined
}

/** The rest of a long note is found by its words. */
export interface LongNote {
  /** So many passages, from the first, are found by their meaning. */
  readonly encodedPassages: number
  /** As many passages as are read of one note: what follows is not found at all. */
  readonly isCut: boolean
}

export interface FailedItem {
  readonly itemId: number
  readonly folderId: number
  readonly path: string
  readonly code: FailureCode
  readonly reason: string
}
