import type { FolderStatus, LibraryStatus } from '../../../../shared/library.ts'
import type { Hit, Notice, QueryToken, Reason } from '../../../../shared/searching.ts'
import type { ItemDetail, ItemSummary } from '../../../../shared/items.ts'
import type { ErrorCode } from '../../../../shared/errors.ts'
import type { Dated } from '../formats.ts'
import { formatNames } from '../format-names.ts'
import { isolated } from '../isolated.ts'
import { nameOf } from '../name-of.ts'
import { strongestReason } from '../strongest-reason.ts'
import { bytes, count, formats, list, number, percent } from './formats.ts'

type RefusedCode = Exclude<ErrorCode, 'cancelled' | 'internal'>

/** What the page says of searching, of what was found and of the library; more is in the files beside this one. */
export const words = {
  app: 'Reverie',
  close: 'Close',
  back: 'Back',
  dismiss: 'Dismiss',

  bar: {
    label: 'Search your photos and notes',
    placeholder: 'Search photos and notes',
    clear: 'Clear the search',
    picture: 'Picture',
    openingPicture: 'Opening the picture…',
    chips: 'Filters of this search',
    chip: ({ isNegated, ...token }: QueryToken): string => {
      if (isNegated === true && token.kind === 'type') return token.label === 'photo' ? 'no photos' : 'no notes'
      if (isNegated === true) return `not: ${words.bar.chip(token)}`
      switch (token.kind) {
        case 'words':
          return token.label
        case 'exact':
          return `“${isolated(token.label)}”`
        case 'without':
          return `without ${token.label}`
        case 'type':
          return token.label === 'photo' ? 'only photos' : 'only notes'
        case 'in':
          return `in ${token.label}`
        case 'after':
          return `from ${token.label}`
        case 'before':
          return `before ${token.label}`
        case 'camera':
          return `camera ${token.label}`
        case 'near':
          return `near ${token.label}`
        case 'tag':
          return `tagged ${token.label}`
        case 'failed':
          return 'could not be indexed'
        case 'unreachable':
          return 'cannot be reached now'
        case 'favourite':
          return 'favourites'
        case 'like':
          return 'like this item'
      }
    },
    removeChip: (label: string): string => `Remove ${label}`,
    removePicture: 'Remove the picture from the search'
  },

  drop: {
    title: 'Drop a picture to search with it',
    detail:
      'You will see the notes that belong to it and the photos that are like it. The picture stays on this machine.',
    unreadable: 'What was dropped could not be read as a file. Nothing was changed. Drop a single picture.'
  },

  results: {
    label: 'Results',
    /** The line in the results below which no hit is sure. */
    lessSure: 'Less sure from here',
    /** The headings of an answer to a picture. */
    parts: { belonging: 'Notes that belong to it', rest: 'Photos like it' },
    newest: 'Newest',
    outdated: 'The library has changed. Show the new results',
    searching: 'Searching…',
    /** `isAll`: more were not asked for and are not there. */
    found: (hits: readonly Hit[], isAll: boolean): string => {
      const sure = hits.filter(hit => hit.isRelevant)
      if (hits.length === 0) return 'Nothing found'
      if (sure.length === 0) return 'The nearest first'
      if (sure.length < hits.length) return `${kinds(sure)}, and less sure ones`
      return isAll ? kinds(sure) : `The first ${kinds(sure)}`
    }
  },

  empty: {
    title: 'Nothing like this here',
    detail: (question: string): string =>
      question === ''
        ? 'No photo and no note is like this picture.'
        : `No photo and no note fits ${/["“„”]/u.test(question) ? isolated(question) : `“${isolated(question)}”`}.`,
    /** Where there are hits all the same. */
    nearest: 'What comes nearest is shown below.',
    fewerWords: 'Fewer words may find more.',
    /** A button; `chip`: a filter, as it stands below the bar. */
    withoutFilter: (chip: string): string => `Search without: ${chip}`,
    withoutPicture: 'Search without the picture',
    model: (name: string): string =>
      `The model in use is ${isolated(name)}. A larger one knows more of what there is to see.`,
    noModel: 'No model is in use, so only words are looked for. With one, pictures are found by what they show.',
    models: 'See the models',
    indexing: 'Part of your library is still being indexed. It may be there in a while.',
    startTitle: 'What are you looking for?',
    startDetail: 'Type a caption, or drop a picture anywhere to find the notes that belong to it.',
    clear: 'Clear the search'
  },

  notice: {
    'no-model': 'Searching words only: no model is installed, so pictures are found by what is written about them.',
    'no-common-space':
      'The model cannot compare pictures with words yet: pictures are found by what is written about them.',
    'other-language':
      'The model in use was not made for the language of this question, so it finds less by meaning. Words still work.',
    'still-indexing': 'Still indexing: results will become more complete.',
    'library-empty': 'There are no photos and no notes in your library yet.',
    'question-cut': 'This is a very long question: only the first of its words and filters were looked for.'
  } satisfies Record<Notice, string>,

  tile: {
    kind: { photo: 'Photo', note: 'Note' },
    noPicture: 'No preview'
  },

  preview: {
    previous: 'Previous result',
    next: 'Next result',
    place: (n: number, of: number): string => `${number(n)} of ${number(of)}`,
    why: 'Why this was found',
    score: (score: number): string => `${percent(score)} likely to be what you asked for`,
    details: 'Details',
    date: 'Date',
    camera: 'Camera',
    lens: 'Lens',
    size: 'Size',
    coordinates: 'Place',
    file: 'File',
    description: 'Description',
    related: { photo: 'Notes with this photo', note: 'Photos and notes it refers to' },
    /** Beside one of them, where another file may be meant. */
    guess: { name: 'A guess', why: 'Only the file’s name led here. Another file may be meant.' },
    similar: 'Search with this',
    copyPath: 'Copy path',
    copied: 'Path copied',
    notCopied: 'The path could not be copied: the browser refused. It is shown under Details.',
    reveal: 'Reveal in folder',
    thumbnailOnly: 'This kind of photo cannot be shown whole here. This is its small preview.',
    about: 'About it',
    /** The engine's reason follows. */
    failed: 'This file could not be indexed.',
    missing: 'The picture cannot be shown. The file may have been moved, or its disk unplugged.',
    loading: 'Opening…',
    noText: 'This note has no text that can be shown.',
    matching: 'The passage that was found'
  },

  welcome: {
    title: 'Find your photos and notes by what they mean',
    detail:
      'Choose the folders to look in, and search them with a caption, some words or a picture. Everything stays on this machine, and your files are only read, never changed.',
    places: 'Usual places',
    add: (name: string): string => `Add ${name}`,
    chosen: 'Chosen',
    browse: 'Choose another folder…',
    done: 'Start searching'
  },

  picker: {
    title: 'Choose a folder',
    path: 'Path of the folder',
    pathHint: 'Type or paste a path',
    add: 'Add',
    up: 'Up one level',
    start: 'Usual places',
    open: (name: string): string => `Open ${name}`,
    choose: (name: string): string => `Add “${isolated(name)}”`,
    chooseNone: 'Open a folder to add it',
    none: 'No folders inside.',
    loading: 'Looking…'
  },

  library: {
    title: 'Library',
    /** The button in the header, for who hears it. `job`: what runs now, in a few words. */
    open: (library: LibraryStatus | null, job: string | null): string => {
      const items = library === null ? [] : [count(library.indexed, 'item')]
      const failed = library === null || library.failed === 0 ? [] : [`${number(library.failed)} failed`]
      const unreachable =
        library === null || library.unreachable === 0 ? [] : [`${number(library.unreachable)} unreachable`]
      return `Library: ${[...items, ...(job === null ? [] : [job]), ...failed, ...unreachable].join(', ')}`
    },
    short: (library: LibraryStatus): string => count(library.indexed, 'item'),
    items: 'Items',
    files: 'Files',
    folders: 'Folders',
    add: 'Add a folder…',
    check: 'Check for changes',
    checking: {
      index: 'A check is running',
      train: 'A training is running',
      project: 'The library is being projected',
      'encode-model': 'Another model is being prepared',
      install: 'A model is being fetched'
    },
    remove: 'Remove',
    removeNamed: (name: string): string => `Remove ${name} from the library`,
    removeQuestion: (folder: FolderStatus): string =>
      `Remove “${isolated(nameOf(folder.path))}” from the library? Its ${count(folder.eligible, 'file')} will not be touched; only what Reverie knows of them is forgotten.`,
    removeYes: 'Remove from library',
    removeNo: 'Keep',
    unreachable:
      'This folder is not there now. Its items are kept and can be searched; plug its disk in, then check for changes.',
    problems: (n: number): string => `${count(n, 'place')} could not be looked into`,
    sum: (photos: number, notes: number): string => `${count(photos, 'photo')} and ${count(notes, 'note')}`,
    eligible: (n: number): string => count(n, 'file'),
    indexed: (n: number): string => `${number(n)} indexed`,
    failed: (n: number): string => `${number(n)} failed`,
    waiting: (n: number): string => `${number(n)} waiting`,
    model: 'Model',
    noModel: 'None: words only',
    noCommonSpace: 'compares pictures with pictures and words with words, not yet one with the other',
    unencoded: (n: number): string => `${count(n, 'item')} not encoded with it yet`,
    disk: 'On disk'
  },

  failures: {
    title: (n: number): string => `${count(n, 'file')} could not be indexed`,
    detail: 'The files themselves are unharmed. Everything else can be searched.',
    retry: 'Retry',
    retryNamed: (name: string): string => `Retry ${name}`,
    retryAll: 'Retry all',
    more: (n: number): string => `and ${number(n)} more`
  },

  connection: {
    lost: 'Reverie does not answer. Your library is unharmed; it may have been closed. Start it again, and this page will go on.',
    stranger:
      'What answers here could not prove that it is your Reverie: another program may have taken its place, or this page was shut out. Nothing was sent to it. Your library is unharmed. Open Reverie anew: npm run -s reverie -- open',
    looking: 'Looking for it…',
    retry: 'Try again'
  },

  admission: {
    title: 'This tab has not been let in',
    why: {
      'no-ticket':
        'Reverie runs, but shows your library only in a tab that was opened with a ticket. Each tab needs one of its own; it stays admitted when it is loaded anew.',
      spent: 'The ticket in this address was used already, or is older than ten minutes.',
      'too-often': 'Too many wrong tickets were tried. Wait a minute, then open Reverie with a new one.',
      'foreign-script':
        'Another program had left a script in this browser that could have read along here. The script was removed. Close this tab and open Reverie with a new ticket.',
      silent: 'Reverie did not answer. It may have been closed just now; start it again.'
    },
    how: 'How to open Reverie',
    ways: [
      'Start it: npm start opens a tab, or prints an address in the terminal.',
      'While it runs, this command opens another tab (with --print it only prints an address for one visit; with --data for another data folder):'
    ],
    unharmed: 'Your library is unharmed. Nobody on this machine sees it without a ticket.'
  },

  alerts: {
    label: 'Problems',
    /** Before the engine's own sentence: nothing, for that is English too. */
    refused: (() => null) as (code: RefusedCode) => string | null,
    internal: (message: string): string => `Something went wrong inside Reverie. Your files are unharmed. (${message})`
  },

  keys: {
    title: 'Keys',
    open: 'Show the keys',
    or: 'or',
    /** As the list writes it; a Mac has another sign for it. */
    control: 'Ctrl',
    list: [
      { keys: [['Ctrl', 'K'], ['/']], does: 'Go to the search bar' },
      { keys: [['↓']], does: 'From the bar to the results' },
      { keys: [['←'], ['→'], ['↑'], ['↓']], does: 'Move among the results' },
      { keys: [['Enter']], does: 'Open a result' },
      { keys: [['←'], ['→']], does: 'Previous and next, in an open result' },
      { keys: [['+'], ['-'], ['0']], does: 'Enlarge an open photo, make it smaller, fit it' },
      { keys: [['Z']], does: 'The photo’s own pixels, and back' },
      { keys: [['←'], ['→'], ['↑'], ['↓']], does: 'Move an enlarged photo' },
      { keys: [['↑'], ['↓'], ['Page Down']], does: 'Another month or year, on the timeline' },
      { keys: [['X'], ['Ctrl', 'click']], does: 'Select a result, or take it out of the selection' },
      {
        keys: [
          ['Shift', '→'],
          ['Shift', 'click']
        ],
        does: 'Select all on the way there'
      },
      { keys: [['Ctrl', 'A']], does: 'Select all results that are shown' },
      { keys: [['Ctrl', 'Z']], does: 'Bring back what was just left out of the library' },
      { keys: [['S']], does: 'Unfold a stack of similar photos, and fold it' },
      { keys: [['Esc']], does: 'Go back; leave the selection; in the bar, clear the search' },
      { keys: [['Delete'], ['Backspace']], does: 'Remove the filter that has the focus' },
      { keys: [['Ctrl', 'V']], does: 'Search with a copied picture' },
      { keys: [['?']], does: 'Show this list' }
    ]
  },

  language: {
    label: 'Language',
    /** `name`: that of the system's language, in that language. */
    system: (name: string): string => `As the system (${name})`
  }
} as const

/** '14 photos and 3 notes'. */
function kinds(hits: readonly Hit[]): string {
  const photos = hits.filter(hit => hit.kind === 'photo').length
  const parts = [
    ...(photos === 0 ? [] : [count(photos, 'photo')]),
    ...(photos === hits.length ? [] : [count(hits.length - photos, 'note')])
  ]
  return list(parts)
}

const fields = {
  title: 'the title',
  name: 'the file name',
  description: 'the description',
  keywords: 'the keywords',
  text: 'the text'
} as const

/** One reason as a sentence. */
export function reasonSentence(reason: Reason, kind: Hit['kind']): string {
  switch (reason.kind) {
    case 'words':
      return `${list(reason.words.map(word => `“${isolated(word)}”`))} in ${fields[reason.field]}`
    case 'picture':
      return 'The picture looks like what you asked for'
    case 'meaning':
      return kind === 'note'
        ? `It means much the same: “${isolated(reason.text)}”`
        : `It is described as “${isolated(reason.text)}”`
    case 'shown':
      if (reason.like !== undefined) return `This note shows a photo like it: ${isolated(reason.title)}`
      return kind === 'note'
        ? `This note shows the picture: ${isolated(reason.title)}`
        : `It is shown in “${isolated(reason.title)}”`
    case 'same':
      return 'It is the very same picture'
    case 'said':
      return reason.verdict === 'right' ? 'You said that it is right for this' : 'You said that it is wrong for this'
    case 'filter':
      return 'It passes your filters'
  }
}

/** The strongest reason in a few words, for a tile. */
export function shortReason(hit: Hit): string {
  const strongest = strongestReason(hit)
  switch (strongest?.kind) {
    case 'words':
      return reasonSentence(strongest, hit.kind)
    case 'picture':
      return 'Looks like it'
    case 'meaning':
      return hit.kind === 'note' ? 'Means much the same' : 'Described so'
    case 'shown':
      if (strongest.like !== undefined) return 'Shows a photo like it'
      return hit.kind === 'note' ? 'Shows the picture' : 'Shown in a note'
    case 'same':
      return 'The very same picture'
    case 'said':
      return strongest.verdict === 'right' ? 'You said: right' : 'You said: wrong'
    case 'filter':
    case undefined:
      return ''
  }
}

const dateSources: Readonly<Record<string, string>> = {
  exif: 'from the camera',
  xmp: 'from its XMP data',
  iptc: 'from its caption data',
  takeout: 'from the Google Takeout file beside it',
  'front-matter': 'from the note’s front matter',
  document: 'from the document',
  'file-name': 'from the file’s name',
  file: 'from the file’s time stamp'
}

/** Where capitals are not the name of it. */
const fileFormats: Readonly<Record<string, string>> = {
  ...formatNames,
  text: 'Plain text',
  mail: 'Mail',
  notebook: 'Jupyter notebook',
  outline: 'Outline',
  table: 'Table'
}

/** '3 May 2021 at 14:02 (UTC+2), from the camera'. */
export function dateSentence(detail: Dated): string {
  const source = dateSources[detail.dateSource]
  return [formats.made(detail), ...(source === undefined ? [] : [source])].join(', ')
}

/** '52.5200° N, 13.4050° E'. */
export function coordinates(latitude: number, longitude: number): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${formats.degrees(Math.abs(value))}° ${value < 0 ? negative : positive}`
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'E', 'W')}`
}

export function sizeSentence(item: ItemSummary, detail: ItemDetail): string {
  const pixels = item.widthPx === null || item.heightPx === null ? [] : [`${item.widthPx} × ${item.heightPx}`]
  const format = detail.format === null ? [] : [fileFormats[detail.format] ?? detail.format.toUpperCase()]
  return [...pixels, ...format, bytes(detail.sizeBytes)].join(' · ')
}
