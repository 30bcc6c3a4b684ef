import { isRecord, recordsOf, textOf } from '../../metadata/json-record.ts'
import { daysOf, readChatDay, type ChatMessage } from './chat.ts'
import { Names, type ContainerReader } from './contained.ts'
import { readJsonFile } from './json.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Telegram's export as JSON: of one chat, or of all.
 * @see https://core.telegram.org/import-export
 */
export const telegram: ContainerReader = {
  format: 'text',
  async open(path) {
    const json = await readJsonFile(path, 'export of Telegram')
    const all = isRecord(json) ? json : {}
    const names = new Names('.txt')
    const chats = [all, ...[all.chats, all.left_chats].flatMap(some => (isRecord(some) ? recordsOf(some.list) : []))]
    return chats.flatMap(chat =>
      daysOf(textOf(chat.name) ?? 'Telegram', recordsOf(chat.messages).flatMap(messageOf), names)
    )
  },
  read: readChatDay
}

function messageOf(message: Fields): ChatMessage[] {
  const at = textOf(message.date)
  if (message.type !== 'message' || at === null || !/^\d{4}-\d\d-\d\dT/.test(at)) return []
  const file = textOf(message.photo) ?? textOf(message.file)
  // What was not exported has a sentence in brackets in place of its path.
  const path = file === null || file.startsWith('(') ? null : file
  const text = wordsOf(message.text)
  if (text.trim() === '' && path === null) return []
  return [{ at, from: textOf(message.from) ?? '', text, file: path }]
}

/** A text, or pieces of it with and without formatting. */
function wordsOf(text: unknown): string {
  if (typeof text === 'string') return text
  if (!Array.isArray(text)) return ''
  return text
    .map((piece: unknown) => (typeof piece === 'string' ? piece : isRecord(piece) ? (textOf(piece.text) ?? '') : ''))
    .join('')
}
