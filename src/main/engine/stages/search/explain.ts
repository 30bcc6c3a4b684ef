import type { Reason, Snippet } from '../../../../shared/searching.ts'
import type { ItemId, WordEvidence, WordQuery } from '../../base/domain.ts'
import type { FusedHit } from './fuse.ts'
import { sentenceWith, snippetOf } from './snippet.ts'

/** What the store knows of one hit, for saying why it is there. */
export interface HitTexts {
  /** Rows of this item that the words matched, with their marks. */
  readonly words: readonly WordEvidence[]
  /** A passage of the note, or what was written about the photo; undefined for a part that has no text. */
  readonly textOf: (part: number) => string | undefined
  /** Title of an item at the other end of a link; undefined where it is no longer in the library. */
  readonly titleOf: (itemId: ItemId) => string | undefined
}

/** Characters of a snippet, and of the text in a `meaning` reason. */
const snippetLength = 240
const meaningLength = 120

/** Where words are looked for first when they stand in several fields equally. */
const fields = ['title', 'description', 'keywords', 'name', 'text'] as const

/** Why a hit is there: one reason for each lane that found it, largest share first. The shares add up to 1. */
export function reasonsFor(hit: FusedHit, query: WordQuery, texts: HitTexts): readonly Reason[] {
  return hit.evidence.map(({ lane, part, share, cosine, from }): Reason => {
    switch (lane) {
      case 'words': {
        const { field, words } = matchedWords(texts.words, part)
        return { kind: 'words', field, words, share }
      }
      case 'meaning': {
        const text = texts.textOf(part) ?? ''
        const sentence = sentenceWith(query.words, text)
        return { kind: 'meaning', text: snippetOf(text, sentence, [], meaningLength).text, cosine: cosine ?? 0, share }
      }
      case 'picture':
        return { kind: 'picture', cosine: cosine ?? 0, share }
      case 'shown': {
        const title = (from === undefined ? undefined : texts.titleOf(from)) ?? ''
        return {
          kind: 'shown',
          title,
          share,
          ...(from !== undefined && cosine !== undefined && { like: { itemId: from, cosine } })
        }
      }
      case 'said':
        return { kind: 'said', verdict: hit.isRelevant ? 'right' : 'wrong', share }
      case 'same':
        return { kind: 'same', share }
    }
  })
}

/**
 * The part of a note to read: around its matched words, densest first; else the sentence of the passage that means what was
 * asked. null for an item without text.
 */
export function snippetFor(hit: FusedHit, query: WordQuery, texts: HitTexts): Snippet | null {
  const marked = texts.words
    .flatMap(row => row.fields.filter(field => field.field === 'text').map(field => ({ ...field, part: row.part })))
    .sort((a, b) => distinct(b).length - distinct(a).length || b.marks.length - a.marks.length || a.part - b.part)[0]
  if (marked !== undefined) {
    return { ...snippetOf(marked.text, densest(marked.marks), marked.marks, snippetLength), part: marked.part }
  }
  const meant = hit.evidence.find(found => found.lane === 'meaning' || found.lane === 'picture')
  const text = meant && texts.textOf(meant.part)
  if (meant === undefined || text === undefined) return null
  return { ...snippetOf(text, sentenceWith(query.words, text), [], snippetLength), part: meant.part }
}

type Field = WordEvidence['fields'][number]

/** The field in which most of the words stand, in the row that was found; in any other row when that one has no marks. */
function matchedWords(
  rows: readonly WordEvidence[],
  part: number
): { field: Field['field']; words: readonly string[] } {
  const all = rows.flatMap(row => row.fields.map(field => ({ field, isFound: row.part === part })))
  const best = all
    .filter(({ field }) => field.marks.length > 0)
    .sort(
      (a, b) =>
        Number(b.isFound) - Number(a.isFound) ||
        distinct(b.field).length - distinct(a.field).length ||
        fields.indexOf(a.field.field) - fields.indexOf(b.field.field)
    )[0]
  return best === undefined ? { field: 'text', words: [] } : { field: best.field.field, words: distinct(best.field) }
}

function distinct({ text, marks }: Pick<Field, 'text' | 'marks'>): readonly string[] {
  const found = new Map<string, string>()
  for (const [start, end] of marks) {
    const word = text.slice(start, end)
    const key = word.toLowerCase()
    if (!found.has(key)) found.set(key, word)
  }
  return [...found.values()]
}

/** The stretch, at most a snippet long, with most marks. */
function densest(marks: Field['marks']): readonly [start: number, end: number] {
  let best: readonly [number, number] = marks[0] ?? [0, 0]
  let most = 0
  marks.forEach(([start], i) => {
    const inside = marks.slice(i).filter(([, end]) => end - start <= snippetLength)
    if (inside.length > most) {
      most = inside.length
      best = [start, Math.max(...inside.map(([, end]) => end))]
    }
  })
  return best
}
