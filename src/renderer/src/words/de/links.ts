import type { OutsideLinkEntry } from '../../../../shared/outside-links.ts'
import { nameOf } from '../name-of.ts'
import { count, number } from './formats.ts'

export const linkWords = {
  title: (asked: number): string =>
    asked === 0
      ? 'Verknüpfungen nach draußen'
      : `${count(asked, 'Verknüpfung führt', 'Verknüpfungen führen')} aus der Bibliothek hinaus`,
  detail:
    'Eine Verknüpfung in einem deiner Ordner führt an einen Ort, den du nicht gewählt hast. Was dort liegt, wird nur gelesen, wenn du es aufnimmst; die Dateien selbst bleiben unberührt.',
  leads: ({ kind, links }: Pick<OutsideLinkEntry, 'kind' | 'links'>): string =>
    kind === 'folder' ? 'führt zu' : `${count(links, 'Verknüpfung führt', 'Verknüpfungen führen')} zu Dateien in`,
  answer: {
    included: 'Aufgenommen',
    'left-out': 'Weggelassen'
  } satisfies Record<NonNullable<OutsideLinkEntry['answer']>, string>,
  include: 'Aufnehmen',
  includeNamed: ({ path, target }: Pick<OutsideLinkEntry, 'path' | 'target'>): string =>
    `Aufnehmen, wohin ${nameOf(path)} führt: ${target}`,
  leaveOut: 'Weglassen',
  leaveOutNamed: ({ path, target }: Pick<OutsideLinkEntry, 'path' | 'target'>): string =>
    `Weglassen, wohin ${nameOf(path)} führt: ${target}`,
  more: (n: number): string => `und ${number(n)} weitere`
}
