import type { OutsideLinkEntry } from '../../../../shared/outside-links.ts'
import { nameOf } from '../name-of.ts'
import { count, number } from './formats.ts'

/** What the page says about links that lead out of the library. */
export const linkWords = {
  title: (asked: number): string =>
    asked === 0 ? 'Links out of the library' : `${count(asked, 'link leads', 'links lead')} out of the library`,
  detail:
    'A link in one of your folders leads to a place that you have not chosen. What is there is read only when you include it; the files themselves are not touched.',
  leads: ({ kind, links }: Pick<OutsideLinkEntry, 'kind' | 'links'>): string =>
    kind === 'folder' ? 'leads to' : `${count(links, 'link leads', 'links lead')} to files in`,
  answer: {
    included: 'Included',
    'left-out': 'Left out'
  } satisfies Record<NonNullable<OutsideLinkEntry['answer']>, string>,
  include: 'Include',
  includeNamed: ({ path, target }: Pick<OutsideLinkEntry, 'path' | 'target'>): string =>
    `Include what ${nameOf(path)} leads to: ${target}`,
  leaveOut: 'Leave out',
  leaveOutNamed: ({ path, target }: Pick<OutsideLinkEntry, 'path' | 'target'>): string =>
    `Leave out what ${nameOf(path)} leads to: ${target}`,
  more: (n: number): string => `and ${number(n)} more`
}
