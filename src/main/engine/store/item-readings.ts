import type {
  ItemDate,
  ItemId,
  ItemKind,
  NoteFormat,
  NoteReading,
  Passage,
  PhotoFormat,
  PhotoReading
} from '../base/domain.ts'
import type { Connection } from './connection.ts'
import { createForgetting } from './embeddings.ts'
import { createLinkSaving } from './links.ts'
import { createFollowing } from './following.ts'
import { createMerging } from './own-words.ts'
import { fold } from './paths.ts'
import { headPart } from './row-texts.ts'
import { everyPart, type SavedParts } from './saved-parts.ts'
import type { ItemRows } from './store.ts'
import { createWordIndex } from './word-index.ts'

type Text = ReturnType<ItemRows['texts']>[number]

interface Known {
  content_hash: string | null
  kind: ItemKind
}

interface ReadColumns {
  itemId: ItemId
  status: 'waiting' | 'indexed'
  kind: ItemKind
  contentHash: string
  format: PhotoFormat | NoteFormat
  title: string | null
  dateLocalMs: number
  dateOffsetMinutes: number | null
  dateSource: ItemDate['source']
  datePrecision: ItemDate['precision'] | null
  aliases: string | null
}

/**
 * Saves what was read of a file in place of what was known, and forgets every embedding that was made from something else. What
 * the person said of the content is put beside what the file says.
 *
 * @param onDecisions  called before a commit in which what was said goes on to another content
 */
export function createItemReadings(
  connection: Connection,
  onDecisions: () => void
): Pick<ItemRows, 'saveReading' | 'saveNoteInSteps' | 'texts'> {
  const texts = connection.prepare<[Record<'itemId' | keyof SavedParts, number>], Text>(
    `SELECT part, text FROM passage WHERE item_id = @itemId AND part >= @from AND part < @to
     UNION ALL SELECT part, text FROM photo_text WHERE item_id = @itemId AND part >= @from AND part < @to ORDER BY part`
  )
  const before = connection.prepare<[ItemId], Known>(
    'SELECT content_hash, kind FROM item WHERE item_id = ? AND gone_since_ms IS NULL'
  )
  const saveItem = connection.prepare<[ReadColumns]>(
    `UPDATE item SET status = @status, is_searchable = 1, kind = @kind, content_hash = @contentHash, format = @format,
       title = @title, date_local_ms = @dateLocalMs, date_offset_minutes = @dateOffsetMinutes, date_source = @dateSource,
       date_precision = @datePrecision, aliases = @aliases,
       failure_code = NULL, failure_reason = NULL, reread_code = NULL, reread_reason = NULL, file_tags = NULL
     WHERE item_id = @itemId`
  )
  // A deleted photo comes back only as a file that was never read; what was said of its content holds for this one as well.
  const takeVerdicts = connection.prepare<[ItemId, string]>(
    `INSERT OR IGNORE INTO pair_verdict (photo_id, text_folded, note_id, text, verdict, said_ms)
     SELECT ?, text_folded, NULL, text, verdict, said_ms FROM pair_verdict JOIN item ON item_id = photo_id
     WHERE content_hash = ? AND gone_since_ms IS NOT NULL`
  )
  const finishItem = connection.prepare<[ItemId]>("UPDATE item SET status = 'indexed' WHERE item_id = ?")
  const clearTags = connection.prepareDeletions('tag')
  const clearPhoto = connection.prepareDeletions('photo', 'photo_text')
  const clearPassages = connection.prepareDeletions('passage')
  const savePhoto = connection.prepare<[Record<string, unknown>]>(
    `INSERT INTO photo (item_id, width_px, height_px, thumbhash, perceptual_hash, latitude, longitude, camera, lens, camera_folded, description)
     VALUES (@itemId, @widthPx, @heightPx, @thumbhash, @perceptualHash, @latitude, @longitude, @camera, @lens, @cameraFolded, @description)`
  )
  const passageText = connection.prepareValue<[ItemId, number], string>(
    'SELECT text FROM passage WHERE item_id = ? AND part = ?'
  )
  const lastPart = connection.prepareValue<[ItemId], number | null>('SELECT max(part) FROM passage WHERE item_id = ?')
  const savePassage = connection.prepare<[ItemId, number, number, number, string, string]>(
    `INSERT INTO passage (item_id, part, start_utf16, end_utf16, heading, text) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (item_id, part) DO UPDATE SET start_utf16 = excluded.start_utf16, end_utf16 = excluded.end_utf16,
       heading = excluded.heading, text = excluded.text`
  )
  const removePassage = connection.prepare<[ItemId, number]>('DELETE FROM passage WHERE item_id = ? AND part = ?')
  const saveTag = connection.prepare<[ItemId, number, string, string]>(
    'INSERT INTO tag (item_id, position, name, folded) VALUES (?, ?, ?, ?)'
  )
  const links = createLinkSaving(connection)
  const words = createWordIndex(connection)
  const forgetting = createForgetting(connection)
  const merging = createMerging(connection)
  const following = createFollowing(connection, onDecisions)

  const textsOf = (itemId: ItemId, { from, to } = everyPart): Text[] => texts.all({ itemId, from, to })

  function saveColumns(
    itemId: ItemId,
    reading: PhotoReading | NoteReading,
    status: ReadColumns['status'],
    known: Known
  ): void {
    const { title, date } = reading.kind === 'photo' ? reading.metadata : reading
    const { kind, contentHash, format } = reading
    const { localMs: dateLocalMs, offsetMinutes: dateOffsetMinutes, source: dateSource } = date
    const datePrecision = date.precision ?? null
    const aliases = reading.kind === 'note' ? (reading.aliases ?? []) : []
    following.follow({ itemId, contentHash: known.content_hash }, contentHash)
    saveItem.run({
      itemId,
      status,
      kind,
      contentHash,
      format,
      title,
      dateLocalMs,
      dateOffsetMinutes,
      dateSource,
      datePrecision,
      aliases: aliases.length === 0 ? null : JSON.stringify(aliases)
    })
    if (kind === 'photo') takeVerdicts.run(itemId, contentHash)
    const tags = reading.kind === 'photo' ? reading.metadata.keywords : reading.tags
    clearTags(itemId)
    tags.forEach((tag, position) => saveTag.run(itemId, position, tag, fold(tag)))
  }

  function savePhotoRows(itemId: ItemId, reading: PhotoReading): void {
    const { latitude, longitude, camera, lens, description } = reading.metadata
    const { widthPx, heightPx, thumbhash, perceptualHash } = reading
    const names = [camera, lens].filter(name => name !== null)
    const cameraFolded = names.length === 0 ? null : fold(names.join('\n'))
    savePhoto.run({
      ...{ itemId, widthPx, heightPx, thumbhash, perceptualHash },
      ...{ latitude, longitude, camera, lens, cameraFolded, description }
    })
  }

  function saveWholePhoto(itemId: ItemId, reading: PhotoReading): void {
    const known = before.get(itemId)
    // Removed while it was read.
    if (known === undefined) return
    const textsBefore = textsOf(itemId)
    clearPhoto(itemId)
    clearPassages(itemId)
    saveColumns(itemId, reading, 'indexed', known)
    savePhotoRows(itemId, reading)
    merging.merge(itemId)
    links.remove(itemId)
    words.removeAll(itemId)
    words.write(itemId, headPart)

    if (known.content_hash !== reading.contentHash || known.kind !== reading.kind) {
      forgetting.item(itemId)
      return
    }
    const textsNow = new Map(textsOf(itemId).map(({ part, text }) => [part, text]))
    const stale = textsBefore.filter(({ part, text }) => textsNow.get(part) !== text)
    for (const { part } of stale) forgetting.part(itemId, part)
    // A new text was encoded by no model yet; whoever saves its embedding says so again.
    if (stale.length > 0 || textsNow.size > textsBefore.length) forgetting.models(itemId)
  }

  /** What was known stays until what takes its place is written: passage by passage, each with its words. */
  function savePassages(itemId: ItemId, passages: readonly Passage[], isOtherContent: boolean): void {
    for (const { part, start, end, heading, text } of passages) {
      const known = passageText.get(itemId, part)
      savePassage.run(itemId, part, start, end, heading, text)
      if (known === text && !isOtherContent) continue
      words.write(itemId, part)
      forgetting.part(itemId, part)
      // A new text was encoded by no model yet; whoever saves its embedding says so again.
      forgetting.models(itemId)
    }
  }

  function removePassages(itemId: ItemId, from: number, to: number): void {
    for (let part = from; part < to; part++) {
      removePassage.run(itemId, part)
      words.remove(itemId, part)
      forgetting.part(itemId, part)
    }
    forgetting.models(itemId)
  }

  /** [Note: saved in steps] */
  function* noteSteps(itemId: ItemId, reading: NoteReading, rows: number): Generator<SavedParts> {
    const step = (work: (known: Known) => void): boolean =>
      connection.transaction(() => {
        const known = before.get(itemId)
        // Removed while it was read or saved.
        if (known !== undefined) work(known)
        return known !== undefined
      })
    const { passages } = reading
    let isOtherContent = false

    const isThere = step(known => {
      isOtherContent = known.content_hash !== reading.contentHash || known.kind !== reading.kind
      if (known.kind !== reading.kind) {
        clearPhoto(itemId)
        forgetting.item(itemId)
      }
      if (isOtherContent) forgetting.models(itemId)
      saveColumns(itemId, reading, 'waiting', known)
      merging.merge(itemId)
      words.write(itemId, headPart)
      savePassages(itemId, passages.slice(0, rows), isOtherContent)
    })
    if (!isThere) return
    yield { from: 0, to: Math.min(rows, passages.length) }

    for (let from = rows; from < passages.length; from += rows) {
      const part = passages.slice(from, from + rows)
      if (!step(() => savePassages(itemId, part, isOtherContent))) return
      yield { from, to: from + part.length }
    }
    for (let to = (lastPart.get(itemId) ?? -1) + 1; to > passages.length; to -= rows) {
      const from = Math.max(passages.length, to - rows)
      if (!step(() => removePassages(itemId, from, to))) return
      yield { from, to }
    }
    for (const saveSome of links.steps(itemId, reading.links, rows)) {
      if (!step(saveSome)) return
      yield { from: 0, to: 0 }
    }
    step(() => finishItem.run(itemId))
  }

  return {
    saveReading(itemId, reading) {
      connection.transaction(() => {
        if (reading.kind === 'photo') saveWholePhoto(itemId, reading)
        else Array.from(noteSteps(itemId, reading, Number.MAX_SAFE_INTEGER))
      })
    },
    saveNoteInSteps: noteSteps,
    texts: textsOf
  }
}
