import { fork } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { chanceFrom } from '../library/drawn/chance.ts'
import { drawLibrary } from '../library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { databaseContent } from './database-content.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

/** Indexes in a process of its own. @returns whether it came to its end before it was killed */
async function indexFor(milliseconds: number, data: string, models: string, library: string): Promise<boolean> {
  const child = fork(resolve(import.meta.dirname, 'index-once.ts'), [data, models, library], {
    stdio: 'ignore',
    detached: true
  })
  const kill = setTimeout(() => {
    // The encoder process too: a power cut spares nobody.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }, milliseconds)
  const code = await new Promise<number | null>(done => child.once('exit', done))
  clearTimeout(kill)
  return code === 0
}

test('killed at ten random moments and carried on, the database says the same as after an undisturbed run', async () => {
  const models = await buildDrawnPack(join(folder, 'models'))
  const library = await drawLibrary(join(folder, 'library'), { photos: 240 })

  const calm = await openRealEngine(join(folder, 'calm'), [models])
  await indexAll(calm, library.folder)
  await calm.close()

  const data = join(folder, 'killed')
  const chance = chanceFrom(20)
  let kills = 0
  let seen = 0
  for (let i = 0; i < 10; i++) {
    if (await indexFor(450 + Math.floor(chance.next() * 900), data, models, library.folder)) break
    kills++
    const engine = await openRealEngine(data)
    const { eligible, indexed, failed, waiting } = await engine.client.library({})
    await engine.close()
    expect(indexed + failed + waiting).toBe(eligible)
    // What a run has done stays done.
    expect(indexed).toBeGreaterThanOrEqual(seen)
    seen = indexed
  }
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(await indexFor(120_000, data, models, library.folder)).toBe(true)
  expect(databaseContent(data)).toEqual(databaseContent(join(folder, 'calm')))
}, 300_000)
