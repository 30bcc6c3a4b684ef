/** Notes in files of many are items of their own: found, dated, linked, followed when the file changes, kept when it does not answer. */
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import { describeWithData } from '../tools/shared-data.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()
const library = join(folder, 'library')
let engine: Engine

const enex = (...notes: readonly (readonly [title: string, text: string])[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE en-export SYSTEM "http://xml.evernote.com/pub/evernote-export4.dtd">
<en-export export-date="20240203T040506Z" application="Evernote" version="10.1">
${notes
  .map(
    ([title, text]) => `<note><title>${title}</title><created>20210506T070809Z</created><tag>orchard</tag>
<content><![CDATA[<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE en-note SYSTEM "http://xml.evernote.com/pub/enml2.dtd"><en-note><div>${text}</div><en-media hash="0a" type="image/png"/><div><en-todo checked="true"/>Sharpen the shears</div></en-note>]]></content>
<resource><data encoding="base64">iVBORw0KGgo=</data><mime>image/png</mime><resource-attributes><file-name>graft.png</file-name></resource-attributes></resource></note>`
  )
  .join('\n')}
</en-export>`

let next = 1_700_000_000
/** A program that writes a file anew gives it another time. */
function write(name: string, content: string): void {
  writeFileSync(join(library, name), content)
  utimesSync(join(library, name), next, next++)
}

beforeAll(async () => {
  mkdirSync(library)
  write('Orchard.enex', enex(['Grafting', 'Cut the scion at an angle'], ['Boxes', 'Twelve crates of russets']))
  write('plain.md', 'Nothing of fruit')
  engine = await openRealEngine(join(folder, 'data'))
  await indexAll(engine, library)
})

afterAll(() => engine.close())

async function found(text: string): Promise<readonly string[]> {
  const { hits } = await engine.client.search({ text, wordsOnly: true, limit: 50 })
  const items = await Promise.all(hits.map(({ itemId }) => engine.client.item({ itemId })))
  return items.map(({ path }) => path.slice(library.length + 1).replaceAll('\\', '/')).sort()
}

const again = async (): Promise<void> => {
  await engine.client.indexLibrary({})
  await engine.idle()
}

describe('an export with two notes', () => {
  test('is two notes with their titles, dates, tags and text', async () => {
    expect(await found('scion')).toEqual(['Orchard.enex/Grafting.html'])
    const { hits } = await engine.client.search({ text: 'russets tag:orchard', wordsOnly: true, limit: 5 })
    expect(hits).toHaveLength(1)
    const item = await engine.client.item({ itemId: hits[0]!.itemId })
    expect(item).toMatchObject({ title: 'Boxes', dateSource: 'document' })
    expect(new Date(item.dateMs).toISOString().slice(0, 10)).toBe('2021-05-06')
    expect(await found('"sharpen the shears"')).toHaveLength(2)
    expect(await found('graft.png')).toHaveLength(2)
    expect(await engine.client.library({})).toMatchObject({ notes: 3, failed: 0 })
  })

  test('is shown in a file manager as the file that it is', async () => {
    const { hits } = await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })
    expect(engine.pathOf(hits[0]!.itemId)).toBe(join(library, 'Orchard.enex'))
  })

  test('is shown as what was read of it', async () => {
    const { hits } = await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })
    const { blocks } = await engine.client.noteText({ itemId: hits[0]!.itemId })
    expect(JSON.stringify(blocks)).toContain('Cut the scion at an angle')
  })

  test('one of which is left out stays out when the file is written anew, and comes back when it is let in', async () => {
    const { hits } = await engine.client.search({ text: 'russets', wordsOnly: true, limit: 5 })
    await engine.client.exclude({ itemIds: [hits[0]!.itemId] })
    write('Orchard.enex', enex(['Grafting', 'Cut the scion at an angle'], ['Boxes', 'Twelve crates of russets']))
    await again()
    expect(await found('russets')).toEqual([])
    expect(await found('scion')).toHaveLength(1)
    const { entries } = await engine.client.excluded({ limit: 10 })
    await engine.client.include({ excludedIds: entries.map(({ excludedId }) => excludedId) })
    await engine.idle()
    expect(await found('russets')).toEqual(['Orchard.enex/Boxes.html'])
  })

  test('that has another note and lacks one is followed; what stayed is the same item', async () => {
    const before = (await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })).hits[0]!.itemId
    write('Orchard.enex', enex(['Ladders', 'Three legs stand better'], ['Grafting', 'Cut the scion at an angle']))
    await again()
    expect(await found('ladders')).toEqual(['Orchard.enex/Ladders.html'])
    expect(await found('russets')).toEqual([])
    expect((await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })).hits[0]!.itemId).toBe(before)
  })

  test('that is renamed keeps its notes', async () => {
    const before = (await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })).hits[0]!.itemId
    renameSync(join(library, 'Orchard.enex'), join(library, 'Garden.enex'))
    await again()
    expect(await found('scion')).toEqual(['Garden.enex/Grafting.html'])
    expect((await engine.client.search({ text: 'scion', wordsOnly: true, limit: 5 })).hits[0]!.itemId).toBe(before)
  })

  test('that is damaged now keeps what was read, and says why', async () => {
    write('Garden.enex', '<html>not an export any more</html>')
    await again()
    expect(await found('scion')).toEqual(['Garden.enex/Grafting.html'])
    const { folders } = await engine.client.library({})
    expect(folders[0]!.problems[0]).toMatchObject({ reason: expect.stringContaining('Evernote') as string })
  })

  test('that is deleted takes its notes along', async () => {
    rmSync(join(library, 'Garden.enex'))
    await again()
    expect(await found('scion')).toEqual([])
    expect((await engine.client.library({})).folders[0]!.problems).toEqual([])
  })
})

test('an export that was never one is a file that fails, with its reason', async () => {
  write('broken.enex', 'nothing of the kind')
  await again()
  const failures = await engine.client.failures({ limit: 10 })
  expect(failures.map(({ reason }) => reason)).toEqual([expect.stringContaining('Evernote') as string])
})

describeWithData('a journal of Day One', ['people', 'day-one'], root => {
  test('is its entries, each with its pictures, by the clock of the place', async () => {
    await indexAll(engine, root)
    const { hits } = await engine.client.search({ text: 'seals followed', wordsOnly: true, limit: 5 })
    const item = await engine.client.item({ itemId: hits[0]!.itemId })
    expect(item).toMatchObject({ title: 'Paddling to the seal island', tags: ['fjord', 'kayak'] })
    const { blocks } = await engine.client.noteText({ itemId: item.itemId })
    expect(JSON.stringify(blocks)).toContain('boathouse')
    expect(new Date(item.dateMs).toISOString()).toBe('2022-08-09T12:11:12.000Z')
    expect(item.related.map(({ path }) => path)).toEqual([expect.stringContaining('photos') as string])
  })
})
