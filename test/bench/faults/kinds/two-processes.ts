import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { noDamage } from '../damage.ts'
import { checkHurt } from '../invariants.ts'
import type { Deed } from '../plan.ts'
import { runActor } from '../run-actor.ts'
import { andIndex, suffer, type Kind } from '../suffer.ts'

/** Two engines on one data folder: the page and the command line, or two terminals. One of them may be killed. */
export const twoProcesses: Kind = {
  name: 'two-processes',
  about: 'two engines at once on one data folder, one of which may be killed',
  async inject(place, chance) {
    const base = chance.pick(['unread', 'indexed', 'indexed', 'learned'] as const)
    const index: Deed = { name: 'index', folder: place.library }
    const rebuild: Deed = { name: 'rebuild' }
    const asks: Deed = { name: 'ask', times: 20 }
    const firsts = {
      unread: [index],
      indexed: [rebuild, { name: 'model', packId: 'other' }],
      learned: [rebuild]
    } as const
    const seconds = {
      unread: [index, asks],
      indexed: [
        ...[index, asks, rebuild],
        { name: 'exclude', paths: [join(place.library, 'Diary')] },
        { name: 'include', paths: [join(place.library, 'Web')] },
        { name: 'add', folder: place.layout, id: 'added' }
      ],
      learned: [asks, { name: 'version', versionId: 2 }, rebuild]
    } as const
    const first = chance.pick<Deed>(firsts[base])
    const second = chance.pick<Deed>(seconds[base])
    const deeds = andIndex(place, first, second)
    const waitMs = Math.floor(chance.between(0, 900))
    const killMs = chance.next() < 0.5 ? null : Math.floor(chance.between(300, 1500))
    const stays = chance.next() < 0.3
    const damage = noDamage()
    const suffered = await suffer(place, {
      ...{ base, deeds, stays },
      removes: second.name === 'exclude' || second.name === 'include',
      isKill: killMs !== null,
      hurtDeeds: [first],
      // A file that one engine lets in while the other prepares a model may be encoded for the model before as well.
      allowed: { content: base === 'learned' ? ['projections'] : [], hasMoreDerived: true },
      what: `${JSON.stringify(first)}${stays ? ' in an app that stays open' : ''}, and after ${waitMs} ms ${JSON.stringify(second)} beside it; the first is ${killMs === null ? 'left alone' : `killed after ${killMs} ms`}`,
      hurt: {
        at: { ms: killMs ?? 0 },
        actions: killMs === null ? [] : [{ does: 'signal', whom: 'all', signal: 'SIGKILL' }]
      },
      async beside() {
        await sleep(waitMs)
        checkHurt(await runActor(place, { deeds: [second], offers: [place.hub.offer] }), damage, false)
      }
    })
    return { ...suffered, damage: joined(suffered.damage, damage) }
  }
}

function joined<D extends Record<keyof D, string[]>>(one: D, other: D): D {
  return Object.fromEntries(
    Object.entries<string[]>(one).map(([name, said]) => [name, [...said, ...other[name as keyof D]]])
  ) as D
}
