import type { Suggestion } from '../../../../shared/suggesting.ts'
import { count } from './formats.ts'

const filters: Readonly<Record<Suggestion['key'], string>> = {
  type: 'nur Fotos oder nur Notizen',
  in: 'in einem Ordner',
  after: 'ab einem Jahr, Monat oder Tag',
  before: 'vor einem Jahr, Monat oder Tag',
  camera: 'mit einer Kamera oder einem Objektiv',
  near: 'in der Nähe eines Ortes',
  tag: 'mit einem Schlagwort',
  is: 'Dateien, die nicht indexiert werden konnten',
  like: 'ähnlich wie ein Eintrag'
}

export const offerWords = {
  list: 'Vorschläge',
  help: 'Was kann ich fragen?',
  saved: 'Gespeicherte Suchen',
  recent: 'Letzte Suchen',
  examples: 'Zum Beispiel',
  filter: (key: Suggestion['key']): string => filters[key],
  items: (items: number): string => count(items, 'Eintrag', 'Einträge'),
  save: 'Diese Suche speichern',
  unsave: 'Diese Suche nicht mehr speichern',
  forget: 'Letzte Suchen vergessen',
  exampleList: [
    { text: 'zwei Hunde im Schnee', does: 'was auf einem Foto zu sehen ist oder wovon eine Notiz erzählt' },
    { text: 'type:photo Sonnenuntergang', does: 'nur Fotos' },
    { text: 'after:2023 before:2025', does: 'nach Datum' },
    { text: '"genau diese Wörter" -ohne', does: 'Wörter, die dastehen müssen oder nicht dastehen dürfen' }
  ]
}
