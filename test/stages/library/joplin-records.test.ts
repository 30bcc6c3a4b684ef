/** Joplin's RAW export and synchronisation folder: what is a note, and what other files say of it. */
import fc from 'fast-check'
import { utimesSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { joplinItem, joplinRecordsOf } from '../../../src/main/engine/stages/library/joplin-records.ts'
import { resolveLinks } from '../../../src/main/engine/stages/library/links.ts'
import { describeWithData } from '../../tools/shared-data.ts'
import { folderWith, scanAll, write } from './folders.ts'
import { readFolder } from './read-folder.ts'

let jpeg: Uint8Array
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#753' } })
    .jpeg()
    .toBuffer()
})

const id = (digit: string): string => digit.repeat(32)
const item = (own: string, type: number, text: string, more: Readonly<Record<string, string>> = {}): string =>
  [
    ...(text === '' ? [] : [text, '']),
    `id: ${own}`,
    ...Object.entries({ parent_id: '', created_time: '2021-05-06T07:08:09.123Z', ...more }).map(
      ([key, value]) => `${key}: ${value}`
    ),
    `type_: ${type}`
  ].join('\n')

const [hive, pond, garden, animals, bees, frogs, picture] = ['a', 'b', 'c', 'd', 'e', 'f', '9'].map(id) as [
  ...[string, string, string, string, string, string, string]
]

function export_(): Record<string, string | Uint8Array> {
  return {
    [`${hive}.md`]: item(hive, 1, `Beehive in May\n\nFull of brood.\n\n![frame](:/${picture}) [the pond](:/${pond})`, {
      parent_id: animals
    }),
    [`${pond}.md`]: item(pond, 1, 'Pond\n\nStill water. #reeds', { parent_id: garden }),
    [`${garden}.md`]: item(garden, 2, 'Garden'),
    [`${animals}.md`]: item(animals, 2, 'Animals & insects', { parent_id: garden }),
    [`${bees}.md`]: item(bees, 5, 'bees'),
    [`${frogs}.md`]: item(frogs, 5, 'tree frogs'),
    [`${id('1')}.md`]: item(id('1'), 6, '', { note_id: hive, tag_id: bees }),
    [`${id('2')}.md`]: item(id('2'), 6, '', { note_id: pond, tag_id: frogs }),
    [`${id('3')}.md`]: item(id('3'), 6, '', { note_id: pond, tag_id: bees }),
    [`${id('4')}.md`]: item(id('4'), 6, '', { note_id: pond, tag_id: id('0') }),
    [`${id('5')}.md`]: item(id('5'), 13, '', { item_id: pond }),
    [`${picture}.md`]: item(picture, 4, 'IMG_2211.jpg', { mime: 'image/jpeg' })
  }
}

describe('an export of Joplin', () => {
  test('is its notes with their tags, notebooks as words, and no records', async () => {
    const all = await readFolder(folderWith({ ...export_(), [`resources/${picture}.jpg`]: jpeg }))
    expect([...all.keys()].sort()).toEqual([`${hive}.md`, `${pond}.md`, `resources/${picture}.jpg`])
    expect(all.get(`${hive}.md`)).toMatchObject({ tags: ['bees'], reading: { title: 'Beehive in May' } })
    expect(all.get(`${hive}.md`)?.words).toContain('garden / animals & insects')
    expect(all.get(`${pond}.md`)).toMatchObject({ tags: ['bees', 'tree frogs', 'reeds'] })
    expect(all.get(`${pond}.md`)?.words).not.toMatch(/id:|type_|animals/)
  })

  test.each([
    ['RAW', `resources/${picture}.jpg`],
    ['a synchronisation folder, which hides them and gives them no ending', `.resource/${picture}`]
  ])('links to its pictures and notes, in %s', async (_, path) => {
    const all = await readFolder(folderWith({ ...export_(), [path]: jpeg, '.lock/x.md': 'no note', '.sync/y.md': '' }))
    const items = [...all].map(([one, { reading }], itemId) => ({ itemId, kind: reading.kind, folderId: 1, path: one }))
    const { reading } = all.get(`${hive}.md`) ?? {}
    const links = (reading?.kind === 'note' ? reading.links : []).map((link, linkId) => ({
      ...{ linkId, fromPath: `${hive}.md`, folderId: 1, target: link.target, kind: link.kind }
    }))
    const led = resolveLinks(links, items).map(({ toId, isGuess }) => [
      items.find(one => one.itemId === toId)?.path,
      isGuess
    ])
    expect(led).toEqual([
      [path, false],
      [`${pond}.md`, false]
    ])
  })

  test('a note is described anew when one of its tags or notebooks is renamed, put on it or taken away, and no other is', async () => {
    const folder = folderWith(export_())
    const stamps = async (): Promise<Map<string, string>> =>
      new Map((await scanAll(folder)).files.map(({ path, sidecarStamp }) => [path, sidecarStamp]))
    let before = await stamps()
    const change = async (name: string, content: string): Promise<string[]> => {
      write(folder, `${name}.md`, content)
      utimesSync(join(folder, `${name}.md`), 1_700_000_000, 1_700_000_000 + before.size)
      const now = await stamps()
      const changed = [...now].filter(([path, stamp]) => before.get(path) !== stamp).map(([path]) => path)
      before = now
      return changed
    }
    expect(await change(frogs, item(frogs, 5, 'tree frogs and toads'))).toEqual([`${pond}.md`])
    expect(await change(animals, item(animals, 2, 'Insects', { parent_id: garden }))).toEqual([`${hive}.md`])
    expect(await change(id('6'), item(id('6'), 6, '', { note_id: hive, tag_id: frogs }))).toEqual([`${hive}.md`])
    expect(await change(id('5'), item(id('5'), 13, 'more', { item_id: pond }))).toEqual([])
    const { tags } = (await readFolder(folder)).get(`${hive}.md`) ?? {}
    expect(tags).toEqual(['bees', 'tree frogs and toads'])
  })

  test('a note in HTML is read as that, an encrypted record says nothing, and notebooks in a circle end', async () => {
    const all = await readFolder(
      folderWith({
        [`${hive}.md`]: item(hive, 1, 'Clipped\n\n<p>One &lt; two</p>', { parent_id: garden, markup_language: '2' }),
        [`${garden}.md`]: item(garden, 2, 'Outer', { parent_id: animals }),
        [`${animals}.md`]: item(animals, 2, 'Inner', { parent_id: garden }),
        [`${bees}.md`]: item(bees, 5, 'secret', { encryption_applied: '1' }),
        [`${id('1')}.md`]: item(id('1'), 6, '', { note_id: hive, tag_id: bees })
      })
    )
    expect(all.get(`${hive}.md`)?.words).toBe('clipped\nclipped\none < two\ninner / outer')
  })
})

test('a person’s file of such a name is a note, and hidden folders stay hidden without Joplin', async () => {
  const { paths } = await scanAll(
    folderWith({
      [`notes/${id('7')}.md`]: 'Every record ends with\n\ntype_: 5',
      'other/.resource/a.md': 'hidden',
      'other/b.md': 'seen'
    })
  )
  expect(paths).toEqual([`notes/${id('7')}.md`, 'other/b.md'])
})

test('whatever the items say, each note gets records that are there, in bounded time', async () => {
  const digits = fc.constantFrom(...Array.from('abcdef').map(id))
  const one = fc.record({
    type: fc.constantFrom(1, 2, 4, 5, 6),
    parentId: fc.option(digits),
    noteId: fc.option(digits),
    tagId: fc.option(digits)
  })
  await fc.assert(
    fc.asyncProperty(fc.dictionary(digits, one), async found => {
      const items = new Map(Object.entries(found).map(([name, value]) => [`${name}.md`, value]))
      for (const [note, records] of await joplinRecordsOf(items)) {
        expect(items.get(note)?.type).toBe(1)
        expect(records.every(name => items.has(name) && name !== note)).toBe(true)
      }
    })
  )
  fc.assert(fc.property(fc.string(), tail => joplinItem(tail) === null))
  const before = process.cpuUsage().user
  expect(joplinItem(`${'a:\n'.repeat(2700)}type_: 1 x`)).toBeNull()
  expect(joplinItem(`${'a:\n'.repeat(2700)}type_: 1`)).toBeNull()
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(1)
})

describeWithData('the Joplin export of the collection', ['people'], root => {
  test('is one note with its tag and its picture', async () => {
    const all = await readFolder(join(root, 'joplin-raw'))
    const note = '7b8b965ad4bca0e41ab51de7b31363a1.md'
    expect([...all.keys()].sort()).toEqual([note, 'resources/4b43b0aee35624cd95b910189b3dc231.jpg'])
    expect(all.get(note)).toMatchObject({
      ...{ tags: ['bees'], date: '2021-05-06T07:08:09' },
      reading: { title: 'Beehive inspection in May', links: [{ kind: 'embed', text: 'frame two' }] }
    })
  })
})
