import type { ItemId, RotationDeg } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import type { EmbeddingRow, EmbeddingRows } from './store.ts'
import { everyPart } from './saved-parts.ts'
import { float32, int32, paged, stack, toBlob } from './vectors-on-disk.ts'

const pageRows = 512

interface Row {
  sequence: number
  item_id: number
  part: number
  vector: Buffer
  tokens: Buffer | null
}

export function createEmbeddings(connection: Connection): EmbeddingRows {
  const encoder = connection.prepare<[string], { encoder_id: number; dimension: number }>(
    'SELECT encoder_id, dimension FROM encoder WHERE name = ?'
  )
  const addEncoder = connection.prepare<[string, number]>('INSERT INTO encoder (name, dimension) VALUES (?, ?)')
  const deleteEncoder = connection.prepare<[string]>('DELETE FROM encoder WHERE name = ?')
  // Replacing deletes the row that was there and takes a new sequence, so that galleries see it.
  const save = connection.prepare<[ItemId, number, RotationDeg, number, Buffer, Buffer | null]>(
    'INSERT OR REPLACE INTO embedding (item_id, part, turn_deg, encoder_id, vector, tokens) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const get = connection.prepareValue<[ItemId, number, RotationDeg, string], Buffer>(
    `SELECT vector FROM embedding
     WHERE item_id = ? AND part = ? AND turn_deg = ? AND encoder_id = (SELECT encoder_id FROM encoder WHERE name = ?)`
  )
  const each = connection.prepare<[number, number, number], Row>(
    `SELECT sequence, item_id, part, vector, tokens FROM embedding
     WHERE encoder_id = ? AND turn_deg = 0 AND sequence > ? ORDER BY sequence LIMIT ?`
  )
  const withoutTokens = connection.prepare<[number, number, number], Row>(
    `SELECT sequence, item_id, part, vector, tokens FROM embedding
     WHERE encoder_id = ? AND turn_deg = 0 AND sequence > ? AND tokens IS NULL ORDER BY sequence LIMIT ?`
  )
  const saveTokens = connection.prepare<[Buffer, ItemId, number, string]>(
    `UPDATE embedding SET tokens = ? WHERE item_id = ? AND part = ? AND turn_deg = 0
       AND encoder_id = (SELECT encoder_id FROM encoder WHERE name = ?)`
  )
  const ofItem = connection.prepare<[ItemId, number, number, number], Row>(
    `SELECT sequence, item_id, part, vector, tokens FROM embedding
     WHERE item_id = ? AND encoder_id = ? AND turn_deg = 0 AND part >= ? AND part < ? ORDER BY part`
  )
  const bySequence = connection.prepareValue<[number, number], Buffer>(
    'SELECT vector FROM embedding WHERE sequence = ? AND encoder_id = ?'
  )
  const count = connection.prepareValue<[number], number>(
    'SELECT count(*) FROM embedding WHERE encoder_id = ? AND turn_deg = 0'
  )
  const countRows = connection.prepareValue<[number], number>('SELECT count(*) FROM embedding WHERE encoder_id = ?')
  const deleteSome = connection.prepare<[number, number]>(
    'DELETE FROM embedding WHERE sequence IN (SELECT sequence FROM embedding WHERE encoder_id = ? LIMIT ?)'
  )
  const last = connection.prepareValue<[number], number>(
    'SELECT sequence FROM embedding WHERE encoder_id = ? AND turn_deg = 0 ORDER BY sequence DESC LIMIT 1'
  )

  const pagesOf = (statement: typeof each) =>
    function* (encoderId: string, afterSequence = 0): Generator<StoredRow> {
      const known = encoder.get(encoderId)
      if (known === undefined) return
      const rows = paged(
        afterSequence,
        after => statement.all(known.encoder_id, after, pageRows),
        row => row.sequence
      )
      for (const row of rows) yield storedRow(row)
    }

  return {
    save(encoderId, rows) {
      const first = rows[0]
      if (first === undefined) return
      connection.transaction(() => {
        const known = encoder.get(encoderId)
        const dimension = known?.dimension ?? first.vector.length
        const id = known?.encoder_id ?? addEncoder.run(encoderId, dimension).rowid
        for (const { itemId, part, rotationDeg, vector, tokens } of rows) {
          if (vector.length !== dimension) {
            throw new RangeError(`Encoder ${encoderId} makes vectors of ${dimension} numbers, not ${vector.length}.`)
          }
          save.run(itemId, part, rotationDeg, id, toBlob(vector), tokens == null ? null : toBlob(tokens))
        }
      })
    },

    get(encoderId, { itemId, part }, rotationDeg = 0) {
      const blob = get.get(itemId, part, rotationDeg, encoderId)
      return blob === undefined ? undefined : float32(blob)
    },

    each: pagesOf(each),
    withoutTokens: pagesOf(withoutTokens),

    saveTokens(encoderId, rows) {
      connection.transaction(() => {
        for (const { itemId, part, tokens } of rows) saveTokens.run(toBlob(tokens), itemId, part, encoderId)
      })
    },

    of(encoderId, itemId, { from, to } = everyPart) {
      const known = encoder.get(encoderId)
      if (known === undefined) return []
      return ofItem.all(itemId, known.encoder_id, from, to).map(storedRow)
    },

    fetch(encoderId, sequences) {
      const known = encoder.get(encoderId)
      if (known === undefined) return new Float32Array(0)
      return stack(sequences, known.dimension, sequence => {
        const blob = bySequence.get(sequence, known.encoder_id)
        return blob && float32(blob)
      })
    },

    count(encoderId) {
      const known = encoder.get(encoderId)
      return known === undefined ? 0 : (count.get(known.encoder_id) ?? 0)
    },

    lastSequence(encoderId) {
      const known = encoder.get(encoderId)
      return known === undefined ? 0 : (last.get(known.encoder_id) ?? 0)
    },

    bytes(encoderId) {
      const known = encoder.get(encoderId)
      if (known === undefined) return 0
      return (countRows.get(known.encoder_id) ?? 0) * known.dimension * Float32Array.BYTES_PER_ELEMENT
    },

    deleteRows(encoderId, limit) {
      const known = encoder.get(encoderId)
      return known === undefined ? 0 : connection.transaction(() => deleteSome.run(known.encoder_id, limit).changes)
    },

    deleteEncoder: encoderId => void deleteEncoder.run(encoderId)
  }
}

type StoredRow = EmbeddingRow & { sequence: number }

function storedRow({ sequence, item_id: itemId, part, vector, tokens }: Row): StoredRow {
  return { sequence, itemId, part, rotationDeg: 0, vector: float32(vector), tokens: tokens && int32(tokens) }
}

/** Forgets what was made from content or text that is no longer there: embeddings of every encoder, and their projections. */
export function createForgetting(connection: Connection): {
  item(itemId: ItemId): void
  part(itemId: ItemId, part: number): void
  /** That any model has encoded all of the item. */
  models(itemId: ItemId): void
} {
  const ofPart = ['embedding', 'projection'].map(table =>
    connection.prepare<[ItemId, number]>(`DELETE FROM ${table} WHERE item_id = ? AND part = ?`)
  )
  return {
    models: connection.prepareDeletions('encoded'),
    item: connection.prepareDeletions('embedding', 'projection', 'encoded'),
    part: (itemId, part) => ofPart.forEach(statement => statement.run(itemId, part))
  }
}
