import { readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { decodeText } from '../encoding.ts'
import { noteLimits } from '../limits.ts'
import { checkNoteSize } from '../note-size.ts'
import { daysOf, readChatDay, type ChatMessage } from './chat.ts'
import type { ContainerReader } from './contained.ts'
import { messageStart, withoutMarks } from './message-start.ts'

/**
 * A chat that WhatsApp exported as text, with or without its pictures beside it.
 * @see https://faq.whatsapp.com/1180414079177245 (forms of Android 2.19 to 2.24 and of iOS, as their users show them)
 */
export const whatsapp: ContainerReader = {
  format: 'text',
  async open(path) {
    checkNoteSize((await stat(path)).size, 'text', noteLimits)
    const lines = withoutMarks(decodeText(await readFile(path))).split(/\r?\n/)
    return daysOf(chatName(path), messagesOf(lines))
  },
  read: readChatDay
}

function messagesOf(lines: readonly string[]): ChatMessage[] {
  const begun = lines.map(line => messageStart.exec(line))
  const isDayFirst = !begun.some(found => found !== null && Number(found[1]) <= 12 && Number(found[2]) > 12)
  const messages: { at: string; from: string; text: string; file: string | null }[] = []
  for (const [i, line] of lines.entries()) {
    const found = begun[i]
    const last = messages.at(-1)
    if (found == null) {
      if (last !== undefined) last.text += `\n${line}`
      continue
    }
    const rest = line.slice(found[0].length)
    // The program's own sentences have no name before them.
    const [, from = '', text = rest] = /^([^:\n]{1,60}):\s([^]*)$/.exec(rest) ?? []
    messages.push({ at: atOf(found, isDayFirst), from: from.trim(), text, file: null })
  }
  return messages.map(message => ({ ...message, ...attachedTo(message.text) }))
}

/** `‎<attached: 00000012-PHOTO.jpg>` (iOS), `IMG-20240102-WA0003.jpg (file attached)` (Android), in any language. */
function attachedTo(text: string): Pick<ChatMessage, 'text' | 'file'> {
  const attached = /<[^<>:]{3,30}:\s?([^<>:/\\]+\.\w{2,5})>/u.exec(text)
  if (attached !== null) return { text: text.replace(attached[0], '').trim(), file: attached[1] ?? null }
  const before = /^([^\n:/\\]{1,120}\.\w{2,5}) \([^()\n]{3,40}\)(?:\n|$)/u.exec(text)
  if (before !== null) return { text: text.slice(before[0].length).trim(), file: before[1] ?? null }
  return { text, file: null }
}

function atOf([, a = '', b = '', c = '', hour = '', minute = '', half]: RegExpExecArray, isDayFirst: boolean): string {
  const [year, month, day] = a.length === 4 ? [a, b, c] : isDayFirst ? [c, b, a] : [c, a, b]
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  const two = (number: string | number): string => String(number).padStart(2, '0')
  return `${year.length === 2 ? `20${year}` : year}-${two(month)}-${two(day)}T${two(hours)}:${minute}`
}

/** `WhatsApp Chat with Ada.txt`, `WhatsApp-Chat mit Ada.txt`; `_chat.txt` in a folder that is called so. */
function chatName(path: string): string {
  const name = basename(path, '.txt')
  const called = /^_chat/i.test(name) ? basename(dirname(path)) : name
  return called.replace(/^WhatsApp[\s-]+chat\s*(?:-|with|mit|avec|con|com|met|med|z|с)\s+/iu, '')
}
