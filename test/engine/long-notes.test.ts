import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { config } from '../../src/main/engine/base/config.ts'
import { drawChat } from '../stages/library/drawn/long-texts.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

test('of a note that is longer than what is encoded, the rest is found by its words, and whoever opens it is told', async () => {
  const library = join(folder, 'library')
  await mkdir(library)
  await writeFile(join(library, 'short.txt'), 'A short note about a hedgehog.')
  await writeFile(
    join(library, 'chat.txt'),
    `${drawChat(1_500_000, 1)}[29/03/21] Anna: at the very end stands marzipan\n`
  )
  const asked: string[] = []
  const engine = await openRealEngine(join(folder, 'data'), [await buildDrawnPack(join(folder, 'models'))], {
    onCall: name => void asked.push(name)
  })
  try {
    await indexAll(engine, library)
    const status = await engine.client.library({})
    expect(status).toMatchObject({ indexed: 2, failed: 0, waiting: 0, unencoded: 0 })
    expect(status.longNotes).toEqual({ count: 1, encodedPassages: config.encodedPassages })

    const { hits } = await engine.client.search({ text: 'marzipan' })
    const found = hits.find(({ path }) => path.endsWith('chat.txt'))
    expect(found?.snippet?.text).toContain('marzipan')
    const item = await engine.client.item({ itemId: found?.itemId ?? 0 })
    expect(item.passages.length).toBeGreaterThan(config.encodedPassages)
    expect(item.longNote).toEqual({ encodedPassages: config.encodedPassages, isCut: false })
    const short = await engine.client.search({ text: 'hedgehog' })
    expect((await engine.client.item({ itemId: short.hits[0]?.itemId ?? 0 })).longNote).toBeNull()
    // No message had more than its share of it.
    expect(asked.filter(name => name === 'readMore').length).toBe(
      Math.ceil(item.passages.length / config.messagePassages) - 1
    )
  } finally {
    await engine.close()
  }
}, 120_000)
