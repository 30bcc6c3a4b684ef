import type { ItemId, TurnDeg } from '../domain.ts'
import type { Connection } from './connection.ts'
import type { EmbeddingRows } from './store.ts'
import { float32, paged, stack, toBlob } from './vectors-on-disk.ts'

const pageRows = 512

interface Row {
  sequence: number
  item_id: number
  part: number
  vector: Buffer
}

export function createEmbeddings(connection: Connection): EmbeddingRows {
  const encoder = connection.prepare<[string], { encoder_id: number; dimension: number }>(
    'SELECT encoder_id, dimension FROM encoder WHERE name = ?'
  )
  const addEncoder = connection.prepare<[string, number]>('INSERT INTO encoder (name, dimension) VALUES (?, ?)')
  const deleteEncoder = connection.prepare<[string]>('DELETE FROM encoder WHERE name = ?')
  // Replacing deletes the row that was there and takes a new sequence, so that galleries see it.
  const save = connection.prepare<[ItemId, number, TurnDeg, number, Buffer]>(
    'INSERT OR REPLACE INTO embedding (item_id, part, turn_deg, encoder_id, vector) VALUES (?, ?, ?, ?, ?)'
  )
  const get = connection.prepareValue<[ItemId, number, TurnDeg, string], Buffer>(
    `SELECT vector FROM embedding
     WHERE item_id = ? AND part = ? AND turn_deg = ? AND encoder_id = (SELECT encoder_id FROM encoder WHERE name = ?)`
  )
  const each = connection.prepare<[number, number, number], Row>(
    `SELECT sequence, item_id, part, vector FROM embedding
     WHERE encoder_id = ? AND turn_deg = 0 AND sequence > ? ORDER BY sequence LIMIT ?`
  )
  const ofItem = connection.prepare<[ItemId, number], Row>(
    `SELECT sequence, item_id, part, vector FROM embedding
     WHERE item_id = ? AND encoder_id = ? AND turn_deg = 0 ORDER BY part`
  )
  const bySequence = connection.prepareValue<[number, number], Buffer>(
    'SELECT vector FROM embedding WHERE sequence = ? AND encoder_id = ?'
  )
  const count = connection.prepareValue<[number], number>(
    'SELECT count(*) FROM embedding WHERE encoder_id = ? AND turn_deg = 0'
  )
  const last = connection.prepareValue<[number], number>(
    'SELECT sequence FROM embedding WHERE encoder_id = ? AND turn_deg = 0 ORDER BY sequence DESC LIMIT 1'
  )

  return {
    save(encoderId, rows) {
      const first = rows[0]
      if (first === undefined) return
      connection.transaction(() => {
        const known = encoder.get(encoderId)
        const dimension = known?.dimension ?? first.vector.length
        const id = known?.encoder_id ?? addEncoder.run(encoderId, dimension).rowid
        for (const { itemId, part, turnDeg, vector } of rows) {
          if (vector.length !== dimension) {
            throw new RangeError(`Encoder ${encoderId} makes vectors of ${dimension} numbers, not ${vector.length}.`)
          }
          save.run(itemId, part, turnDeg, id, toBlob(vector))
        }
      })
    },

    get(encoderId, { itemId, part }, turnDeg = 0) {
      const blob = get.get(itemId, part, turnDeg, encoderId)
      return blob === undefined ? undefined : float32(blob)
    },

    *each(encoderId, afterSequence = 0) {
      const known = encoder.get(encoderId)
      if (known === undefined) return
      const rows = paged(
        afterSequence,
        after => each.all(known.encoder_id, after, pageRows),
        row => row.sequence
      )
      for (const { sequence, item_id: itemId, part, vector } of rows) {
        yield { sequence, itemId, part, turnDeg: 0, vector: float32(vector) }
      }
    },

    of(encoderId, itemId) {
      const known = encoder.get(encoderId)
      if (known === undefined) return []
      return ofItem
        .all(itemId, known.encoder_id)
        .map(({ sequence, part, vector }) => ({ sequence, itemId, part, turnDeg: 0, vector: float32(vector) }))
    },

    fetch(encoderId, sequences) {
      const known = encoder.get(encoderId)
      if (known === undefined) return new Float32Array(0)
      return stack(sequences, known.dimension, sequence => bySequence.get(sequence, known.encoder_id))
    },

    count(encoderId) {
      const known = encoder.get(encoderId)
      return known === undefined ? 0 : (count.get(known.encoder_id) ?? 0)
    },

    lastSequence(encoderId) {
      const known = encoder.get(encoderId)
      return known === undefined ? 0 : (last.get(known.encoder_id) ?? 0)
    },

    deleteEncoder: encoderId => void deleteEncoder.run(encoderId)
  }
}

/** Forgets what was made from content or text that is no longer there: embeddings of every encoder, and their projections. */
export function createForgetting(connection: Connection): {
  item(itemId: ItemId): void
  part(itemId: ItemId, part: number): void
  /** That any model has encoded all of the item. */
  models(itemId: ItemId): void
} {
  const ofItem = ['embedding', 'projection', 'encoded'].map(table =>
    connection.prepare<[ItemId]>(`DELETE FROM ${table} WHERE item_id = ?`)
  )
  const ofPart = ['embedding', 'projection'].map(table =>
    connection.prepare<[ItemId, number]>(`DELETE FROM ${table} WHERE item_id = ? AND part = ?`)
  )
  const models = connection.prepare<[ItemId]>('DELETE FROM encoded WHERE item_id = ?')
  return {
    models: itemId => void models.run(itemId),
    item: itemId => ofItem.forEach(statement => statement.run(itemId)),
    part: (itemId, part) => ofPart.forEach(statement => statement.run(itemId, part))
  }
}
