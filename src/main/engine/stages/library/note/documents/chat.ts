import { nameOf } from '../../../../base/item-path.ts'
import { parseDate } from '../dates.ts'
import { localTarget } from '../local-target.ts'
import type { NoteSource } from '../note-source.ts'
import { Names, type ContainedNote } from './contained.ts'
import { Gathered } from './gathered.ts'

/** One message of a chat. */
export interface ChatMessage {
  /** By the clock of who exported it: `2024-01-02T15:04`. */
  readonly at: string
  /** '' for what the program says itself. */
  readonly from: string
  readonly text: string
  /** A picture or another file, as a path from the folder of the chat; null without one. */
  readonly file: string | null
}

/** What people said to each other on one day. */
interface ChatDay {
  readonly chat: string
  readonly messages: readonly ChatMessage[]
}

/** A chat is as long as a friendship: each day of it is a note. @param messages  in their order */
export function daysOf(chat: string, messages: readonly ChatMessage[], names = new Names('.txt')): ContainedNote[] {
  return [...Map.groupBy(messages, ({ at }) => at.slice(0, 10))].map(([day, said]) => ({
    name: names.next(`${chat} ${day}`),
    content: JSON.stringify({ chat, messages: said } satisfies ChatDay),
    modifiedMs: null
  }))
}

/** A day of a chat: a paragraph for each message. @param content  of `daysOf` */
export function readChatDay(content: string): NoteSource {
  const { chat, messages } = JSON.parse(content) as ChatDay
  const gathered = new Gathered()
  for (const { from, text, file } of messages) {
    // The chat's folder is that of the file, which stands as a folder in the path of the note.
    const target = file === null ? null : localTarget(`../${file}`)
    if (target !== null) gathered.link({ kind: 'embed', target, text: text.replace(/\s+/g, ' ').trim() })
    const said = text.trim() === '' ? nameOf(file ?? '') : text
    gathered.add(from === '' ? said : `${from}: ${said}`)
  }
  const [first] = messages
  return gathered.source({ title: chat, date: first === undefined ? null : parseDate(first.at, 'document') })
}
