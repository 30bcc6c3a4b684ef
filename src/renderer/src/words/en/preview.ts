import type { LongNote } from '../../../../shared/items.ts'
import { number, percent } from './formats.ts'

/** What the open photo says of how it is looked at and what it is like, and what the library says of being watched. */
export const previewWords = {
  similar: 'Photos like this',

  watch: 'Watch these folders',
  watched: 'Changes are noticed at once while Reverie is open.',
  unwatched: 'Changes are noticed when Reverie starts, and when you check for them.',

  /** `passages`: how many there are. */
  longNote: (passages: number, { encodedPassages, isCut }: LongNote): string =>
    `A long note: its first ${number(encodedPassages)} passages are found by their meaning, ` +
    (isCut
      ? `the first ${number(passages)} by their words; what follows is not found.`
      : `all ${number(passages)} by their words.`),

  /** Of a note, for who hears it. */
  code: 'Code',
  table: 'Table',
  task: (isDone: boolean): string => (isDone ? 'done' : 'open'),
  /** In the place of a picture. `text`: what stands for it in the note. */
  pictureElsewhere: (text: string): string =>
    text === '' ? 'A picture that is not in the library' : `Picture that is not in the library: ${text}`,

  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit to window',
  /** The button that says how large the picture is, for who hears it. */
  toggle: (share: number, isFit: boolean): string => `${percent(share)}, ${isFit ? 'enlarge' : 'whole photo'}`,
  share: percent,
  /** Where the picture that is shown is smaller than the photo: what 100 % means. */
  smaller: (shown: Pixels, whole: Pixels): string =>
    `${percent(1)} shows ${pixels(shown)} of the photo’s ${pixels(whole)} pixels: the preview is made no larger.`
} as const

interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
}

const pixels = ({ widthPx, heightPx }: Pixels): string => `${number(widthPx)} × ${number(heightPx)}`
