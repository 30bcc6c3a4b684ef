import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { noteText } from '../../../src/main/engine/features/searching/note-text.ts'
import { readNote } from '../../../src/main/engine/stages/library/note/read-note.ts'
import { openMemoryStore } from '../../../src/main/engine/store/database.ts'
import type { Store } from '../../../src/main/engine/store/store.ts'
import { createEncoderApi } from '../../../src/main/engine/workers/encoder-service.ts'
import type { NoteInline, NoteText } from '../../../src/shared/notes.ts'
import { addFiles, note, photo } from '../../store/drawn.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
const api = createEncoderApi()
/** The work of the process that opens what somebody looks at, in this one. */
const pictures = {
  showNote: async (input: { path: string; contentHash: string }) => {
    const shown = await api.showNote(input)
    return shown !== null && 'kind' in shown ? null : shown
  }
}
const signal = new AbortController().signal

const source = `# Soups

Lentil **sou**p wants *lentils*, and no soupspoon.

![A pot](pot.jpg) ![Another](elsewhere.jpg)

## Bread

Bread is good with any soup.
`

/** A note and a photo that it shows, in a folder of the library, read as indexing reads them. */
async function library(
  name: string,
  text = source
): Promise<{ store: Store; noteId: number; photoId: number; path: string }> {
  const store = openMemoryStore()
  const [noteId, photoId] = addFiles(store, folder, name, 'pot.jpg') as [number, number]
  const path = join(folder, name)
  await writeFile(path, text)
  const contentHash = createHash('sha256').update(text).digest('hex')
  const format = name.endsWith('.md') ? 'markdown' : 'text'
  const reading = await readNote(path, format, { modifiedMs: 0, contentHash })
  if (reading.kind === 'failure') throw new Error(reading.reason)
  store.items.saveReading(photoId, photo('p'))
  store.items.saveReading(noteId, reading)
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target }) => ({
      linkId,
      toId: target === 'pot.jpg' ? photoId : null,
      isGuess: false
    }))
  )
  return { store, noteId, photoId, path }
}

/** The marked words, in order; those of one word that is set in several ways as one. */
function marksOf({ blocks }: NoteText): string[] {
  const line = (parts: readonly NoteInline[]): string =>
    parts
      .map(part => {
        if ('children' in part) return line(part.children)
        if (part.kind === 'break' || part.kind === 'picture') return ''
        let text = ''
        let at = 0
        for (const [start, end] of part.marks ?? []) {
          text += `${part.text.slice(at, start)}[${part.text.slice(start, end)}]`
          at = end
        }
        return text + part.text.slice(at)
      })
      .join('')
  return blocks.flatMap(({ block }) =>
    'children' in block
      ? [
          ...line(block.children)
            .replaceAll('][', '')
            .matchAll(/\[([^\]]*)\]/g)
        ].map(([, word]) => word ?? '')
      : []
  )
}

test('every word of the question is marked wherever it stands, as words are found: by stems, and also half in bold', async () => {
  const { store, noteId } = await library('marked.md')
  const shown = await noteText({ itemId: noteId, text: 'the lentil soup' }, { store, encoders: { pictures } }, signal)
  expect(marksOf(shown)).toEqual(['Soups', 'Lentil', 'soup', 'lentils', 'soup'])
  expect(marksOf(await noteText({ itemId: noteId }, { store, encoders: { pictures } }, signal))).toEqual([])
  store.close()
})

test('the blocks of the found passage are known, and a picture is the photo of the library that the note means', async () => {
  const { store, noteId, photoId } = await library('found.md')
  const part = store.items.get(noteId)!.passages.find(({ text }) => text.includes('Bread is good'))!.part
  const { blocks } = await noteText({ itemId: noteId, part }, { store, encoders: { pictures } }, signal)
  expect(blocks.map(({ block, isFound }) => [block.kind, isFound])).toEqual([
    ['heading', undefined],
    ['paragraph', undefined],
    ['paragraph', undefined],
    ['heading', true],
    ['paragraph', true]
  ])
  expect(blocks[2]?.block).toMatchObject({
    children: [{ kind: 'picture', text: 'A pot', photoId }, { kind: 'text' }, { kind: 'picture', text: 'Another' }]
  })
  expect(JSON.stringify(blocks).match(/photoId/g)).toHaveLength(1)
  store.close()
})

test('where the file has another content by now, and for other formats, the passages that were read are shown', async () => {
  const { store, noteId, path } = await library('changed.md')
  await writeFile(path, '# Other\n')
  const shown = await noteText({ itemId: noteId, text: 'bread', part: 1 }, { store, encoders: { pictures } }, signal)
  expect(marksOf(shown)).toEqual(['Bread', 'Bread'])
  expect(shown.blocks.filter(({ isFound }) => isFound)).toHaveLength(1)
  const plain = await library('plain.txt', 'First line.\n\nSecond *line*.\n')
  const { blocks } = await noteText(
    { itemId: plain.noteId, text: 'line' },
    { store: plain.store, encoders: { pictures } },
    signal
  )
  expect(blocks.map(({ block }) => block)).toMatchObject([
    {
      kind: 'paragraph',
      children: [
        { text: 'First line.', marks: [[6, 10]] },
        { kind: 'break' },
        { text: 'Second *line*.', marks: [[8, 12]] }
      ]
    }
  ])
  store.close()
  plain.store.close()
})

test('a photo has no such text, and an item that is gone is not found', async () => {
  const { store, photoId } = await library('none.md')
  expect(await noteText({ itemId: photoId }, { store, encoders: { pictures } }, signal)).toEqual({
    blocks: [],
    linked: []
  })
  await expect(noteText({ itemId: 999 }, { store, encoders: { pictures } }, signal)).rejects.toThrow('no longer')
  store.close()
})

test('a link that is known to lead to an item of the library says so, a guess and an address elsewhere do not', async () => {
  const source =
    'See [the pot](pot.jpg), [the **other**][o], [[pot.jpg|a guess]] and [there](https://a.example/pot.jpg).\n\n[o]: other.md\n'
  const { store, noteId, photoId } = await library('links.md', source)
  const [otherId = 0] = addFiles(store, folder, 'other.md')
  store.items.saveReading(otherId, note('o', ['other']))
  store.links.resolve(
    [...store.links.all()].map(({ linkId, target, kind }) => ({
      linkId,
      toId: target === 'pot.jpg' ? photoId : otherId,
      isGuess: kind === 'wikilink'
    }))
  )
  const { blocks, linked } = await noteText({ itemId: noteId }, { store, encoders: { pictures } }, signal)
  const block = blocks[0]?.block
  const links = block?.kind === 'paragraph' ? block.children.filter(part => part.kind === 'link') : []
  expect(links.map(({ address, itemId }) => [address, itemId])).toEqual([
    ['pot.jpg', photoId],
    ['other.md', otherId],
    ['pot.jpg', undefined],
    ['https://a.example/pot.jpg', undefined]
  ])
  expect(linked.map(({ itemId }) => itemId)).toEqual([photoId, otherId])
  store.close()
})
