import { join } from 'node:path'
import type { Chance } from '../../../library/drawn/chance.ts'
import type { Work } from '../deeds.ts'
import { nestedFolder, shell, type Place } from '../place.ts'
import type { Deed } from '../plan.ts'
import { runActor } from '../run-actor.ts'
import { andIndex, someMoment, suffer, type Kind } from '../suffer.ts'
import { checkRan, type Damage } from '../invariants.ts'
import type { Look } from '../look.ts'

/** A way in which a library's disk is not there any more. */
interface Loss {
  readonly name: string
  readonly isNested?: boolean
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
    isNested: true,
    script: place => `umount -l '${nested(place)}'`,
    restore: place => place.nestedScript
  },
  {
    name: 'the disk comes back under another number',
    script: unmount,
    restore: place => place.otherDiskScript
  }
]

function someWork(place: Place, chance: Chance, isNested: boolean): Work {
  if (isNested) {
    const deeds: readonly Deed[] = chance.pick([[], [{ name: 'rebuild' }], [{ name: 'model', packId: 'other' }]])
    return { base: 'nested', deeds: andIndex(place, ...deeds) }
  }
  const name = chance.pick(['rebuild', 'rebuild', 'model', 'index', 'train', 'nothing'] as const)
  if (name === 'index') return { base: 'unread', deeds: andIndex(place) }
  if (name === 'train')
    return {
      base: 'learned',
      deeds: andIndex(place, { name: 'train', seed: 3 }),
      allowed: { files: /^training\/checkpoint$/ }
    }
  if (name === 'nothing') return { base: 'indexed', deeds: andIndex(place) }
  const deed: Deed = name === 'model' ? { name, packId: 'other' } : { name }
  return { base: 'indexed', deeds: andIndex(place, deed) }
}

/** The disk with the library goes while the engine works, is away during another run, and comes back. */
export const diskLost: Kind = {
  name: 'disk-lost',
  about: 'the library’s disk is gone, empty, another one, not permitted, or gone inside the library; then it is back',
  needsMounts: true,
  async inject(place, chance) {
    const loss = chance.pick(losses)
    const work = someWork(place, chance, loss.isNested === true)
    const at = await someMoment(place, chance, work.base, work.deeds)
    const script = loss.script(place)
    const before = (await place.expected(work.base, andIndex(place))).look
    const obeysModes = loss.obeysModes === true
    return suffer(place, {
      ...work,
      obeysModes,
      what: `${loss.name} from ${JSON.stringify(at)} on, at ${JSON.stringify(work.deeds)}`,
      hurt: { at, actions: [{ does: 'shell', script }] },
      async meanwhile(_, damage) {
        const away = await runActor(place, { deeds: andIndex(place), looks: true, obeysModes })
        // A folder that is not there cannot be chosen.
        checkRan(away, damage, work.base === 'unread')
        const look = away.report?.look ?? null
        // A library that was never read has nothing to lose yet.
        if (look !== null && work.base !== 'unread') checkAway(look, before, damage)
        shell(loss.restore(place))
      },
      restore: () => shell(place.connectedScript(work.base))
    })
  }
}

/** What is not there now is still known and still found. That counts add up is looked at by each run itself. */
function checkAway(look: Look, before: Look, damage: Damage): void {
  const lost = before.found.filter(path => !look.found.includes(path))
  if (lost.length > 0)
    damage.lost.push(`${lost.length} of ${before.found.length} were not found while the disk was away`)
  const { failed = 0 } = look.counts
  if (failed > (before.counts.failed ?? 0))
    damage.lost.push(`${failed - (before.counts.failed ?? 0)} good files failed while the disk was away`)
}
