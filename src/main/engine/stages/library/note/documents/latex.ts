import { parseDate } from '../dates.ts'
import type { NoteSource } from '../note-source.ts'
import type { Deadline } from '../refusal.ts'
import { Gathered } from './gathered.ts'
import { LineParagraphs } from './lines.ts'

const levels: Readonly<Record<string, number>> = {
  ...{ part: 1, chapter: 1, section: 2, subsection: 3, subsubsection: 4, paragraph: 5, subparagraph: 6 }
}
/** Commands whose arguments are no text. */
const silent = new Set(
  (
    'label ref eqref pageref autoref cref cite citep citet autocite textcite parencite bibliography bibliographystyle usepackage documentclass ' +
    'input include vspace hspace setlength setcounter addtocounter newcommand renewcommand newenvironment pagestyle thispagestyle index graphicspath ' +
    'hypersetup definecolor color bibitem url href'
  ).split(' ')
)
const leftOut =
  /^(?:equation|align|gather|multline|eqnarray|displaymath|math|verbatim|lstlisting|minted|tikzpicture|comment|filecontents|thebibliography|Shaded|Highlighting)\*?$/

const accents: Readonly<Record<string, string>> = {
  ...{ '"': '\u0308', "'": '\u0301', '`': '\u0300', '^': '\u0302', '~': '\u0303', '=': '\u0304', '.': '\u0307' },
  ...{ c: '\u0327', v: '\u030c', u: '\u0306', H: '\u030b', r: '\u030a', k: '\u0328', d: '\u0323', b: '\u0331' }
}
const letters: Readonly<Record<string, string>> = {
  ...{ ss: 'ß', ae: 'æ', AE: 'Æ', oe: 'œ', OE: 'Œ', o: 'ø', O: 'Ø', aa: 'å', AA: 'Å', l: 'ł', L: 'Ł', i: 'ı', j: 'ȷ' },
  ...{
    LaTeX: 'LaTeX',
    TeX: 'TeX',
    ldots: '…',
    dots: '…',
    textendash: '–',
    textemdash: '—',
    euro: '€',
    pounds: '£',
    S: '§'
  }
}

/** A LaTeX document: what stands between its begin and end, without formulas and code; title and date of its head. */
export async function readLatex(text: string, deadline: Deadline): Promise<NoteSource> {
  const source = withoutComments(text)
  const begin = source.indexOf('\\begin{document}')
  const body = begin < 0 ? source : source.slice(begin + '\\begin{document}'.length)
  const gathered = new Gathered()
  const paragraphs = new LineParagraphs(gathered, readable)
  const title = argumentOf(source, 'title')
  const written = argumentOf(source, 'date')
  for (const [i, paragraph] of withoutBlocks(body.replace(/\\end\{document\}[\s\S]*$/, ''))
    .split(/\n\s*\n/)
    .entries()) {
    if (i % 64 === 0) await deadline.giveWay()
    readParagraph(paragraph, paragraphs)
    paragraphs.end()
  }
  return gathered.source({
    title: title === null ? null : readable(title, paragraphs),
    date: written === null ? null : parseDate(readable(written, paragraphs), 'document')
  })
}

function withoutComments(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?<!\\)%.*(?:\n[ \t]*)?/g, '')
}

/** The environments that are no prose, from the innermost outwards. */
function withoutBlocks(body: string): string {
  let until: string | null = null
  return body
    .replace(
      /\\(begin|end)\{([^{}]*)\}(?:\[[^\]]*\])?(?:(?<=\\begin\{(?:tabular[xy*]?|longtable|array|minipage|multicols|wrapfigure|adjustwidth)\}(?:\[[^\]]*\])?)(?:\{(?:[^{}]|\{[^{}]*\})*\})+)?|[^\\]+|\\/g,
      (whole, kind: string | undefined, name: string | undefined) => {
        if (until !== null) {
          if (kind === 'end' && name === until) until = null
          return ''
        }
        if (kind === 'begin' && name !== undefined && leftOut.test(name)) {
          until = name
          return ' '
        }
        return kind === undefined ? whole : '\n\n'
      }
    )
    .replace(/\\\[[\s\S]{0,5000}?\\\]|\$\$[\s\S]{0,5000}?\$\$|\\\([^\n]{0,500}?\\\)|(?<!\\)\$[^$\n]{0,500}\$/g, ' ')
}

function readParagraph(paragraph: string, paragraphs: LineParagraphs): void {
  const caption = argumentOf(paragraph, 'caption')
  for (const [, address = ''] of paragraph.matchAll(/\\includegraphics\*?(?:\[[^\]]*\])?\{([^{}]*)\}/g))
    paragraphs.reference(
      /\.\w{2,4}$/.test(address) ? address : `${address}.png`,
      readable(caption ?? '', paragraphs),
      true
    )
  let at = 0
  const without = paragraph.replace(/\\includegraphics\*?(?:\[[^\]]*\])?\{[^{}]*\}/g, ' ')
  const heading =
    /\\(part|chapter|section|subsection|subsubsection|paragraph|subparagraph)\*?(?:\[[^\]]*\])?(?=\{)|\\item\b(?:\[([^\]]*)\])?/g
  for (let match = heading.exec(without); match !== null; match = heading.exec(without)) {
    paragraphs.add(without.slice(at, match.index))
    paragraphs.end()
    const [whole, name, term] = match
    at = match.index + whole.length
    if (name !== undefined) {
      const title = groupAt(without, at)
      paragraphs.heading(title, levels[name] ?? 2)
      at += title.length + 2
    } else if (term !== undefined) paragraphs.add(term)
    heading.lastIndex = at
  }
  paragraphs.add(without.slice(at))
}

function argumentOf(source: string, command: string): string | null {
  const found = new RegExp(`\\\\${command}\\*?(?:\\[[^\\]]*\\])?(?=\\{)`).exec(source)
  return found === null ? null : groupAt(source, found.index + found[0].length)
}

/** No heading, caption or title is longer. */
const longestGroup = 1000

/** What stands between a brace and the one that closes it. @param at  of the first */
function groupAt(source: string, at: number): string {
  let depth = 0
  for (let i = at; i < Math.min(source.length, at + longestGroup); i++) {
    if (source[i] === '\\') i++
    else if (source[i] === '{') depth++
    else if (source[i] === '}' && --depth === 0) return source.slice(at + 1, i)
  }
  return ''
}

function readable(latex: string, paragraphs: LineParagraphs): string {
  return latex
    .replace(/\\href\{([^{}]*)\}\{([^{}]*)\}/g, (_, address: string, said: string) => {
      paragraphs.reference(address, said, false)
      return said
    })
    .replace(/\\(?:hypertarget|hyperref|textcolor|fontsize)(?:\[[^\]]*\])?\{[^{}]*\}/g, '')
    .replace(
      /\\(["'`^~=.]|[cvuHrkdb](?![A-Za-z]))\s*(?:\{\s*\\?([A-Za-z])\s*\}|\\?([A-Za-z]))/g,
      (_, sign: string, one?: string, other?: string) => `${one ?? other ?? ''}${accents[sign] ?? ''}`.normalize('NFC')
    )
    .replace(
      /\\([A-Za-z]+)\*?(?:\[[^\]]*\])?(\{[^{}]*\})?/g,
      (_, command: string, argument: string | undefined = '') => {
        const letter = letters[command]
        if (letter !== undefined) return `${letter}${argument}`
        return silent.has(command) ? ' ' : ` ${argument}`
      }
    )
    .replace(/\\([#$%&_{}])/g, '$1')
    .replace(/\\\\(?:\[[^\]]*\])?|[{}~]|\\[,;:! ]/g, ' ')
    .replace(/---/g, '—')
    .replace(/--/g, '–')
    .replace(/``/g, '“')
    .replace(/''/g, '”')
    .replace(/&/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/\s+([.,;:!?])/g, '$1')
    .trim()
}
