/**
 * The contract's words for the text of a note as it is shown. Plain data: nothing of it can be run or loaded, whatever the note
 * holds, and followed is only a link to an item of the library.
 */

import type { ItemSummary } from './items.ts'

/** Words, and where those that were asked for stand in them: UTF-16 ranges. */
interface Words<Kind> {
  readonly kind: Kind
  readonly text: string
  readonly marks?: readonly (readonly [start: number, end: number])[] | undefined
}

interface Styled<Kind> {
  readonly kind: Kind
  readonly children: readonly NoteInline[]
}

export type NoteInline =
  | Words<'text'>
  | Words<'code'>
  | Styled<'strong'>
  | Styled<'emphasis'>
  | Styled<'deleted'>
  | {
      readonly kind: 'link'
      /** As it is written, to be read and not followed. */
      readonly address: string
      /** UTF-16 offset in the note. */
      readonly start: number
      /** The item of the library that it leads to, one of `linked`; absent where the library has none, or another may be meant. */
      readonly itemId?: number | undefined
      readonly children: readonly NoteInline[]
    }
  | {
      readonly kind: 'picture'
      /** What stands for it: alternative text or caption; '' when there is none. */
      readonly text: string
      /** UTF-16 offset in the note. */
      readonly start: number
      /** The photo of the library that it is; absent where the library has none, or another may be meant. */
      readonly photoId?: number | undefined
    }
  | { readonly kind: 'break' }

export type NoteBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly NoteInline[] }
  | { readonly kind: 'paragraph'; readonly children: readonly NoteInline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly NoteBlock[] }
  | {
      readonly kind: 'list'
      /** Of the first item; null for a list without numbers. */
      readonly start: number | null
      readonly items: readonly {
        /** Of a task; null for what is none. */
        readonly isDone: boolean | null
        readonly blocks: readonly NoteBlock[]
      }[]
    }
  /** The first row is the table's head. */
  | { readonly kind: 'table'; readonly rows: readonly (readonly (readonly NoteInline[])[])[] }
  | { readonly kind: 'rule' }

/** What stands at the top level of a note, and where: UTF-16 offsets. */
export interface PlacedBlock {
  readonly start: number
  readonly end: number
  readonly block: NoteBlock
  /** Of the passage that was found. */
  readonly isFound?: true | undefined
}

export interface NoteTextInput {
  readonly itemId: number
  /** What the bar says: its words are marked. */
  readonly text?: string | undefined
  /** The passage that was found. */
  readonly part?: number | undefined
}

export interface NoteText {
  readonly blocks: readonly PlacedBlock[]
  /** What its links lead to, each item once. */
  readonly linked: readonly ItemSummary[]
}
