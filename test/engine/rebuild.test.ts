import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drawLibrary } from '../library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
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
