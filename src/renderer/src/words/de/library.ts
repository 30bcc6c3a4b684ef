import type { ExcludedEntry } from '../../../../shared/excluding.ts'
import { isolated } from '../isolated.ts'
import { nameOf } from '../name-of.ts'
import { bytes, count, number, span } from './formats.ts'

export const libraryWords = {
  excluded: {
    exclude: 'Weglassen',
    excludeNamed: (name: string): string => `${name} aus der Bibliothek weglassen`,
    hint: 'Aus der Bibliothek weglassen; die Datei bleibt unberührt',
    counted: (n: number): string => `${number(n)} weggelassen`,
    done: (files: number): string =>
      files === 0
        ? 'Das bleibt künftig weg. Auf dem Datenträger ändert sich nichts.'
        : `${count(files, 'Datei ist', 'Dateien sind')} aus der Bibliothek weggelassen. Auf dem Datenträger hat sich nichts geändert.`,
    undo: 'Rückgängig',
    title: (files: number): string => `${count(files, 'Datei ist', 'Dateien sind')} weggelassen`,
    none: 'Nichts ist weggelassen',
    detail:
      'Was weggelassen ist, wird nicht gelesen und nicht gefunden; die Dateien selbst bleiben unberührt. Eine Datei bleibt auch weg, wenn sie innerhalb ihres Ordners der Bibliothek verschoben oder umbenannt wird; ein Ordner zählt nach seinem Ort.',
    entry: ({ kind, files }: ExcludedEntry): string =>
      kind === 'folder' ? `Ordner, ${count(files, 'Datei', 'Dateien')}` : files === 0 ? 'Zurzeit nicht da' : '',
    include: 'Wieder aufnehmen',
    includeNamed: (path: string): string => `${nameOf(path)} wieder aufnehmen`,
    includeAll: 'Alle wieder aufnehmen',
    more: (n: number): string => `und ${number(n)} weitere`,
    folder: 'Ordner weglassen …',
    picker: 'Ordner wählen, der weggelassen wird',
    choose: (name: string): string => `„${isolated(name)}“ weglassen`
  },
  unreachable: {
    counted: (n: number): string => `${number(n)} nicht erreichbar`,
    title: (files: number): string => `${count(files, 'Datei ist', 'Dateien sind')} zurzeit nicht erreichbar`,
    none: 'Alles ist erreichbar',
    detail:
      'Sie bleiben erhalten und werden weiter gefunden; bei jeder Suche nach Änderungen wird wieder nachgesehen. Liegen sie auf einem Laufwerk oder Server, der gerade fehlt: bitte anschließen. Sind sie endgültig weg: vergessen.',
    files: (n: number): string => `${count(n, 'Datei', 'Dateien')}.`,
    forget: (n: number): string => `${count(n, 'Datei', 'Dateien')} vergessen`,
    forgetNamed: (name: string, n: number): string => `${count(n, 'Datei', 'Dateien')} in ${name} vergessen`,
    forgetAll: 'Alle vergessen',
    done: (n: number): string =>
      `${count(n, 'Datei ist', 'Dateien sind')} vergessen. Sobald sie wieder da sind, zählen sie wieder.`,
    more: (n: number): string => `und ${count(n, 'Datei', 'Dateien')} anderswo`,
    mark: 'zurzeit nicht erreichbar',
    shown: 'Die Datei ist zurzeit nicht erreichbar. Das hier ist über sie bekannt.'
  },
  rebuild: {
    open: 'Neu aufbauen …',
    title: 'Bibliothek neu aufbauen',
    what: (files: number): string =>
      `${count(files, 'Datei wird', 'Dateien werden')} neu gelesen und ausgewertet: Wörter, Vorschaubilder und was das Modell darin sieht.`,
    kept: 'Was du gesagt hast, bleibt: Weggelassenes, bestätigte und abgelehnte Paare, gespeicherte Suchen, gelernte Versionen und Einstellungen. Deine Dateien werden nur gelesen.',
    meanwhile: 'Die Suche läuft weiter: Jede Datei wird gefunden wie bisher, bis sie neu gelesen ist.',
    when: 'Nötig ist das selten: Geänderte Dateien bemerkt Reverie von selbst. Es hilft, wenn Ergebnisse oder Vorschaubilder nicht stimmen.',
    takes: (seconds: number | null): string =>
      seconds === null
        ? 'Wie lange es dauert, ist noch nicht bekannt. Es lässt sich anhalten und geht nach einem Neustart weiter.'
        : `Hier dauert es etwa ${span(seconds)}. Es lässt sich anhalten und geht nach einem Neustart weiter.`,
    yes: 'Neu aufbauen',
    no: 'Abbrechen'
  },
  longNotes: (n: number, passages: number): string =>
    n === 1
      ? `In einer langen Notiz werden die ersten ${number(passages)} Abschnitte nach ihrer Bedeutung gefunden, der Rest nach seinen Wörtern.`
      : `In ${number(n)} langen Notizen werden die ersten ${number(passages)} Abschnitte nach ihrer Bedeutung gefunden, der Rest nach seinen Wörtern.`,
  disk: (database: number, thumbnails: number, models: number | null): string =>
    [
      `${bytes(database)} Index`,
      `${bytes(thumbnails)} Vorschaubilder`,
      ...(models === null ? [] : [`${bytes(models)} Modelle`])
    ].join(', ')
}
