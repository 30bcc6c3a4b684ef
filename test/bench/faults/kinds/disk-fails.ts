import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { shell } from '../place.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'
import { lookWhileAway, someWork } from './away.ts'

/** Of a broken disk, a network folder whose server is gone, a share that was unmounted on the other side, one that asks who one is. */
const codes = ['EIO', 'ESTALE', 'ENOTCONN', 'EACCES', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENODEV'] as const

/** All calls on files of the library fail for a while. Needs no mounts: see failing-disk.ts. */
export const diskFails: Kind = {
  name: 'disk-fails',
  about: `the library's disk answers every call with ${codes.join(', ')}; then it is well again`,
  async inject(place, chance) {
    const code = chance.pick(codes)
    const work = someWork(place, chance, 'any')
    const at = await someMoment(place, chance, work.base, work.deeds)
    const switchPath = join(place.folder, 'disk fails')
    const undoAfterMs = chance.next() < 0.3 ? Math.floor(chance.between(50, 600)) : null
    const environment = {
      NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, '..', 'failing-disk.ts')).href} --disable-warning=ExperimentalWarning`,
      REVERIE_FAILING_DISK: JSON.stringify({ switchPath, library: place.library, code })
    }
    const looks = await lookWhileAway(place, work, { environment })
    return suffer(place, {
      ...work,
      environment,
      what: `${code} from ${JSON.stringify(at)} on${undoAfterMs === null ? '' : ` for ${undoAfterMs} ms`}, at ${JSON.stringify(work.deeds)}`,
      hurt: {
        at,
        actions: [{ does: 'shell', script: `touch '${switchPath}'` }],
        ...(undoAfterMs === null ? {} : { undo: [{ does: 'shell', script: `rm -f '${switchPath}'` }], undoAfterMs })
      },
      ...(undoAfterMs === null ? { meanwhile: looks } : {}),
      restore: () => shell(`rm -f '${switchPath}'`)
    })
  }
}
