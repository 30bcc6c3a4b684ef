import { workOf } from '../deeds.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'

/** The watchdogs of these runs are this much less patient than the app's, so that a stop can outlast them in seconds. */
const patienceMs = 3000
const stopMs = [200, 4500] as const

/** As when a laptop is closed, or a machine is far too busy. */
export const stop: Kind = {
  name: 'stop',
  about: 'SIGSTOP of the engine, its workers or both, for less and for longer than the watchdog waits; then SIGCONT',
  async inject(place, chance) {
    const work = workOf(chance.pick(['index', 'index', 'rebuild', 'model', 'train', 'version'] as const), place, chance)
    const whom = chance.pick(['engine', 'workers', 'all'] as const)
    const undoAfterMs = Math.floor(chance.between(...stopMs))
    const at = await someMoment(place, chance, work.base, work.deeds)
    return suffer(place, {
      ...work,
      patienceMs,
      what: `SIGSTOP of ${whom} for ${undoAfterMs} ms at ${JSON.stringify(at)} of ${JSON.stringify(work.deeds)}`,
      hurt: {
        at,
        actions: [{ does: 'signal', whom, signal: 'SIGSTOP' }],
        undo: [{ does: 'signal', whom: 'all', signal: 'SIGCONT' }],
        undoAfterMs
      }
    })
  }
}
