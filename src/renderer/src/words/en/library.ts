import type { ExcludedEntry } from '../../../../shared/excluding.ts'
import { isolated } from '../isolated.ts'
import { nameOf } from '../name-of.ts'
import { bytes, count, number, span } from './formats.ts'

/** What the page says about files that are left out of the library, about making it anew, and about what it takes on disk. */
export const libraryWords = {
  excluded: {
    exclude: 'Leave out',
    excludeNamed: (name: string): string => `Leave ${name} out of the library`,
    hint: 'Leave it out of the library; the file is not touched',
    counted: (n: number): string => `${number(n)} left out`,
    /** `files`: how many items it was. */
    done: (files: number): string =>
      files === 0
        ? 'It will be left out of the library. Nothing on disk is touched.'
        : `${count(files, 'file is', 'files are')} left out of the library. Nothing on disk was touched.`,
    undo: 'Undo',
    title: (files: number): string => `${count(files, 'file is', 'files are')} left out`,
    none: 'Nothing is left out',
    detail:
      'What is left out is not read and not found; the files themselves are not touched. A file stays out when it is moved or renamed within its library folder; a folder is known by its place.',
    entry: ({ kind, files }: ExcludedEntry): string =>
      kind === 'folder' ? `Folder, ${count(files, 'file')}` : files === 0 ? 'Not there now' : '',
    include: 'Include again',
    includeNamed: (path: string): string => `Include ${nameOf(path)} again`,
    includeAll: 'Include all again',
    more: (n: number): string => `and ${number(n)} more`,
    folder: 'Leave out a folder…',
    picker: 'Choose a folder to leave out',
    choose: (name: string): string => `Leave out “${isolated(name)}”`
  },
  unreachable: {
    counted: (n: number): string => `${number(n)} unreachable`,
    title: (files: number): string => `${count(files, 'file')} cannot be reached now`,
    none: 'Everything can be reached',
    detail:
      'They are kept and still found, and looked at again at each check. If they are on a disk or server that is away, connect it. If they are gone for good, forget them.',
    files: (n: number): string => `${count(n, 'file')}.`,
    forget: (n: number): string => `Forget ${count(n, 'file')}`,
    forgetNamed: (name: string, n: number): string => `Forget ${count(n, 'file')} in ${name}`,
    forgetAll: 'Forget all of them',
    done: (n: number): string =>
      `${count(n, 'file is', 'files are')} forgotten. They count again as soon as they are there again.`,
    more: (n: number): string => `and ${count(n, 'file')} elsewhere`,
    /** On a tile. */
    mark: 'cannot be reached now',
    /** Over an open item; the engine's reason follows. */
    shown: 'The file cannot be reached now. This is what is known of it.'
  },
  rebuild: {
    open: 'Rebuild…',
    title: 'Rebuild the library',
    what: (files: number): string =>
      `${count(files, 'file')} will be read and encoded anew: words, previews and what the model sees in each.`,
    kept: 'What you said stays: what is left out, pairs you confirmed or rejected, saved searches, trained versions and settings. Your files are only read.',
    meanwhile: 'Search goes on meanwhile: each file is found by what was known of it until it was read again.',
    when: 'It is rarely needed: Reverie notices changed files by itself. It helps when results or previews look wrong.',
    takes: (seconds: number | null): string =>
      seconds === null
        ? 'How long it takes is not known yet; it can be paused, and goes on after a restart.'
        : `It takes about ${span(seconds)} here; it can be paused, and goes on after a restart.`,
    yes: 'Rebuild',
    no: 'Cancel'
  },
  /** `models`: null while it is not known. */
  longNotes: (n: number, passages: number): string =>
    n === 1
      ? `In one long note the first ${number(passages)} passages are found by their meaning, the rest by its words.`
      : `In ${number(n)} long notes the first ${number(passages)} passages are found by their meaning, the rest by its words.`,
  disk: (database: number, thumbnails: number, models: number | null): string =>
    [
      `${bytes(database)} index`,
      `${bytes(thumbnails)} thumbnails`,
      ...(models === null ? [] : [`${bytes(models)} models`])
    ].join(', ')
}
