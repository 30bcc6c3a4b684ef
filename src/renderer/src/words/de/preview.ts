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

  zoom: 'Zoom',
  zoomIn: 'Vergrößern',
  zoomOut: 'Verkleinern',
  fit: 'Einpassen',
  toggle: (share: number, isFit: boolean): string => `${percent(share)}, ${isFit ? 'vergrößern' : 'ganzes Foto'}`,
  share: percent,
  smaller: (shown: Pixels, whole: Pixels): string =>
    `${percent(1)} zeigen ${pixels(shown)} der ${pixels(whole)} Bildpunkte des Fotos: Größer wird die Vorschau nicht angelegt.`
}
