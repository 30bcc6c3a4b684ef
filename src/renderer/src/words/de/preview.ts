import type { LongNote } from '../../../../shared/items.ts'
import { number, percent } from './formats.ts'

interface Pixels {
  readonly widthPx: number
  readonly heightPx: number
}

const pixels = ({ widthPx, heightPx }: Pixels): string => `${number(widthPx)} × ${number(heightPx)}`

export const previewWords = {
  similar: 'Ähnliche Fotos',

  watch: 'Ordner überwachen',
  watched: 'Solange Reverie offen ist, werden Änderungen sofort bemerkt.',
  unwatched: 'Änderungen werden beim Start bemerkt und wenn danach gesucht wird.',

  longNote: (passages: number, { encodedPassages, isCut }: LongNote): string =>
    `Eine lange Notiz: Ihre ersten ${number(encodedPassages)} Abschnitte werden nach ihrer Bedeutung gefunden, ` +
    (isCut
      ? `die ersten ${number(passages)} nach ihren Wörtern; was folgt, wird nicht gefunden.`
      : `alle ${number(passages)} nach ihren Wörtern.`),

  code: 'Programmtext',
  table: 'Tabelle',
  task: (isDone: boolean): string => (isDone ? 'erledigt' : 'offen'),
  pictureElsewhere: (text: string): string =>
    text === '' ? 'Ein Bild, das nicht in der Bibliothek ist' : `Bild, das nicht in der Bibliothek ist: ${text}`,

  zoom: 'Zoom',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  fit: 'Einpassen',
  toggle: (share: number, isFit: boolean): string => `${percent(share)}, ${isFit ? 'vergrößern' : 'ganzes Foto'}`,
  share: percent,
  smaller: (shown: Pixels, whole: Pixels): string =>
    `${percent(1)} zeigen ${pixels(shown)} der ${pixels(whole)} Bildpunkte des Fotos: Größer wird die Vorschau nicht angelegt.`
}
