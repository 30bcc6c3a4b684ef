import { isMessageStart } from './message-start.ts'

/** A file that holds many notes: see [Note: containers]. */
export type ContainerKind = 'evernote' | 'day-one' | 'telegram' | 'whatsapp' | 'mailbox'

/** How much of a file `containerKind` wants to see. */
export const containerHeadBytes = 1024

/** `{ "name": …, "type": "personal_chat", "id": …, "messages": [`; a chat with a deleted account has no name. */
const telegramChat =
  /^\s*\{\s*(?:"name"\s*:\s*(?:"(?:[^"\\]|\\.)*"|null)\s*,\s*)?"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|private_(?:group|supergroup|channel)|public_(?:supergroup|channel))"\s*,/
const telegramAccount = /^\s*\{\s*"about"\s*:\s*"[^"]*Telegram/
const dayOneJournal = /^\s*\{\s*(?:"metadata"\s*:\s*\{[^{}]*\}\s*,\s*)?"entries"\s*:\s*\[/

/**
 * What kind of file with many notes it is; null for any other.
 * @param extension  of its name, in lower case, without the dot
 * @param head  its first bytes, or all of a shorter file
 */
export function containerKind(extension: string, head: Uint8Array): ContainerKind | null {
  if (extension === 'enex') return 'evernote'
  if (extension === 'mbox') return 'mailbox'
  const text = new TextDecoder().decode(head.subarray(0, containerHeadBytes))
  if (extension === 'txt') return isMessageStart(text) ? 'whatsapp' : null
  if (extension !== 'json') return null
  if (dayOneJournal.test(text)) return 'day-one'
  return telegramChat.test(text) || telegramAccount.test(text) ? 'telegram' : null
}
