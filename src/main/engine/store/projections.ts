import type { ItemId, VectorKey } from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { everyPart } from './saved-parts.ts'
import type { ProjectionRows } from './store.ts'
import { toInt16 } from '../math/int16.ts'
import { float32, float64, int8, paged, projection, projectionValues, stack, toBlob } from './vectors-on-disk.ts'

const pageRows = 512

interface Row {
  sequence: number
  item_id: number
  part: number
  vector: Buffer
}

interface ChunkRow {
  first_sequence: number
  sequences: Buffer
  codes: Buffer
  scales: Buffer
}

export function createProjections(connection: Connection): ProjectionRows {
  const spaceByName = connection.prepare<[string], { space_id: number; dimension: number }>(
    'SELECT space_id, dimension FROM space WHERE name = ?'
  )
  const addSpace = connection.prepare<[string, number]>('INSERT INTO space (name, dimension) VALUES (?, ?)')
  const deleteChunks = connection.prepare<[number]>('DELETE FROM code_chunk WHERE space_id = ?')
  const deleteRows = connection.prepare<[number]>('DELETE FROM projection WHERE space_id = ?')
  const deleteSpace = connection.prepare<[number]>('DELETE FROM space WHERE space_id = ?')
  const save = connection.prepare<[ItemId, number, number, Buffer]>(
    'INSERT OR REPLACE INTO projection (item_id, part, space_id, vector) VALUES (?, ?, ?, ?)'
  )
  // One statement for many rows takes half the time of one for each. No sequence comes twice: what the join finds is the row that was read.
  const saveMany = (source: 'embedding' | 'projection') =>
    connection.prepare<[number, Buffer, number, number, string]>(
      `INSERT OR REPLACE INTO projection (item_id, part, space_id, vector)
       SELECT source.item_id, source.part, ?, substr(?, 1 + json_each.key * ?, ?)
       FROM json_each(?) CROSS JOIN ${source} AS source ON source.sequence = json_each.value`
    )
  const saveFrom = { embedding: saveMany('embedding'), projection: saveMany('projection') }
  const has = connection.prepareValue<[ItemId, number, number], number>(
    'SELECT 1 FROM projection WHERE item_id = ? AND part = ? AND space_id = ?'
  )
  const deleteOldest = connection.prepare<[number, number]>(
    `DELETE FROM projection WHERE sequence IN
       (SELECT sequence FROM projection WHERE space_id = ? ORDER BY sequence LIMIT ?)`
  )
  // Only once none of its rows is left: a gallery takes what is sealed for read.
  const deleteEmptied = connection.prepare<[number, number]>(
    `DELETE FROM code_chunk WHERE space_id = ?
       AND last_sequence < ifnull((SELECT min(sequence) FROM projection WHERE space_id = ?), 9e18)`
  )
  const chunkBytes = connection.prepareValue<[number], number>(
    'SELECT ifnull(sum(length(sequences) + length(codes) + length(scales)), 0) FROM code_chunk WHERE space_id = ?'
  )
  const each = connection.prepare<[number, number, number], Row>(
    `SELECT sequence, item_id, part, vector FROM projection
     WHERE space_id = ? AND sequence > ? ORDER BY sequence LIMIT ?`
  )
  const ofItem = connection.prepare<[ItemId, number, number, number], Row>(
    `SELECT sequence, item_id, part, vector FROM projection
     WHERE item_id = ? AND space_id = ? AND part >= ? AND part < ? ORDER BY part`
  )
  const bySequence = connection.prepareValue<[number, number], Buffer>(
    'SELECT vector FROM projection WHERE sequence = ? AND space_id = ?'
  )
  const count = connection.prepareValue<[number], number>('SELECT count(*) FROM projection WHERE space_id = ?')
  const firstBytes = connection.prepareValue<[number], number>(
    'SELECT length(vector) FROM projection WHERE space_id = ? ORDER BY sequence LIMIT 1'
  )
  const keys = connection.prepare<[number], Omit<Row, 'vector'>>(
    'SELECT sequence, item_id, part FROM projection WHERE space_id = ? ORDER BY sequence'
  )
  const dropChunks = connection.prepare<[number, number, number]>(
    'DELETE FROM code_chunk WHERE space_id = ? AND first_sequence <= ? AND last_sequence >= ?'
  )
  const addChunk = connection.prepare<[number, number, number, Buffer, Buffer, Buffer]>(
    'INSERT INTO code_chunk (space_id, first_sequence, last_sequence, sequences, codes, scales) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const chunk = connection.prepare<[number, number], ChunkRow>(
    `SELECT first_sequence, sequences, codes, scales FROM code_chunk
     WHERE space_id = ? AND first_sequence > ? ORDER BY first_sequence LIMIT 1`
  )

  /** Of the given dimension, made when it is new. */
  function spaceFor(name: string, dimension: number): number {
    const known = spaceByName.get(name)
    if (known === undefined) return addSpace.run(name, dimension).rowid
    if (known.dimension === dimension) return known.space_id
    throw new RangeError(`The space ${name} holds vectors of ${known.dimension} numbers, not ${dimension}.`)
  }

  function* rowsOf<V>(
    space: string,
    afterSequence: number,
    read: (blob: Buffer, k: number) => V
  ): Generator<VectorKey & { vector: V; sequence: number }> {
    const known = spaceByName.get(space)
    if (known === undefined) return
    const rows = paged(
      afterSequence,
      after => each.all(known.space_id, after, pageRows),
      row => row.sequence
    )
    for (const { sequence, item_id: itemId, part, vector } of rows) {
      yield { sequence, itemId, part, vector: read(vector, known.dimension) }
    }
  }

  return {
    save(space, rows) {
      if (rows.length === 0) return
      connection.transaction(() => {
        for (const { itemId, part, vector } of rows) {
          save.run(itemId, part, spaceFor(space, vector.length), toBlob(toInt16(vector)))
        }
      })
    },

    saveFrom(source, space, { sequences, vectors }) {
      if (sequences.length === 0) return 0
      const dimension = vectors.length / sequences.length
      return connection.transaction(() => {
        const id = spaceFor(space, dimension)
        const bytes = dimension * vectors.BYTES_PER_ELEMENT
        return saveFrom[source].run(id, toBlob(vectors), bytes, bytes, JSON.stringify(sequences)).changes
      })
    },

    has(space, { itemId, part }) {
      const known = spaceByName.get(space)
      return known !== undefined && has.get(itemId, part, known.space_id) !== undefined
    },

    each: (space, afterSequence = 0) => rowsOf(space, afterSequence, projectionValues),
    eachStored: space => rowsOf(space, 0, projection),

    of(space, itemId, { from, to } = everyPart) {
      const known = spaceByName.get(space)
      if (known === undefined) return []
      return ofItem.all(itemId, known.space_id, from, to).map(({ sequence, part, vector }) => ({
        sequence,
        itemId,
        part,
        vector: projectionValues(vector, known.dimension)
      }))
    },

    fetch(space, sequences) {
      const known = spaceByName.get(space)
      if (known === undefined) return new Float32Array(0)
      return stack(sequences, known.dimension, sequence => {
        const blob = bySequence.get(sequence, known.space_id)
        return blob && projectionValues(blob, known.dimension)
      })
    },

    count(space) {
      const known = spaceByName.get(space)
      return known === undefined ? 0 : (count.get(known.space_id) ?? 0)
    },

    bytes(space) {
      const known = spaceByName.get(space)
      if (known === undefined) return 0
      const vectors = (count.get(known.space_id) ?? 0) * (firstBytes.get(known.space_id) ?? 0)
      return vectors + (chunkBytes.get(known.space_id) ?? 0)
    },

    deleteSpace(space) {
      connection.transaction(() => {
        const known = spaceByName.get(space)
        if (known === undefined) return
        for (const statement of [deleteChunks, deleteRows, deleteSpace]) statement.run(known.space_id)
      })
    },

    deleteRows(space, limit) {
      const known = spaceByName.get(space)
      if (known === undefined) return 0
      return connection.transaction(() => {
        const { changes } = deleteOldest.run(known.space_id, limit)
        if (changes > 0) deleteEmptied.run(known.space_id, known.space_id)
        return changes
      })
    },

    saveChunk(space, { sequences, codes, scales }) {
      const first = sequences[0]
      const last = sequences[sequences.length - 1]
      if (first === undefined || last === undefined) return
      connection.transaction(() => {
        const id = spaceFor(space, codes.length / sequences.length)
        dropChunks.run(id, last, first)
        addChunk.run(id, first, last, toBlob(sequences), toBlob(codes), toBlob(scales))
      })
    },

    *chunks(space) {
      const known = spaceByName.get(space)
      if (known === undefined) return
      for (const row of paged(
        0,
        after => chunk.all(known.space_id, after),
        row => row.first_sequence
      )) {
        yield { sequences: float64(row.sequences), codes: int8(row.codes), scales: float32(row.scales) }
      }
    },

    keys(space) {
      const known = spaceByName.get(space)
      const rows = known === undefined ? [] : keys.all(known.space_id)
      return {
        sequences: Float64Array.from(rows, row => row.sequence),
        itemIds: Float64Array.from(rows, row => row.item_id),
        parts: Int32Array.from(rows, row => row.part)
      }
    }
  }
}
