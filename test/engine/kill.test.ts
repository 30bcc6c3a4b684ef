import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { runKilled, type Moment } from '../tools/killed.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { databaseContent } from './database-content.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

/** Indexes in a process of its own. @returns whether it came to its end before it was killed */
const indexUntil = (
  moment: Moment | null,
  ...argv: [data: string, models: string, library: string]
): Promise<boolean> => runKilled(resolve(import.meta.dirname, 'index-once.ts'), argv, moment)

test('killed at ten random moments and carried on, the database says the same as after an undisturbed run', async () => {
  const models = await buildDrawnPack(join(folder, 'models'))
  const library = await drawLibrary(join(folder, 'library'), { photos: 240 })

  const calm = await openRealEngine(join(folder, 'calm'), [models])
  await indexAll(calm, library.folder)
  await calm.close()

  const data = join(folder, 'killed')
  const chance = chanceFrom(20)
  let seen = 0
  for (let i = 0; i < 10; i++) {
    // Every third while it starts and looks at the folder; the others in the middle of reading and saving.
    const isEarly = i % 3 === 0
    const files = isEarly ? 0 : 1 + Math.floor(chance.next() * 40)
    const laterMs = Math.floor(chance.next() * (isEarly ? 1500 : 60))
    expect(await indexUntil({ files, laterMs }, data, models, library.folder)).toBe(false)
    const engine = await openRealEngine(data)
    const { eligible, indexed, failed, waiting } = await engine.client.library({})
    await engine.close()
    expect(indexed + failed + waiting).toBe(eligible)
    // What a run has done stays done.
    expect(indexed).toBeGreaterThanOrEqual(seen)
    seen = indexed
  }
  expect(await indexUntil(null, data, models, library.folder)).toBe(true)
  expect(databaseContent(data)).toEqual(databaseContent(join(folder, 'calm')))
}, 300_000)
