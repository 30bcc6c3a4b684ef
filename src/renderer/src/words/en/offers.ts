import type { Suggestion } from '../../../../shared/suggesting.ts'
import { count } from './formats.ts'

/** What a filter does, as the list under the bar says it. */
const filters: Readonly<Record<Suggestion['key'], string>> = {
  type: 'only photos, or only notes',
  in: 'in a folder',
  after: 'from a year, a month or a day on',
  before: 'before a year, a month or a day',
  camera: 'with a camera or a lens',
  near: 'around a place',
  tag: 'with a keyword or tag',
  is: 'files that could not be indexed',
  like: 'like an item'
}

/** What the list under the bar says. */
export const offerWords = {
  list: 'Suggestions',
  help: 'What can I ask?',
  saved: 'Saved searches',
  recent: 'Recent searches',
  examples: 'For example',
  filter: (key: Suggestion['key']): string => filters[key],
  items: (items: number): string => count(items, 'item'),
  save: 'Save this search',
  unsave: 'Do not save this search any more',
  forget: 'Forget recent searches',
  /** Each can be asked as it stands: what it finds depends on the library, what it does does not. */
  exampleList: [
    { text: 'two dogs in the snow', does: 'what a photo shows, or a note tells of' },
    { text: 'type:photo sunset', does: 'photos only' },
    { text: 'after:2023 before:2025', does: 'by date' },
    { text: '"exact words" -without', does: 'words that must, or must not, stand there' }
  ]
} as const
