import { workOf, type WorkName } from '../deeds.ts'
import { someMoment, suffer, type Kind } from '../suffer.ts'

/** The engine alone, whose workers then end by themselves, or all at once as in a power cut. */
const victims = ['engine', 'all'] as const

function killing(name: string, about: string, works: readonly WorkName[]): Kind {
  return {
    name,
    about,
    async inject(place, chance) {
      const work = workOf(chance.pick(works), place, chance)
      const whom = chance.pick(victims)
      const at = await someMoment(place, chance, work.base, work.deeds)
      return suffer(place, {
        ...work,
        isKill: true,
        what: `kill -9 of ${whom} at ${JSON.stringify(at)} of ${JSON.stringify(work.deeds)}`,
        hurt: { at, actions: [{ does: 'signal', whom, signal: 'SIGKILL' }] }
      })
    }
  }
}

export const killKinds: readonly Kind[] = [
  killing('kill-index', 'kill −9 while a library is indexed', ['index']),
  killing('kill-rebuild', 'kill −9 while everything is read anew', ['rebuild']),
  killing('kill-train', 'kill −9 while the library’s pairs are learned', ['train']),
  killing('kill-version', 'kill −9 while another version is activated', ['version']),
  killing('kill-model', 'kill −9 while another model is prepared', ['model']),
  killing('kill-add', 'kill −9 while a model is added or installed', ['add', 'install']),
  killing('kill-exclude', 'kill −9 while files are left out or taken in again', ['exclude', 'include'])
]
