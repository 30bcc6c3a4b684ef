import type { ItemDate, NoteLink } from '../../../base/domain.ts'
import type { Block } from './block.ts'

/** What the reader of a format hands over before the note is cut into passages. */
export interface NoteSource {
  /** What the offsets of blocks and links refer to. */
  readonly text: string
  /** Prose in reading order. */
  readonly blocks: readonly Block[]
  readonly links: readonly FoundLink[]
  readonly title: string | null
  /** null: the document says nothing of its date. */
  readonly date: ItemDate | null
  readonly tags: readonly string[]
  /** Other names that links may lead to it by. Absent for none. */
  readonly aliases?: readonly string[]
  /** Pictures that the note names by patterns; see pictures-like.ts. Absent for none. */
  readonly patterns?: readonly PicturePattern[]
}

/** Pictures of which a note says the same, all in one: `*.jpg`. */
export interface PicturePattern {
  /** Of paths from the note's folder. */
  readonly pattern: string
  /** What is said of each picture; `:counter` stands for its number. */
  readonly texts: readonly string[]
  readonly start: number
}

/** A link before it is known which passage it stands in. */
export type FoundLink = Omit<NoteLink, 'part'>
