import { readFile, stat } from 'node:fs/promises'
import { decodeWords } from 'postal-mime'
import { noteLimits } from '../limits.ts'
import { checkNoteSize } from '../note-size.ts'
import { Refusal } from '../refusal.ts'
import { Names, type ContainerReader } from './contained.ts'
import { readMail } from './mail.ts'

/** Between two messages: an empty line, then the sender's address and a day. */
const postmark = /(?:^|\r?\n\r?\n)From \S+.{0,40}\b\d{4}[^\n]*\r?\n/g

/** A mailbox: messages one after the other, as mail programs and Google Takeout keep them. @see RFC 4155 */
export const mailbox: ContainerReader = {
  format: 'mail',
  async open(path, deadline) {
    checkNoteSize((await stat(path)).size, 'pdf', noteLimits)
    // A character for each byte: every message says its own encoding.
    const mails = (await readFile(path)).toString('latin1')
    const names = new Names('.eml')
    const marks = [...mails.matchAll(postmark)]
    if (marks[0]?.index !== 0)
      throw new Refusal('wrong-content', 'The name says that this is a mailbox, but its content is something else.')
    const notes = []
    for (const [i, mark] of marks.entries()) {
      const content = mails.slice(mark.index + mark[0].length, marks[i + 1]?.index).replace(/^>(>*From )/gm, '$1')
      notes.push({ name: names.next(subjectOf(content)), content, modifiedMs: null })
      await deadline.giveWay()
    }
    return notes
  },
  read: content => readMail(Buffer.from(content, 'latin1'))
}

function subjectOf(mail: string): string {
  const head = mail.slice(0, Math.max(0, mail.search(/\r?\n\r?\n/)))
  const subject = /^subject:[ \t]*(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? ''
  return decodeWords(Buffer.from(subject.replace(/\r?\n[ \t]+/g, ' '), 'latin1').toString('utf8'))
}
