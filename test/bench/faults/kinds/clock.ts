import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { workOf } from '../deeds.ts'
import { suffer, type Kind } from '../suffer.ts'

const hourMs = 3_600_000
const largestJumpHours = 24 * 800

/** Somebody sets the clock, forwards or backwards, before the start or while the engine works. Only JavaScript's clock, see wrong-clock.ts. */
export const clock: Kind = {
  name: 'clock',
  about: 'the clock jumps by up to 800 days, forwards or backwards, in the engine and its workers',
  async inject(place, chance) {
    const work = workOf(
      chance.pick(['index', 'rebuild', 'model', 'exclude', 'include', 'train', 'version', 'add'] as const),
      place,
      chance
    )
    const { milliseconds } = await place.calmFigures(work.base, work.deeds)
    const shiftMs = Math.floor(chance.between(-largestJumpHours, largestJumpHours) * hourMs)
    const afterMs = chance.next() < 0.3 ? 0 : Math.floor(chance.between(0, milliseconds))
    const preload = pathToFileURL(join(import.meta.dirname, '..', 'wrong-clock.ts')).href
    return suffer(place, {
      ...work,
      what: `the clock jumps by ${Math.round(shiftMs / hourMs)} h after ${afterMs} ms of ${JSON.stringify(work.deeds)}`,
      environment: {
        NODE_OPTIONS: `--import=${preload} --disable-warning=ExperimentalWarning`,
        REVERIE_WRONG_CLOCK: JSON.stringify({ shiftMs, afterMs })
      },
      // The clock does it by itself; the first moment only says that the process ran.
      hurt: { at: { ms: Math.min(afterMs, milliseconds / 2) }, actions: [] }
    })
  }
}
