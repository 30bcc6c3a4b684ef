import type { NoteFormat } from '../../../../base/domain.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { cleanTitle } from '../titles.ts'

/*
 * [Note: containers] A file in which a program keeps many notes: an export of Evernote, Day One or Telegram, a mailbox. Each
 * note in it is an item of its own. Its path is that of the file with its own name behind it, as if the file were a folder:
 * `Garden.enex/Sowing dates.html`. What it is made of is kept as one text, so it has a size and a hash as files have.
 */

/** One of the notes in a file. */
export interface ContainedNote {
  /** Unlike that of any other in the file, without '/'. The ending is that of files with such a content. */
  readonly name: string
  /** What it is made of. */
  readonly content: string
  /** When it was changed last, milliseconds since 1970; null where the file does not say. */
  readonly modifiedMs: number | null
}

/** How the notes of one kind of file are found and read. */
export interface ContainerReader {
  /** What the content of each note is. */
  readonly format: NoteFormat
  /**
   * @param path  absolute
   * @throws Refusal when the file is no such file, damaged, or too large; the file system's error
   */
  open(path: string, deadline: Deadline): Promise<readonly ContainedNote[]>
  /** @param content  that of one note @throws Refusal */
  read(content: string, deadline: Deadline): Promise<NoteSource> | NoteSource
}

/** UTF-16 units. */
const longestName = 80

/** Gives notes their names: what they are called, and a number where several are called so. */
export class Names {
  readonly #ending: string
  readonly #used = new Map<string, number>()

  /** @param ending  with its dot */
  constructor(ending: string) {
    this.#ending = ending
  }

  next(title: string | null | undefined): string {
    const clean = (cleanTitle(title ?? undefined) ?? 'Untitled').replaceAll(/[/\\]/g, '∕').slice(0, longestName)
    const name = clean.toWellFormed().replace(/^[.~]/, '_').trim()
    // Names that differ in case alone would be one where case is not looked at.
    const key = name.toLowerCase()
    const count = (this.#used.get(key) ?? 0) + 1
    this.#used.set(key, count)
    if (count === 1) return `${name}${this.#ending}`
    // Another note may really be called so.
    const numbered = `${name} (${count})`
    return this.#used.has(numbered.toLowerCase()) ? this.next(title) : this.next(numbered)
  }
}
