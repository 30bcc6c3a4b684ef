import { open } from 'node:fs/promises'
import { inTurns } from '../../base/give-way.ts'

/*
 * Joplin's RAW export and its synchronisation folder hold notes, notebooks, tags, attachments' entries and much else as files of one
 * kind, `<32 hex digits>.md`, all in one folder. Only notes are notes of a person; the others say something of them. What an item is
 * and whom it belongs to stands in its last lines.
 */

/** Of an item that is no note, or is one: what tells whom it describes. Ids are 32 hex digits in lower case. */
export interface JoplinItem {
  /** 1 note, 2 notebook, 4 attachment, 5 tag, 6 a tag on a note. @see https://joplinapp.org/help/api/references/rest_api */
  readonly type: number
  /** Of a note or notebook: the notebook that it is in. */
  readonly parentId: string | null
  /** Of a tag on a note. */
  readonly noteId: string | null
  readonly tagId: string | null
}

/** The pictures of notes in a synchronisation folder, without endings. */
export const joplinResources = '.resource'

const noteType = 1
const notebookType = 2
const tagType = 5
const tagOnNoteType = 6

/** A person's file of such a name is none of Joplin's: the content decides. @param name  without folders */
export function isJoplinName(name: string): boolean {
  return /^[0-9a-f]{32}\.md$/i.test(name)
}

/** Whether an item is something else than a note, so that it is no item of the library. */
export function isJoplinRecord(item: JoplinItem | null): boolean {
  return item !== null && item.type !== noteType
}

/** The properties of an item are about 1 kB; an address among them may be long. */
const tailBytes = 8192

/** @param path  of a file with such a name, absolute @returns null for any other Markdown @throws the file system's error */
export async function readJoplinItem(path: string): Promise<JoplinItem | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const bytes = new Uint8Array(Math.min(size, tailBytes))
    const { bytesRead } = await file.read(bytes, 0, bytes.length, size - bytes.length)
    return joplinItem(Buffer.from(bytes.buffer, 0, bytesRead).toString('latin1'))
  } finally {
    await file.close()
  }
}

/** @param tail  of the file; every property that is wanted is ASCII */
export function joplinItem(tail: string): JoplinItem | null {
  const type = /(?:^|\n)type_: (\d{1,3})\s*$/.exec(tail)?.[1]
  if (type === undefined) return null
  const block = tail.slice(tail.search(/(?:^|\n)(?:[a-z_]+:[^\n]*\n)+type_: \d+\s*$/))
  const id = (key: string): string | null =>
    new RegExp(`^${key}: ([0-9a-f]{32})\\s*$`, 'm').exec(block)?.[1]?.toLowerCase() ?? null
  if (id('id') === null) return null
  return { type: Number(type), parentId: id('parent_id'), noteId: id('note_id'), tagId: id('tag_id') }
}

/** More tags on a note, and notebooks in each other, are not looked for. */
const mostTags = 200
const deepest = 32

/**
 * Which records describe which note: its tags with what puts them on it, and the notebooks that it is in.
 *
 * @param items  of one folder, by name
 * @returns for each note that has any, the names of its records, sorted
 */
export async function joplinRecordsOf(
  items: ReadonlyMap<string, JoplinItem>
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, string>()
  const tagsOn = new Map<string, string[]>()
  await inTurns(items, ([name, { type, noteId }]) => {
    names.set(idOf(name), name)
    if (type !== tagOnNoteType || noteId === null) return
    const tags = tagsOn.get(noteId)
    if (tags === undefined) tagsOn.set(noteId, [name])
    else if (tags.length < mostTags) tags.push(name)
  })
  const records = new Map<string, readonly string[]>()
  await inTurns(items, ([name, item]) => {
    if (item.type !== noteType) return
    const found = new Set<string>()
    for (const one of tagsOn.get(idOf(name)) ?? []) {
      const tag = names.get(items.get(one)?.tagId ?? '')
      if (items.get(tag ?? '')?.type === tagType && tag !== undefined) found.add(one).add(tag)
    }
    let notebook = names.get(item.parentId ?? '')
    for (let depth = 0; notebook !== undefined && depth < deepest && !found.has(notebook); depth++) {
      if (items.get(notebook)?.type !== notebookType) break
      found.add(notebook)
      notebook = names.get(items.get(notebook)?.parentId ?? '')
    }
    if (found.size > 0) records.set(name, [...found].sort())
  })
  return records
}

function idOf(name: string): string {
  return name.slice(0, 32).toLowerCase()
}
