import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveLinks, type LinkToResolve } from '../../../../src/main/engine/stages/library/links.ts'
import { readNote } from '../../../../src/main/engine/stages/library/note/read-note.ts'
import { describeWithData } from '../../../tools/shared-data.ts'

/** Which of the pairs that the collection lists are found from the notes alone. */
async function recovered(root: string): Promise<{ pairs: number; missed: string[] }> {
  const items = globSync('**/*.{md,jpg}', { cwd: root }).map((path, itemId) => ({
    itemId,
    kind: path.endsWith('.md') ? ('note' as const) : ('photo' as const),
    folderId: 1,
    path: path.replaceAll('\\', '/')
  }))
  const links: LinkToResolve[] = []
  for (const { path, kind } of items) {
    if (kind !== 'note') continue
    const read = await readNote(join(root, path), 'markdown', { modifiedMs: 0, contentHash: '' })
    if (read.kind === 'failure') throw new Error(`${path}: ${read.reason}`)
    for (const link of read.links)
      links.push({ linkId: links.length, fromPath: path, folderId: 1, target: link.target, kind: link.kind })
  }
  const shown = new Set(
    resolveLinks(links, items).map(
      ({ linkId, toId }) => `${links[linkId]!.fromPath} shows ${toId === null ? '' : items[toId]!.path}`
    )
  )
  const pairs = readFileSync(join(root, 'pairs.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { doc: string; image: string })
    .map(({ doc, image }) => `notes/${doc} shows ${image}`)
  return { pairs: pairs.length, missed: pairs.filter(pair => !shown.has(pair)) }
}

describeWithData(
  'recipes with pictures under a static root, in another format than the notes say',
  ['library', 'recipes_basedcooking'],
  root => {
    test('every listed picture of every note is found', async () => {
      expect(await recovered(root)).toEqual({ pairs: 136, missed: [] })
    })
  }
)

describeWithData('a blog with pictures under a public root', ['library', 'blog_remy'], root => {
  test('the listed pictures are found, but for three that the notes do not name', async () => {
    const { pairs, missed } = await recovered(root)
    expect(pairs).toBe(207)
    expect(missed.toSorted()).toEqual([
      'notes/public/blog/cern-day-3.md shows public/images/ffconf-2019/team.jpg', // the note shows /images/cern-2019/team.jpg
      'notes/public/blog/my-2022.md shows public/images/trim/hair.jpg', // shown by its remote address
      'notes/public/blog/terminal-training.md shows public/images/favicons/terminal-training.jpg' // shows /images/terminal-training.png
    ])
  })
})
