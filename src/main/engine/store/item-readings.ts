import type { ItemDate, ItemId, Passage, PhotoReading } from '../domain.ts'
import type { Connection } from './connection.ts'
import { createForgetting } from './embeddings.ts'
import { createLinkSaving } from './links.ts'
import { fold } from './paths.ts'
import { photoTexts } from '../photo-texts.ts'
import type { ItemRows } from './store.ts'
import { createWordIndex } from './word-index.ts'

type Text = ReturnType<ItemRows['texts']>[number]

interface ReadColumns {
  itemId: ItemId
  kind: string
  contentHash: string
  format: string
  title: string | null
  dateLocalMs: number
  dateOffsetMinutes: number | null
  dateSource: ItemDate['source']
}

/** Saves what was read of a file in place of what was known, and forgets every embedding that was made from something else. */
export function createItemReadings(connection: Connection): Pick<ItemRows, 'saveReading' | 'texts'> {
  const texts = connection.prepare<[ItemId, ItemId], Text>(
    `SELECT part, text FROM passage WHERE item_id = ?
     UNION ALL SELECT part, text FROM photo_text WHERE item_id = ? ORDER BY part`
  )
  const before = connection.prepare<[ItemId], { content_hash: string | null; kind: string }>(
    'SELECT content_hash, kind FROM item WHERE item_id = ?'
  )
  const saveItem = connection.prepare<[ReadColumns]>(
    `UPDATE item SET status = 'indexed', is_searchable = 1, kind = @kind, content_hash = @contentHash, format = @format,
       title = @title, date_local_ms = @dateLocalMs, date_offset_minutes = @dateOffsetMinutes, date_source = @dateSource,
       failure_code = NULL, failure_reason = NULL, reread_code = NULL, reread_reason = NULL
     WHERE item_id = @itemId`
  )
  const clear = ['photo', 'photo_text', 'passage', 'tag'].map(table =>
    connection.prepare<[ItemId]>(`DELETE FROM ${table} WHERE item_id = ?`)
  )
  const savePhoto = connection.prepare<[Record<string, unknown>]>(
    `INSERT INTO photo (item_id, width_px, height_px, thumbhash, perceptual_hash, latitude, longitude, camera, lens, camera_folded, description)
     VALUES (@itemId, @widthPx, @heightPx, @thumbhash, @perceptualHash, @latitude, @longitude, @camera, @lens, @cameraFolded, @description)`
  )
  const savePhotoText = connection.prepare<[ItemId, number, string]>(
    'INSERT INTO photo_text (item_id, part, text) VALUES (?, ?, ?)'
  )
  const savePassage = connection.prepare<[ItemId, number, number, number, string, string]>(
    'INSERT INTO passage (item_id, part, start_utf16, end_utf16, heading, text) VALUES (?, ?, ?, ?, ?, ?)'
  )
  const saveTag = connection.prepare<[ItemId, number, string, string]>(
    'INSERT INTO tag (item_id, position, name, folded) VALUES (?, ?, ?, ?)'
  )
  const saveLinks = createLinkSaving(connection)
  const words = createWordIndex(connection)
  const forgetting = createForgetting(connection)

  const textsOf = (itemId: ItemId): Text[] => texts.all(itemId, itemId)

  function savePhotoRows(itemId: ItemId, reading: PhotoReading): void {
    const { latitude, longitude, camera, lens, description } = reading.metadata
    const { widthPx, heightPx, thumbhash, perceptualHash } = reading
    const names = [camera, lens].filter(name => name !== null)
    const cameraFolded = names.length === 0 ? null : fold(names.join('\n'))
    savePhoto.run({
      ...{ itemId, widthPx, heightPx, thumbhash, perceptualHash },
      ...{ latitude, longitude, camera, lens, cameraFolded, description }
    })
    for (const { part, text } of photoTexts(reading.metadata)) savePhotoText.run(itemId, part, text)
  }

  function savePassages(itemId: ItemId, passages: readonly Passage[]): void {
    for (const { part, start, end, heading, text } of passages) savePassage.run(itemId, part, start, end, heading, text)
  }

  return {
    saveReading(itemId, reading) {
      connection.transaction(() => {
        const known = before.get(itemId)
        // Removed while it was read.
        if (known === undefined) return
        const textsBefore = textsOf(itemId)

        const isPhoto = reading.kind === 'photo'
        const { title, date } = isPhoto ? reading.metadata : reading
        saveItem.run({
          itemId,
          kind: reading.kind,
          contentHash: reading.contentHash,
          format: reading.format,
          title,
          dateLocalMs: date.localMs,
          dateOffsetMinutes: date.offsetMinutes,
          dateSource: date.source
        })
        for (const statement of clear) statement.run(itemId)
        const tags = isPhoto ? reading.metadata.keywords : reading.tags
        tags.forEach((tag, position) => saveTag.run(itemId, position, tag, fold(tag)))
        if (isPhoto) savePhotoRows(itemId, reading)
        else savePassages(itemId, reading.passages)
        saveLinks(itemId, isPhoto ? [] : reading.links)
        words.replace(itemId, isPhoto ? [] : reading.passages.map(({ part }) => part))

        if (known.content_hash !== reading.contentHash || known.kind !== reading.kind) {
          forgetting.item(itemId)
          return
        }
        const textsNow = new Map(textsOf(itemId).map(({ part, text }) => [part, text]))
        const stale = textsBefore.filter(({ part, text }) => textsNow.get(part) !== text)
        for (const { part } of stale) forgetting.part(itemId, part)
        // A new text was encoded by no model yet; whoever saves its embedding says so again.
        if (stale.length > 0 || textsNow.size > textsBefore.length) forgetting.models(itemId)
      })
    },

    texts: textsOf
  }
}
