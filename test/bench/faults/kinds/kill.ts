import { workOf, type WorkName } from '../deeds.ts'
import type { Action } from '../plan.ts'
import type { Hurt } from '../run-actor.ts'
import { someMoments, suffer, type Kind } from '../suffer.ts'

/** The engine alone, whose workers then end by themselves, or all at once as in a power cut. */
const victims = ['engine', 'all'] as const

function killing(name: string, about: string, works: readonly WorkName[]): Kind {
  return {
    name,
    about,
    async inject(place, chance) {
      const work = workOf(chance.pick(works), place, chance)
      const whom = chance.pick(victims)
      const actions: readonly Action[] = [{ does: 'signal', whom, signal: 'SIGKILL' }]
      const moments = await someMoments(place, chance, work.base, work.deeds)
      const [hurt, ...thenHurt] = moments.map(at => ({ at, actions })) as [Hurt, ...Hurt[]]
      return suffer(place, {
        ...work,
        isKill: true,
        what: `kill -9 of ${whom} at ${JSON.stringify(moments)} of ${JSON.stringify(work.deeds)}`,
        ...{ hurt, thenHurt }
      })
    }
  }
}

export const killKinds: readonly Kind[] = [
  killing('kill-index', 'kill −9 while a library is indexed', ['index']),
  killing('kill-rebuild', 'kill −9 while everything is read anew', ['rebuild']),
  killing('kill-model', 'kill −9 while another model is prepared', ['model']),
  killing('kill-add', 'kill −9 while a model is added or installed', ['add', 'install']),
  killing('kill-exclude', 'kill −9 while files are left out or taken in again', ['exclude', 'include']),
  killing('kill-folder', 'kill −9 while a second folder is added, indexed and removed', ['folder'])
]

/** Before and after these something is learned, which takes minutes on a small machine. */
export const killsOfTraining: readonly Kind[] = [
  killing('kill-version', 'kill −9 while another version is activated', ['version']),
  killing('kill-train', 'kill −9 while the library’s pairs are learned', ['train'])
]
