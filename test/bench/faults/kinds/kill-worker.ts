import { workOf } from '../deeds.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'

/** A worker ends while the engine goes on: one file at most is read twice, a training goes on from its last evaluation. */
export const killWorker: Kind = {
  name: 'kill-worker',
  about: 'kill −9 of the encoder or the trainer',
  async inject(place, chance) {
    const name = chance.pick(['index', 'index', 'rebuild', 'model', 'add', 'train', 'version'] as const)
    const work = workOf(name, place, chance)
    const at = await someMoment(place, chance, work.base, work.deeds)
    return suffer(place, {
      ...work,
      what: `kill -9 of all workers at ${JSON.stringify(at)} of ${JSON.stringify(work.deeds)}`,
      hurt: { at, actions: [{ does: 'signal', whom: 'workers', signal: 'SIGKILL' }] }
    })
  }
}
