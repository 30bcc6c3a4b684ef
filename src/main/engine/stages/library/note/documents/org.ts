import { parseDate } from '../dates.ts'
import { uniqueTags } from '../front-matter.ts'
import { isPictureName } from '../local-target.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { LineParagraphs } from './lines.ts'

// The letter in brackets: an unfinished line of this file would be found by the same word.
const states = /^(?:[T]ODO|DONE|NEXT|WAITING|CANCELLED|HOLD|STARTED)\s+/

/** An Org file: headings, paragraphs, lists and tables; title, date and tags of its head. @see https://orgmode.org/worg/org-syntax.html */
export async function readOrg(text: string, deadline: Deadline): Promise<NoteSource> {
  const gathered = new Gathered()
  const paragraphs = new LineParagraphs(gathered, readable)
  const said = new Map<string, string>()
  const tags: string[] = []
  /** The line that ends what is left out. */
  let until: RegExp | null = null
  for (const [i, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (i % 512 === 0) await deadline.giveWay()
    if (until !== null) {
      if (until.test(line)) until = null
      continue
    }
    const heading = /^(\*+)\s+(.*)$/.exec(line)
    const keyword = /^\s*#\+(\w+):\s*(.*)$/.exec(line)
    const block = /^\s*#\+begin_(src|example|comment|export)\b/i.exec(line)
    if (heading !== null) {
      const [, stars = '', written = ''] = heading
      const own = /\s+:([\p{L}\p{N}_@#%:]+):\s*$/u.exec(written)
      tags.push(...(own?.[1]?.split(':') ?? []))
      const title = (own === null ? written : written.slice(0, own.index))
        .replace(states, '')
        .replace(/^\[#\w\]\s*/, '')
      paragraphs.heading(title, stars.length)
    } else if (block !== null) {
      paragraphs.end()
      until = new RegExp(`^\\s*#\\+end_${block[1] ?? ''}\\b`, 'i')
    } else if (/^\s*:(?:PROPERTIES|LOGBOOK):\s*$/i.test(line)) until = /^\s*:END:\s*$/i
    else if (keyword !== null) {
      const [, name = '', value = ''] = keyword
      if (name.toLowerCase() === 'caption') paragraphs.add(`#+caption ${value}\u0000`)
      else said.set(name.toLowerCase(), value.trim())
    } else if (/^\s*(?:#(?:\s|\+|$)|(?:SCHEDULED|DEADLINE|CLOSED):|-{5,}\s*$|\|[-+|]+\|?\s*$)/.test(line))
      paragraphs.end()
    else if (line.trim() === '') paragraphs.end()
    else {
      if (/^\s*(?:[-+]|\d+[.)])\s/.test(line) || line.trimStart().startsWith('|')) paragraphs.end()
      paragraphs.add(line.replace(/^\s*(?:[-+]|\d+[.)])\s+(?:\[[ X-]\]\s+)?/, ''))
    }
  }
  paragraphs.end()
  tags.push(...(said.get('filetags') ?? '').split(/[:\s]+/))
  // Logseq says `#+tags: a, b` of a page.
  for (const key of ['keywords', 'tags']) tags.push(...(said.get(key) ?? '').split(',').map(tag => tag.trim()))
  const written = said.get('date')?.replace(/^[<[](\d{4}-\d{2}-\d{2})[^>\]]*?(\d{1,2}:\d{2})?[^>\]]*[>\]]$/, '$1 $2')
  const source = gathered.source({
    title: said.get('title') ?? null,
    date: written === undefined ? null : parseDate(written, 'front-matter'),
    tags: uniqueTags(tags.filter(tag => tag !== ''))
  })
  return { ...source, aliases: (said.get('alias') ?? '').split(',').filter(name => name.trim() !== '') }
}

function readable(paragraph: string, paragraphs: LineParagraphs): string {
  const caption = /^#\+caption (.*?)\0/.exec(paragraph)?.[1] ?? ''
  return (
    paragraph
      .replace(/#\+caption .*?\0/g, '')
      // Logseq's references to blocks.
      .replace(/\(\([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\)\)/g, '')
      .replace(/\[\[([^[\]]+)\](?:\[([^[\]]*)\])?\]/g, (_, address: string, said: string | undefined) => {
        const isShown = said === undefined && isPictureName(address)
        paragraphs.reference(address, said ?? (isShown ? caption : ''), isShown)
        return said ?? (isShown ? caption : address)
      })
      .replace(/\[fn:[^\]:]*\]|\[fn:[^\]:]*:([^\]]*)\]|\\\(.*?\\\)/g, ' $1')
      .replace(/(?<![\p{L}\p{N}])([*/_=~+])(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gu, '$2')
      .replaceAll('|', ' ')
      .replaceAll('---', '—')
      .replaceAll('--', '–')
  )
}
