import { existsSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Chance } from '../../../stages/library/drawn/chance.ts'
import { workOf } from '../deeds.ts'
import type { Action } from '../plan.ts'
import type { Hurt } from '../run-actor.ts'
import { logHeaderBytes, type Synced } from '../synced.ts'
import { syncedOf } from '../run-actor.ts'
import { someMoments, suffer, type Kind } from '../suffer.ts'

/** Everything ends at once, and what was written to the logs last never reached the disk. */
export const powerCut: Kind = {
  name: 'power-cut',
  about: 'kill −9 of everything, and each write-ahead log loses an end that was not synced, or its shared memory',
  async inject(place, chance) {
    const name = chance.pick(['index', 'rebuild', 'model', 'exclude', 'include', 'version', 'train'] as const)
    const work = workOf(name, place, chance)
    const actions: readonly Action[] = [{ does: 'signal', whom: 'all', signal: 'SIGKILL' }]
    const moments = await someMoments(place, chance, work.base, work.deeds)
    const [hurt, ...thenHurt] = moments.map(at => ({ at, actions })) as [Hurt, ...Hurt[]]
    return suffer(place, {
      ...work,
      // Thumbnails lie in a database of their own, whose log may lose more; a missing one is made from its photo when it is looked at.
      allowed: { ...work.allowed, content: [...(work.allowed?.content ?? []), 'thumbnails'] },
      isKill: true,
      what: `the power is cut at ${JSON.stringify(moments)} of ${JSON.stringify(work.deeds)}`,
      ...{ hurt, thenHurt },
      meanwhile() {
        for (const database of ['reverie.db', 'thumbnails.db'])
          loseEnd(join(place.data, database), syncedOf(place.folder), chance)
        return Promise.resolve()
      }
    })
  }
}

/** Of the log's header, of a frame's header, and where SQLite's shared memory says how much a checkpoint has begun to copy. */
const format = { frameHeaderBytes: 24, pageSizeAt: 8, checkpointAttemptedAt: 128 } as const

/**
 * With `synchronous = NORMAL` the log is synced before a checkpoint copies from it, and by Reverie after what a person said; whatever
 * came after may be lost in a power cut, also in the middle of a frame, and nothing before (https://sqlite.org/wal.html, https://sqlite.org/walformat.html).
 */
function loseEnd(database: string, syncs: string, chance: Chance): void {
  const [log, memory] = [`${database}-wal`, `${database}-shm`]
  if (!existsSync(log) || !existsSync(memory)) return
  const sizeBytes = statSync(log).size
  const bytes = readFileSync(memory)
  if (sizeBytes > logHeaderBytes && bytes.length > format.checkpointAttemptedAt + 4) {
    const pageBytes = readFileSync(log).readUInt32BE(format.pageSizeAt)
    const copied = bytes.readUInt32LE(format.checkpointAttemptedAt)
    const kept = Math.max(logHeaderBytes + copied * (format.frameHeaderBytes + pageBytes), syncedBytes(log, syncs))
    if (kept < sizeBytes && chance.next() < 0.8) truncateSync(log, Math.floor(chance.between(kept, sizeBytes)))
  }
  // It is never synced, and made anew from the log.
  rmSync(memory)
}

/** How much of a log is on the disk for certain. */
function syncedBytes(log: string, syncs: string): number {
  if (!existsSync(syncs)) return 0
  const head = readFileSync(log).subarray(0, logHeaderBytes).toString('hex')
  const notes = readFileSync(syncs, 'utf8').trim().split('\n')
  return notes
    .map(note => JSON.parse(note) as Synced)
    .reduce((most, one) => (one.log === basename(log) && one.head === head ? Math.max(most, one.sizeBytes) : most), 0)
}
