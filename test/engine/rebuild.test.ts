import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { databaseContent } from './database-content.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

test('a damaged database is refused and kept; when asked for, a new one is built from the same folders', async () => {
  const library = await drawLibrary(join(folder, 'library'))
  const data = join(folder, 'data')
  const first = await openRealEngine(data)
  await indexAll(first, library.folder)
  await first.close()
  await writeFile(join(data, 'reverie.db'), 'no database any more')

  await expect(openRealEngine(data)).rejects.toMatchObject({
    code: 'database-corrupt',
    message: expect.stringContaining('unharmed') as string
  })
  expect(await readFile(join(data, 'reverie.db'), 'utf8')).toBe('no database any more')

  const second = await openRealEngine(data, [], { rebuild: true })
  await indexAll(second)
  const { folders, ...counts } = await second.client.library({})
  expect(folders.map(({ path }) => path)).toEqual([library.folder])
  expect(counts).toMatchObject({ ...library.expected, waiting: 0 })
  await second.close()
  const aside = (await readdir(data)).find(name => name.startsWith('reverie.corrupt-') && name.endsWith('.db')) ?? ''
  expect(await readFile(join(data, aside), 'utf8')).toBe('no database any more')
})

test('a sound database is not set aside by asking for a new one', async () => {
  const data = join(folder, 'data')
  const engine = await openRealEngine(data, [], { rebuild: true })
  expect((await engine.client.library({})).eligible).toBeGreaterThan(0)
  await engine.close()
})

test('a rebuild reads and encodes everything anew; all is found meanwhile, and ids and what was said stay', async () => {
  const data = join(folder, 'sound')
  const library = await indexedLibrary(join(folder, 'sound library'), data)
  const engine = await openRealEngine(data, [await buildDrawnPack(join(folder, 'models'))])
  const { pairs } = await engine.client.pairs({ limit: 10_000 })
  const { photoId, text } = pairs[0] ?? { photoId: 0, text: '' }
  await engine.client.confirmPair({ photoId, text, verdict: 'rejected' })
  const question = library.pairs[0]?.text ?? ''
  const before = (await engine.client.search({ text: question })).hits.map(({ itemId }) => itemId)
  const content = databaseContent(data)
  expect((await engine.client.library({})).rebuildSeconds).toBeGreaterThan(0)

  let encoded = 0
  engine.on('jobEnded', job => (encoded += job.encoded))
  const half = new Promise(resolve => {
    engine.on('jobProgress', ({ done, total }) => {
      if (done > 20 && done < (total ?? 0)) resolve(null)
    })
  })
  await engine.client.rebuildLibrary({})
  await half
  const meanwhile = await engine.client.search({ text: question })
  expect(new Set(meanwhile.hits.map(({ itemId }) => itemId))).toEqual(new Set(before))
  await engine.idle()
  expect(encoded).toBe(library.expected.indexed)
  expect(await engine.client.library({})).toMatchObject({ ...library.expected, waiting: 0 })
  expect(databaseContent(data)).toEqual(content)
  expect((await engine.client.search({ text: question })).hits.map(({ itemId }) => itemId)).toEqual(before)
  const rejected = (await engine.client.pairs({ limit: 10_000 })).pairs.filter(({ verdict }) => verdict === 'rejected')
  expect(rejected).toMatchObject([{ photoId, text }])
  await engine.close()
})

test('a rebuild that is cut off goes on at the next start, and leaves alone what is on a disk that is not there', async () => {
  const data = join(folder, 'cut off')
  const library = await drawLibrary(join(folder, 'cut off library'))
  let engine = await openRealEngine(data)
  await indexAll(engine, library.folder)
  const begun = new Promise(resolve => engine.on('jobProgress', ({ stage }) => stage === 'encode' && resolve(null)))
  await engine.client.rebuildLibrary({})
  await begun
  await engine.close()
  engine = await openRealEngine(data)
  expect((await engine.client.library({})).waiting).toBeGreaterThan(0)
  await indexAll(engine)
  expect(await engine.client.library({})).toMatchObject({ ...library.expected, waiting: 0 })

  await rename(library.folder, `${library.folder} unplugged`)
  await engine.client.rebuildLibrary({})
  await engine.idle()
  const { eligible } = library.expected
  expect(await engine.client.library({})).toMatchObject({ eligible, unreachable: eligible, indexed: 0, waiting: 0 })
  await rename(`${library.folder} unplugged`, library.folder)
  expect(await indexAll(engine)).toBe(0)
  expect(await engine.client.library({})).toMatchObject({ ...library.expected, unreachable: 0, waiting: 0 })
  await engine.close()
})
