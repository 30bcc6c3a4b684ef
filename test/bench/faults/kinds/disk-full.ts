import { emptied } from '../act.ts'
import { workOf } from '../deeds.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'

/** Installing a model wants some air. */
const diskMegabytes = 100
/** What may be left when it fills up: from nothing to about what an indexed library of this size takes. */
const mostLeftBytes = 800_000

/** The disk with the data folder fills up while the engine works; then room is made, in the middle or after the end. */
export const diskFull: Kind = {
  name: 'disk-full',
  about:
    'the data folder’s disk fills up to a random level at a random write, and has room again during the work or after it',
  needsMounts: true,
  async inject(place, chance) {
    const name = chance.pick([
      ...(['index', 'index', 'rebuild', 'model', 'exclude', 'include'] as const),
      ...(['train', 'version', 'add', 'install'] as const)
    ])
    const work = workOf(name, place, chance)
    const at = await someMoment(place, chance, work.base, work.deeds)
    const leaveBytes = chance.next() < 0.3 ? 0 : Math.floor(chance.next() * mostLeftBytes)
    const undoAfterMs = chance.next() < 0.5 ? null : Math.floor(chance.between(50, 1500))
    return suffer(place, {
      ...work,
      codes: ['disk-full'],
      // Deleting an older version's projections needs room as well, and is not tried again before the next switch.
      allowed: { ...work.allowed, hasMoreDerived: true },
      smallDataMegabytes: diskMegabytes,
      what: `${leaveBytes} bytes left from ${JSON.stringify(at)} on, room again after ${undoAfterMs ?? 'the end'}, at ${JSON.stringify(work.deeds)}`,
      hurt: {
        at,
        actions: [{ does: 'fill', folder: place.data, leaveBytes }],
        undo: [emptied(place.data)],
        undoAfterMs
      }
    })
  }
}
