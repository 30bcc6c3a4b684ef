/**
 * A note of 20,000 passages, 2,000 of them encoded, that is removed, set aside, taken back, not readable any more or a photo now.
 *
 * Each in its steps, between which the engine's event loop gets a turn: how many, their processor time, and the longest.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeUnit } from '../../src/main/engine/math/vectors.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { addFiles, note } from '../store/drawn.ts'

const passages = 20_000
const encoded = 2000
const dimension = 256
const wordsOfPassage = 90

export function bench(): void {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-long-note-'))
  const store = openStore({ folder })
  try {
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    const [removed = 0, aside = 0, failed = 0, pictured = 0] = [1, 2, 3, 4].map(seed => write(store, seed))
    const leave = (): boolean => store.leaving.step()
    measure('removed', () => store.items.remove([removed]), leave)
    measure('set aside', () => store.items.setAside([aside], 1), leave)
    const back = store.items.takeBackInSteps(aside)
    const come = (): boolean => store.transaction(() => back.next().done !== true)
    measure('taken back', come, come)
    const reason = { kind: 'failure', code: 'corrupt', reason: 'Damaged.', contentHash: 'damaged' } as const
    measure('not readable', () => store.items.saveFailure(failed, reason), leave)
    measure('a photo now', () => store.items.forgetLongReading(pictured), leave)
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

function write(store: Store, seed: number): number {
  const chance = chanceFrom(seed)
  const text = (): string =>
    Array.from({ length: wordsOfPassage }, () => `word${Math.floor(chance.next() ** 2 * 800)}`).join(' ')
  const [itemId = 0] = addFiles(store, '/notes', `${seed}.txt`)
  store.items.saveReading(itemId, note(`${seed}`, Array.from({ length: passages }, text)))
  store.transaction(() => {
    for (let part = 0; part < encoded; part++) {
      const vector = Float32Array.from({ length: dimension }, () => chance.next() - 0.5)
      makeUnit(vector)
      store.embeddings.save('encoder', [{ itemId, part, rotationDeg: 0, vector }])
      store.projections.save('space', [{ itemId, part, vector }])
    }
  })
  return itemId
}

function measure(name: string, begin: () => unknown, step: () => boolean): void {
  const took: number[] = []
  const timed = <T>(work: () => T): T => {
    const before = process.threadCpuUsage()
    const result = work()
    const { user, system } = process.threadCpuUsage(before)
    took.push((user + system) / 1000)
    return result
  }
  timed(begin)
  while (timed(step));
  const sum = took.reduce((a, b) => a + b, 0)
  console.log(
    `${name.padEnd(14)}${took.length} steps, ${sum.toFixed(0)} ms, the longest ${Math.max(...took).toFixed(0)} ms`
  )
}
