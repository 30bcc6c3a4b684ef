import { createReadStream } from 'node:fs'
import { Parser } from 'htmlparser2'
import { parseDate } from '../dates.ts'
import { uniqueTags } from '../front-matter.ts'
import { readHtml } from '../html.ts'
import { Refusal } from '../refusal.ts'
import { cleanTitle } from '../titles.ts'
import { Names, type ContainedNote, type ContainerReader } from './contained.ts'
import { asHtml } from './xhtml.ts'
import { deepest, tooDeep } from './xml-events.ts'

interface EvernoteNote {
  readonly title: string
  readonly created: string
  readonly updated: string
  readonly tags: readonly string[]
  /** Names of the files that are attached; the files themselves are in the export too, and are not read. */
  readonly attached: readonly string[]
  /** A page of Evernote's own XHTML. */
  readonly page: string
}

/** Elements whose text is of the note. */
const kept = new Set(['title', 'created', 'updated', 'tag', 'file-name', 'content'])
/** A note of Evernote has 25 MB at most with all its files. UTF-16 units of its words. */
const longestPage = 10_000_000

/**
 * Evernote's export (ENEX). Pictures lie in it as base64, which may be gigabytes: the file is read in pieces, and of each note
 * its words alone are kept.
 * @see https://evernote.com/blog/how-evernotes-xml-export-format-works
 */
export const evernote: ContainerReader = {
  format: 'html',
  async open(path, deadline) {
    const notes: ContainedNote[] = []
    const names = new Names('.html')
    const elements = new Set<string>()
    let open: { -readonly [K in keyof EvernoteNote]: EvernoteNote[K] } | null = null
    let element = ''
    let depth = 0
    let text = ''
    const parser = new Parser(
      {
        onopentag(name) {
          if (++depth > deepest) throw tooDeep()
          element = name
          text = ''
          if (notes.length === 0) elements.add(name)
          if (name === 'note') open = { title: '', created: '', updated: '', tags: [], attached: [], page: '' }
        },
        ontext(piece) {
          if (open !== null && kept.has(element) && text.length < longestPage) text += piece
        },
        onclosetag(name) {
          depth--
          if (open === null) return
          if (name === 'title' || name === 'created' || name === 'updated') open[name] = text.trim()
          else if (name === 'tag') open.tags = [...open.tags, text]
          else if (name === 'file-name') open.attached = [...open.attached, text]
          else if (name === 'content') open.page = text
          else if (name === 'note') {
            const { title, created, updated } = open
            const changed = parseDate(updated, 'document') ?? parseDate(created, 'document')
            notes.push({
              name: names.next(title),
              content: JSON.stringify(open),
              modifiedMs: changed?.localMs ?? null
            })
            open = null
          }
          element = ''
        }
      },
      { xmlMode: true, decodeEntities: true }
    )
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      parser.write(piece as string)
      await deadline.giveWay()
    }
    parser.end()
    if (!elements.has('en-export'))
      throw new Refusal('wrong-content', 'The name says that this is an export of Evernote, but it is something else.')
    return notes
  },
  read(content) {
    const { title, created, updated, tags, attached, page } = JSON.parse(content) as EvernoteNote
    const words = page.replace(/<en-crypt\b[^>]*>[^<]*<\/en-crypt>/g, '')
    const files = attached.length === 0 ? '' : `<p>${attached.map(escaped).join(', ')}</p>`
    const read = readHtml(asHtml(words).replace(/(?=<\/en-note>\s*$)|$/, files))
    if (read.blocks.length === 0 && cleanTitle(title) === null)
      throw new Refusal('no-text', 'This note holds no text, only pictures or nothing at all.')
    return {
      ...read,
      title: cleanTitle(title),
      date: parseDate(created, 'document') ?? parseDate(updated, 'document'),
      tags: uniqueTags(tags)
    }
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
