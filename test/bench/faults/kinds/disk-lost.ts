import { join } from 'node:path'
import { nestedFolder, shell, type Place } from '../place.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'
import { lookWhileAway, someWork } from './away.ts'

/** A way in which a library's disk is not there any more. */
interface Loss {
  readonly name: string
  /** What it needs of a library. */
  readonly on?: 'folders' | 'nested'
  readonly obeysModes?: boolean
  script(place: Place): string
  restore(place: Place): string
}

const unmount = ({ library }: Place): string => `umount -l '${library}'`
const nested = ({ library }: Place): string => join(library, nestedFolder)

const losses: readonly Loss[] = [
  {
    name: 'the folder is missing',
    script: place => `${unmount(place)}; rmdir '${place.library}'`,
    restore: place => place.mountScript
  },
  { name: 'the mount point is empty', script: unmount, restore: place => place.mountScript },
  {
    name: 'the mount point holds a stray file',
    script: place => `${unmount(place)}; echo 'Saved while the disk was away.' > '${place.library}/stray.txt'`,
    restore: place => `rm -f '${place.library}/stray.txt'; ${place.mountScript}`
  },
  {
    name: 'another disk is mounted over it',
    script: ({ library }) =>
      `mount -t tmpfs -o size=1m tmpfs '${library}'; mkdir '${library}/Diary'; echo 'Of another disk.' > '${library}/Diary/other.md'`,
    restore: unmount
  },
  {
    name: 'an empty disk is mounted over it',
    script: ({ library }) => `mount -t tmpfs -o size=1m tmpfs '${library}'`,
    restore: unmount
  },
  {
    name: 'its folder may not be opened',
    obeysModes: true,
    script: ({ library }) => `chmod 000 '${library}'`,
    restore: ({ library }) => `chmod 755 '${library}'`
  },
  {
    name: 'its folders may not be opened',
    on: 'folders',
    obeysModes: true,
    script: ({ library }) => `chmod 000 '${library}'/*/`,
    restore: ({ library }) => `chmod 755 '${library}'/*/`
  },
  {
    name: 'its files may not be read',
    obeysModes: true,
    script: ({ library }) => `find '${library}' -type f -exec chmod 000 {} +`,
    restore: ({ library }) => `find '${library}' -type f -exec chmod 644 {} +`
  },
  {
    name: 'a disk inside it is away',
    on: 'nested',
    script: place => `umount -l '${nested(place)}'`,
    restore: place => place.nestedScript
  },
  {
    name: 'the disk comes back under another number',
    script: unmount,
    restore: place => place.otherDiskScript
  }
]

/** The disk with the library goes while the engine works, is away during another run, and comes back. */
export const diskLost: Kind = {
  name: 'disk-lost',
  about: 'the library’s disk is gone, empty, another one, not permitted, or gone inside the library; then it is back',
  needsMounts: true,
  async inject(place, chance) {
    const loss = chance.pick(losses)
    const work = someWork(place, chance, loss.on ?? 'any')
    const at = await someMoment(place, chance, work.base, work.deeds)
    const script = loss.script(place)
    const obeysModes = loss.obeysModes === true
    const looks = await lookWhileAway(place, work, { obeysModes })
    return suffer(place, {
      ...work,
      obeysModes,
      what: `${loss.name} from ${JSON.stringify(at)} on, at ${JSON.stringify(work.deeds)}`,
      hurt: { at, actions: [{ does: 'shell', script }] },
      async meanwhile(ran, damage) {
        await looks(ran, damage)
        shell(loss.restore(place))
      },
      restore: () => shell(place.connectedScript(work.base))
    })
  }
}
