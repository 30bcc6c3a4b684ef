import { globSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stepsAtOnce } from '../../../src/main/engine/base/give-way.ts'
import { resolveLinks } from '../../../src/main/engine/stages/library/links.ts'
import { readNote } from '../../../src/main/engine/stages/library/note/read-note.ts'
import {
  minePairs,
  type MinedPair,
  type PairItem,
  type PairLink
} from '../../../src/main/engine/stages/library/pairs.ts'
import { describeWithData } from '../../tools/shared-data.ts'

/** What the notes and the names of the photos give; the photos themselves are not read. */
async function minedFrom(root: string): Promise<MinedPair[]> {
  const items = globSync('**/*.{md,jpg}', { cwd: root })
    .map(path => path.replaceAll('\\', '/'))
    .sort()
    .map((path, itemId): PairItem => {
      const kind = path.endsWith('.md') ? 'note' : 'photo'
      return { itemId, kind, folderId: 1, path, title: null, description: null, keywords: [] }
    })
  const links: (PairLink & { linkId: number; fromPath: string; folderId: number; target: string })[] = []
  const passages = new Map<number, readonly { part: number; text: string }[]>()
  for (const { itemId, path, kind } of items) {
    if (kind !== 'note') continue
    const read = await readNote(join(root, path), 'markdown', { modifiedMs: 0, contentHash: '' })
    if (read.kind === 'failure') throw new Error(`${path}: ${read.reason}`)
    passages.set(itemId, read.passages)
    for (const { kind: of, target, text, part } of read.links)
      links.push({
        ...{ linkId: links.length, fromPath: path, folderId: 1, target },
        fromId: itemId,
        toId: null,
        isGuess: false,
        kind: of,
        text,
        part
      })
  }
  const resolved = resolveLinks(links, items)
  const known = links.map((link, i) => ({ ...link, ...resolved[i]! }))
  return stepsAtOnce(minePairs(items, known, noteId => passages.get(noteId) ?? []))
}

const countsOf = (pairs: readonly MinedPair[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(pairs, ({ reason }) => reason)].map(([reason, of]) => [reason, of.length]))
const photosOf = (pairs: readonly MinedPair[]): number => new Set(pairs.map(({ photoId }) => photoId)).size

describeWithData('the pairs of a blog of recipes', ['library', 'recipes_basedcooking'], root => {
  test('are alt texts, the words around, and names', async () => {
    const pairs = await minedFrom(root)
    expect(countsOf(pairs)).toEqual({ 'alt-text': 135, embed: 137, 'file-name': 51 })
    expect(photosOf(pairs)).toBe(136)
    expect(pairs.find(({ photoPath }) => photoPath.endsWith('/aelplermagronen.jpg'))).toMatchObject({
      ...{ text: 'Älplermagronen', reason: 'alt-text', weight: 1, verdict: null }
    })
  })
})

describeWithData('the pairs of a personal blog', ['library', 'blog_remy'], root => {
  test('are alt texts, the words around, and names', async () => {
    const pairs = await minedFrom(root)
    expect(countsOf(pairs)).toEqual({ 'alt-text': 206, embed: 218, 'file-name': 112 })
    expect(photosOf(pairs)).toBe(206)
    expect(pairs.filter(({ photoPath }) => photoPath.endsWith('/teeth/extracted.jpg'))).toMatchObject([
      { text: 'My tooth', reason: 'alt-text' },
      { reason: 'embed' }
    ])
  })
})
