/**
 * How many rooms a story passes, how often it climbs and how often it returns: a question, an added folder, a training and a
 * chosen model, in the engine's own process. `npm run bench walks -- [--checkout <folder>]` (another checkout, with its own
 * node_modules; this one when absent). A room is a folder with code, or a file beside folders. A climb is a call into a room
 * above the caller's; a return is a call into a room that was left before. Each pair of rooms counts once. With `--calls` the
 * calls are listed.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { openRealEngine } from '../engine/real-engine.ts'
import type { drawLibrary } from '../stages/library/drawn/draw.ts'
import type { buildDrawnPack } from '../tools/drawn-pack.ts'
import type { buildOtherPack } from '../tools/other-pack.ts'
import { shapeOf, type Shape } from '../tools/rooms.ts'
import { sourcesOf } from '../tools/sources.ts'
import { watchCalls, type WalkCall } from '../tools/walk-hooks.ts'

/** A training needs at least a hundred different photos with texts. */
const photos = 320

export async function bench(rest: readonly string[]): Promise<void> {
  const given = rest.includes('--checkout') ? rest[rest.indexOf('--checkout') + 1] : undefined
  const checkout = resolve(given ?? join(import.meta.dirname, '../..'))
  const shape = shapeOf(sourcesOf('src', checkout))
  const record = watchCalls(checkout)
  const load = async <T>(...paths: readonly string[]): Promise<T> =>
    (await import(join(checkout, paths.find(path => existsSync(join(checkout, path))) ?? paths[0]!))) as T

  const engines = await load<{ openRealEngine: typeof openRealEngine }>('test/engine/real-engine.ts')
  const drawn = await load<{ drawLibrary: typeof drawLibrary }>(
    'test/stages/library/drawn/draw.ts',
    'test/library/drawn/draw.ts'
  )
  const drawnPack = await load<{ buildDrawnPack: typeof buildDrawnPack }>('test/tools/drawn-pack.ts')
  const otherPack = await load<{ buildOtherPack: typeof buildOtherPack }>('test/tools/other-pack.ts')

  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const library = await drawn.drawLibrary(join(folder, 'library'), { photos })
    const pack = await drawnPack.buildDrawnPack(join(folder, 'models'))
    const packs = [pack, await otherPack.buildOtherPack(pack, join(folder, 'models'), { id: 'other' })]
    const engine = await engines.openRealEngine(join(folder, 'data'), packs)
    try {
      await engine.client.models({})
      console.log(`${'story'.padEnd(16)}${'rooms'.padStart(8)}${'climbs'.padStart(8)}${'returns'.padStart(8)}`)
      const tell = async (name: string, story: () => Promise<unknown>): Promise<void> => {
        const calls = await record(async () => {
          await story()
          await engine.idle()
        })
        const { rooms, climbs, returns } = countsOf(calls, shape)
        console.log(name.padEnd(16) + [rooms, climbs, returns].map(count => String(count).padStart(8)).join(''))
        if (rest.includes('--calls')) for (const { from, to } of calls) console.log(`  ${from ?? 'outside'} → ${to}`)
      }
      await tell('added folder', () => engine.client.addFolder({ path: library.folder }))
      await tell('question', () => engine.client.search({ text: library.photos[0]!.caption }))
      await tell('training', () => engine.client.trainProjector({ device: 'cpu' }))
      await tell('chosen model', () => engine.client.activateModel({ packId: 'other' }))
    } finally {
      await engine.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Counts {
  readonly rooms: number
  readonly climbs: number
  readonly returns: number
}

/** A step is a call from one room to another; each pair of rooms counts once. */
function countsOf(calls: readonly WalkCall[], shape: Shape): Counts {
  const floorOf = (room: string): number => shape.floorOf.get(room) ?? 0
  const roomOf = (path: string): string =>
    shape.rooms.find(room => path === room || path.startsWith(`${room}/`)) ?? path
  const steps = new Map<string, { readonly from: string | null; readonly to: string }>()
  for (const call of calls) {
    const step = { from: call.from === null ? null : roomOf(call.from), to: roomOf(call.to) }
    const key = `${step.from ?? ''} → ${step.to}`
    if (step.from !== step.to && !steps.has(key)) steps.set(key, step)
  }
  const entered = new Set<string>()
  let climbs = 0
  let returns = 0
  for (const { from, to } of steps.values()) {
    if (from !== null && floorOf(to) > floorOf(from)) climbs++
    if (entered.has(to)) returns++
    entered.add(to)
  }
  return { rooms: entered.size, climbs, returns }
}
