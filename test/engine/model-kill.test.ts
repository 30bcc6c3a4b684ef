import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { buildOtherPack } from '../tools/other-pack.ts'
import { runKilled, type Moment } from '../tools/killed.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { databaseContent } from './database-content.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

/** Changes the model in a process of its own. @returns whether it came to its end before it was killed */
const prepareUntil = (moment: Moment | null, data: string, models: readonly string[]): Promise<boolean> =>
  runKilled(resolve(import.meta.dirname, 'prepare-once.ts'), [data, 'other', ...models], moment)

test('killed while a model is prepared, the one in use goes on, and in the end the database says the same as undisturbed', async () => {
  const drawn = await buildDrawnPack(join(folder, 'models'))
  const models = [drawn, await buildOtherPack(drawn, join(folder, 'models'), { id: 'other' })]
  const library = await drawLibrary(join(folder, 'library'), { photos: 200 })
  const engine = await openRealEngine(join(folder, 'calm'), models)
  await indexAll(engine, library.folder)
  await engine.close()
  const data = join(folder, 'killed')
  await cp(join(folder, 'calm'), data, { recursive: true })
  expect(await prepareUntil(null, join(folder, 'calm'), models)).toBe(true)

  const chance = chanceFrom(21)
  let seen = 0
  for (let i = 0; i < 6; i++) {
    const isEarly = i % 3 === 0
    const files = isEarly ? 0 : 1 + Math.floor(chance.next() * 40)
    const laterMs = Math.floor(chance.next() * (isEarly ? 1500 : 60))
    expect(await prepareUntil({ files, laterMs }, data, models)).toBe(false)
    const between = await openRealEngine(data, models)
    const { unencoded, model } = await between.client.library({})
    await between.close()
    // Whichever answers has everything.
    expect(unencoded).toBe(0)
    const done = databaseContent(data).encoded?.length ?? 0
    expect(done).toBeGreaterThanOrEqual(seen)
    seen = done
    if (model?.packId === 'other') break
  }
  expect(await prepareUntil(null, data, models)).toBe(true)
  expect(databaseContent(data)).toEqual(databaseContent(join(folder, 'calm')))
}, 300_000)
