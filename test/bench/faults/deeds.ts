import { join } from 'node:path'
import type { Chance } from '../../stages/library/drawn/chance.ts'
import type { Base, Place } from './place.ts'
import type { Deed } from './plan.ts'
import { andIndex } from './suffer.ts'
import type { Allowances } from './invariants.ts'

/** Something that the engine does, with what it begins with and what may come out differently when it is interrupted. */
export interface Work {
  readonly base: Base
  readonly deeds: readonly Deed[]
  readonly allowed?: Allowances
  readonly removes?: boolean
}

export type WorkName =
  'index' | 'rebuild' | 'train' | 'version' | 'model' | 'add' | 'install' | 'exclude' | 'include' | 'folder'

/** A photo and a folder of the drawn library. */
const leftOut = ['Diary', 'Notes/keys.txt']

export function workOf(name: WorkName, place: Place, chance: Chance): Work {
  switch (name) {
    case 'index':
      return { base: 'unread', deeds: andIndex(place) }
    case 'rebuild':
      return { base: 'indexed', deeds: andIndex(place, { name: 'rebuild' }) }
    case 'train':
      return {
        base: 'learned',
        deeds: andIndex(place, { name: 'train', seed: 3 }),
        // What training leaves for the next training on the same pairs.
        allowed: { files: /^training\/checkpoint$/ }
      }
    case 'version':
      return {
        base: 'learned',
        deeds: andIndex(place, { name: 'version', versionId: chance.pick([1, 2]) }),
        // Which older versions keep their projections depends on what answered in between.
        allowed: { content: ['projections'] }
      }
    case 'model':
      return { base: 'indexed', deeds: andIndex(place, { name: 'model', packId: 'other' }) }
    case 'add':
      return { base: 'indexed', deeds: andIndex(place, { name: 'add', folder: place.layout, id: 'added' }) }
    case 'install':
      return {
        base: 'indexed',
        deeds: andIndex(place, { name: 'install', offerId: place.hub.offer.id })
      }
    case 'exclude':
      return {
        base: 'indexed',
        removes: true,
        deeds: andIndex(place, { name: 'exclude', paths: leftOut.map(path => join(place.library, path)) })
      }
    case 'folder': {
      const added: Deed = { name: 'index', folder: place.secondLibrary }
      const removed: Deed = { name: 'remove', folder: place.secondLibrary }
      return { base: 'indexed', deeds: andIndex(place, added, ...(chance.next() < 0.7 ? [removed] : [])) }
    }
    case 'include':
      return {
        base: 'indexed',
        removes: true,
        deeds: andIndex(place, { name: 'include', paths: [join(place.library, 'Web')] })
      }
  }
}
