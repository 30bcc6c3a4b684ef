import { Connection } from './connection.ts'
import { foldText, joinedWords } from './word-folding.ts'
import { cut, cutName, cutScripts, tokenizer } from './word-terms.ts'

/** A range of UTF-16 offsets. */
export type Mark = readonly [start: number, end: number]

/** Finds where an FTS5 expression matches in each text. @param texts  in NFC */
type Marking = (expression: string, texts: readonly { readonly text: string; readonly isName: boolean }[]) => Mark[][]

const open = '\u0001'
const close = '\u0002'
/** A text that has these in it all the same is marked as if they were spaces. NUL would end it. */
const ours = new RegExp(`[\0${open}${close}${cut}]`, 'g')

/**
 * FTS5 itself says which words matched: the texts that are shown go through a small index with the same tokenizer, in
 * memory. So a stem or an accent can never be matched one way and marked another.
 */
export function createMarking(): Marking {
  const memory = new Connection(':memory:', [
    {
      version: 1,
      name: 'texts to mark',
      sql: `CREATE VIRTUAL TABLE shown USING fts5 (text, tokenize = "${tokenizer}")`
    }
  ])
  const add = memory.prepare<[number, string]>('INSERT INTO shown (rowid, text) VALUES (?, ?)')
  const clear = memory.prepare<[]>('DELETE FROM shown')
  const marked = memory.prepare<[string], { rowid: number; text: string }>(
    `SELECT rowid, highlight(shown, 0, '${open}', '${close}') AS text FROM shown WHERE shown MATCH ?`
  )

  return (expression, texts) =>
    memory.transaction(() => {
      clear.run()
      const rows: { readonly i: number; readonly starts: readonly number[] }[] = []
      const show = (i: number, text: string, starts: readonly number[]): void => {
        add.run(rows.length, text)
        rows.push({ i, starts })
      }
      texts.forEach(({ text, isName }, i) => {
        const clean = text.replaceAll(ours, ' ')
        const folded = foldText(clean)
        show(i, cutScripts(folded.text), folded.starts)
        if (isName) show(i, cutName(folded.text), folded.starts)
        for (const { word, start, end } of joinedWords(clean))
          show(i, cutScripts(word), [...new Array<number>(word.length).fill(start), end])
      })
      const marks: Mark[][] = texts.map(() => [])
      for (const { rowid, text } of marked.all(expression)) {
        const { i, starts } = rows[rowid] ?? { i: -1, starts: [] }
        const original = (offset: number): number => starts[offset] ?? offset
        marks[i]?.push(...marksIn(text).map(([start, end]): Mark => [original(start), original(end)]))
      }
      return marks
    })
}

/** Where the marks stand in the text without them and without the cuts. */
function marksIn(text: string): Mark[] {
  const marks: Mark[] = []
  let at = 0
  let start = 0
  for (const character of text) {
    if (character === open) start = at
    else if (character === close) marks.push([start, at])
    else if (character !== cut) at += character.length
  }
  return marks
}

/** In order, those that touch or overlap as one. */
export function joined(marks: readonly Mark[]): Mark[] {
  const result: [number, number][] = []
  for (const [start, end] of marks.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result[result.length - 1]
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}
