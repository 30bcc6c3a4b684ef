import type { Field } from './row-texts.ts'
import { Connection } from './connection.ts'
import type { Phrase } from './word-finding.ts'
import { columnsApart, encodePositions } from './word-postings.ts'
import { BlockWriter, blocksInMemory, type Block, type Segment } from './word-segment.ts'
import { tokenizer } from './word-terms.ts'

/** A row of the word index: its texts as the index sees them. */
export interface IndexedRow {
  readonly wordId: number
  readonly itemId: number
  readonly columns: Readonly<Record<Field, string>>
}

/** Makes segments of texts, and phrases of expressions. */
export interface Tokens {
  segment(rows: readonly IndexedRow[]): Segment
  /** @param expression  one phrase of FTS5: `"a b"` or `"a b" *` */
  phrase(expression: string): Phrase
}

const mostPhrases = 500

/** FTS5's own tokenizer says what the words are: the texts go through a small index in memory, which lists them in order. */
export function createTokens(): Tokens {
  const memory = new Connection(':memory:', [
    {
      version: 1,
      name: 'texts to cut into words',
      sql: `CREATE VIRTUAL TABLE texts USING fts5 (
              title, name, description, keywords, text,
              content = '', tokenize = "${tokenizer}");
            CREATE VIRTUAL TABLE words USING fts5vocab ('texts', 'instance')`
    }
  ])
  const add = memory.prepare<[Record<'id', number> & Record<Field, string>]>(
    `INSERT INTO texts (rowid, title, name, description, keywords, text)
     VALUES (@id, @title, @name, @description, @keywords, @text)`
  )
  const clear = memory.prepare<[]>("INSERT INTO texts (texts) VALUES ('delete-all')")
  const words = memory.prepare<[], { term: string; row: number; position: number }>(
    // A mark by itself is a word without a letter, which SQLite gives as NULL.
    `SELECT coalesce(term, '') AS term, doc AS row, offset * ${columnsApart} + CASE col WHEN 'title' THEN 0 WHEN 'name' THEN 1
       WHEN 'description' THEN 2 WHEN 'keywords' THEN 3 ELSE 4 END AS position FROM words`
  )
  const inOrder = memory.prepareValue<[], string>("SELECT coalesce(term, '') FROM words ORDER BY offset")
  const phrases = new Map<string, Phrase>()

  function segment(rows: readonly IndexedRow[]): Segment {
    return memory.transaction(() => {
      clear.run()
      rows.forEach(({ columns }, id) => add.run({ ...columns, id }))
      const lengths = new Uint32Array(rows.length)
      const blocks: Block[] = []
      const writer = new BlockWriter(block => blocks.push(block))
      let list = newList('')
      const end = (): void => {
        if (list.rows.length === 0) return
        const postings = { rows: Uint32Array.from(list.rows), counts: Uint32Array.from(list.counts) }
        writer.add({ term: Buffer.from(list.term), postings, positions: encodePositions(list.positions) })
      }
      for (const { term, row, position } of words.all()) {
        if (term !== list.term) {
          end()
          list = newList(term)
        }
        lengths[row] = (lengths[row] ?? 0) + 1
        list.positions.push(position)
        if (list.rows.at(-1) === row) list.counts.push((list.counts.pop() ?? 0) + 1)
        else {
          list.rows.push(row)
          list.counts.push(1)
        }
      }
      end()
      writer.end()
      const wordIds = Uint32Array.from(rows, ({ wordId }) => wordId)
      const itemIds = Uint32Array.from(rows, ({ itemId }) => itemId)
      return { rows: { wordIds, itemIds, lengths }, blocks: blocksInMemory(blocks), dead: null }
    })
  }

  return {
    segment,
    phrase(expression) {
      const known = phrases.get(expression)
      if (known !== undefined) return known
      const isPrefix = expression.endsWith('*')
      const text = expression.slice(1, expression.lastIndexOf('"'))
      const terms = memory.transaction(() => {
        clear.run()
        add.run({ id: 0, title: '', name: '', description: '', keywords: '', text })
        return inOrder.all().map(term => Buffer.from(term))
      })
      if (phrases.size >= mostPhrases) phrases.clear()
      const phrase = { terms, isPrefix }
      phrases.set(expression, phrase)
      return phrase
    }
  }
}

function newList(term: string): { term: string; rows: number[]; counts: number[]; positions: number[] } {
  return { term, rows: [], counts: [], positions: [] }
}
