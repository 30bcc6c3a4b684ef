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

/** The engine's own sentence, in English, follows and is more exact. */
const refusals: Readonly<Record<RefusedCode, string>> = {
  'not-found': 'Das wurde nicht gefunden.',
  'bad-input': 'Damit kann Reverie nichts anfangen.',
  'model-missing': 'Dafür fehlt ein Modell.',
  'model-broken': 'Das Modell lässt sich nicht verwenden.',
  'database-newer': 'Die Bibliothek stammt von einem neueren Reverie.',
  'database-corrupt': 'Der Index der Bibliothek ist beschädigt.',
  'database-in-use': 'Die Bibliothek ist schon woanders geöffnet.',
  busy: 'Gerade läuft noch etwas anderes.',
  network: 'Es fehlt die Verbindung zum Netz.',
  'disk-full': 'Der Speicherplatz reicht nicht.',
  'read-only': 'Reverie darf hier nichts schreiben.'
}

export const words = {
  app: 'Reverie',
  close: 'Schließen',
  back: 'Zurück',
  dismiss: 'Schließen',

  bar: {
    label: 'Fotos und Notizen durchsuchen',
    placeholder: 'Fotos und Notizen suchen',
    clear: 'Suche leeren',
    picture: 'Bild',
    openingPicture: 'Bild wird geöffnet …',
    chips: 'Filter dieser Suche',
    chip: ({ isNegated, ...token }: QueryToken): string => {
      if (isNegated === true && token.kind === 'type') return token.label === 'photo' ? 'keine Fotos' : 'keine Notizen'
      if (isNegated === true) return `nicht: ${words.bar.chip(token)}`
      switch (token.kind) {
        case 'words':
          return token.label
        case 'exact':
          return `„${isolated(token.label)}“`
        case 'without':
          return `ohne ${token.label}`
        case 'type':
          return token.label === 'photo' ? 'nur Fotos' : 'nur Notizen'
        case 'in':
          return `in ${token.label}`
        case 'after':
          return `ab ${token.label}`
        case 'before':
          return `vor ${token.label}`
        case 'camera':
          return `Kamera ${token.label}`
        case 'near':
          return `nahe ${token.label}`
        case 'tag':
          return `Schlagwort ${token.label}`
        case 'failed':
          return 'nicht indexiert'
        case 'unreachable':
          return 'nicht erreichbar'
        case 'favourite':
          return 'Favoriten'
        case 'like':
          return 'wie dieser Eintrag'
      }
    },
    removeChip: (label: string): string => `Entfernen: ${label}`,
    removePicture: 'Bild aus der Suche entfernen'
  },

  drop: {
    title: 'Bild hier ablegen, um damit zu suchen',
    detail: 'Gezeigt werden die Notizen, die dazugehören, und ähnliche Fotos. Das Bild bleibt auf diesem Gerät.',
    unreadable:
      'Was abgelegt wurde, ließ sich nicht als Datei lesen. Es wurde nichts verändert. Bitte ein einzelnes Bild ablegen.'
  },

  results: {
    label: 'Ergebnisse',
    lessSure: 'Ab hier weniger sicher',
    parts: { belonging: 'Notizen, die dazugehören', rest: 'Fotos wie dieses' },
    newest: 'Neueste',
    outdated: 'Die Bibliothek hat sich geändert. Neue Ergebnisse zeigen',
    searching: 'Sucht …',
    found: (hits: readonly Hit[], isAll: boolean): string => {
      const sure = hits.filter(hit => hit.isRelevant)
      if (hits.length === 0) return 'Nichts gefunden'
      if (sure.length === 0) return 'Das Nächste zuerst'
      if (sure.length < hits.length) return `${kinds(sure)}, und weniger sichere`
      return isAll ? kinds(sure) : `Zunächst ${kinds(sure)}`
    }
  },

  empty: {
    title: 'Nichts dergleichen hier',
    detail: (question: string): string =>
      question === ''
        ? 'Kein Foto und keine Notiz ist wie dieses Bild.'
        : `Kein Foto und keine Notiz passt zu ${/["“„”]/u.test(question) ? isolated(question) : `„${isolated(question)}“`}.`,
    nearest: 'Was am nächsten kommt, steht darunter.',
    fewerWords: 'Weniger Wörter finden vielleicht mehr.',
    withoutFilter: (chip: string): string => `Suchen ohne: ${chip}`,
    withoutPicture: 'Ohne das Bild suchen',
    model: (name: string): string =>
      `Das verwendete Modell ist ${isolated(name)}. Ein größeres kennt mehr von dem, was zu sehen ist.`,
    noModel:
      'Es ist kein Modell in Gebrauch, darum wird nur nach Wörtern gesucht. Mit einem werden Bilder nach dem gefunden, was sie zeigen.',
    models: 'Modelle ansehen',
    indexing: 'Ein Teil der Bibliothek wird noch indexiert. Vielleicht ist es bald zu finden.',
    startTitle: 'Was suchst du?',
    startDetail: 'Eine Beschreibung eingeben oder irgendwo ein Bild ablegen, um die Notizen dazu zu finden.',
    clear: 'Suche leeren'
  },

  notice: {
    'no-model':
      'Gesucht wird nur nach Wörtern: Kein Modell ist installiert, Bilder werden also über das gefunden, was über sie geschrieben steht.',
    'no-common-space':
      'Das Modell kann Bilder und Wörter noch nicht vergleichen: Bilder werden über das gefunden, was über sie geschrieben steht.',
    'other-language':
      'Das Modell ist nicht für die Sprache dieser Frage gemacht und findet weniger nach Bedeutung. Wörter werden weiterhin gefunden.',
    'still-indexing': 'Die Indexierung läuft noch: Die Ergebnisse werden vollständiger.',
    'library-empty': 'In der Bibliothek sind noch keine Fotos und keine Notizen.',
    'question-cut': 'Diese Frage ist sehr lang: Gesucht wurde nur nach den ersten ihrer Wörter und Filter.'
  } satisfies Record<Notice, string>,

  tile: {
    kind: { photo: 'Foto', note: 'Notiz' },
    noPicture: 'Keine Vorschau'
  },

  preview: {
    previous: 'Voriges Ergebnis',
    next: 'Nächstes Ergebnis',
    place: (n: number, of: number): string => `${number(n)} von ${number(of)}`,
    why: 'Warum das gefunden wurde',
    score: (score: number): string => `Zu ${percent(score)} das Gesuchte`,
    details: 'Details',
    date: 'Datum',
    camera: 'Kamera',
    lens: 'Objektiv',
    size: 'Größe',
    coordinates: 'Ort',
    file: 'Datei',
    description: 'Beschreibung',
    related: { photo: 'Notizen mit diesem Foto', note: 'Fotos und Notizen, auf die sie verweist' },
    guess: { name: 'Vermutung', why: 'Nur der Dateiname führt hierher. Vielleicht ist eine andere Datei gemeint.' },
    similar: 'Damit suchen',
    copyPath: 'Pfad kopieren',
    copied: 'Pfad kopiert',
    notCopied: 'Der Pfad ließ sich nicht kopieren: Der Browser hat es verweigert. Er steht unter „Details“.',
    reveal: 'Im Ordner zeigen',
    thumbnailOnly: 'Diese Art Foto lässt sich hier nicht ganz zeigen. Das ist die kleine Vorschau.',
    about: 'Dazu',
    failed: 'Diese Datei konnte nicht indexiert werden.',
    missing: 'Das Bild kann nicht gezeigt werden. Vielleicht wurde die Datei verschoben oder ihr Laufwerk ausgesteckt.',
    loading: 'Wird geöffnet …',
    noText: 'Diese Notiz hat keinen Text, der sich zeigen ließe.',
    matching: 'Die gefundene Stelle'
  },

  welcome: {
    title: 'Fotos und Notizen nach ihrer Bedeutung finden',
    detail:
      'Ordner auswählen und mit einer Beschreibung, ein paar Wörtern oder einem Bild darin suchen. Alles bleibt auf diesem Gerät, und deine Dateien werden nur gelesen, nie verändert.',
    places: 'Übliche Orte',
    add: (name: string): string => `${name} hinzufügen`,
    chosen: 'Ausgewählt',
    browse: 'Anderen Ordner auswählen …',
    done: 'Suche beginnen'
  },

  picker: {
    title: 'Ordner auswählen',
    path: 'Pfad des Ordners',
    pathHint: 'Pfad eingeben oder einfügen',
    add: 'Hinzufügen',
    up: 'Eine Ebene höher',
    start: 'Übliche Orte',
    open: (name: string): string => `${name} öffnen`,
    choose: (name: string): string => `„${isolated(name)}“ hinzufügen`,
    chooseNone: 'Einen Ordner öffnen, um ihn hinzuzufügen',
    none: 'Keine Ordner darin.',
    loading: 'Sieht nach …'
  },

  library: {
    title: 'Bibliothek',
    open: (library: LibraryStatus | null, job: string | null): string => {
      const items = library === null ? [] : [count(library.indexed, 'Eintrag', 'Einträge')]
      const failed = library === null || library.failed === 0 ? [] : [`${number(library.failed)} fehlgeschlagen`]
      const unreachable =
        library === null || library.unreachable === 0 ? [] : [`${number(library.unreachable)} nicht erreichbar`]
      return `Bibliothek: ${[...items, ...(job === null ? [] : [job]), ...failed, ...unreachable].join(', ')}`
    },
    short: (library: LibraryStatus): string => count(library.indexed, 'Eintrag', 'Einträge'),
    items: 'Einträge',
    files: 'Dateien',
    folders: 'Ordner',
    add: 'Ordner hinzufügen …',
    check: 'Nach Änderungen suchen',
    checking: {
      index: 'Es wird nach Änderungen gesucht',
      train: 'Ein Training läuft',
      project: 'Die Bibliothek wird umgerechnet',
      'encode-model': 'Ein anderes Modell wird vorbereitet',
      install: 'Ein Modell wird geladen'
    },
    remove: 'Entfernen',
    removeNamed: (name: string): string => `${name} aus der Bibliothek entfernen`,
    removeQuestion: (folder: FolderStatus): string =>
      `„${isolated(nameOf(folder.path))}“ aus der Bibliothek entfernen? ${folder.eligible === 1 ? 'Die Datei bleibt' : `Die ${number(folder.eligible)} Dateien bleiben`} unberührt; nur was Reverie darüber weiß, wird vergessen.`,
    removeYes: 'Aus der Bibliothek entfernen',
    removeNo: 'Behalten',
    unreachable:
      'Dieser Ordner ist gerade nicht da. Seine Einträge bleiben erhalten und durchsuchbar; das Laufwerk anschließen und dann nach Änderungen suchen.',
    problems: (n: number): string => `${count(n, 'Stelle', 'Stellen')} ${n === 1 ? 'war' : 'waren'} nicht zugänglich`,
    sum: (photos: number, notes: number): string =>
      `${count(photos, 'Foto', 'Fotos')} und ${count(notes, 'Notiz', 'Notizen')}`,
    eligible: (n: number): string => count(n, 'Datei', 'Dateien'),
    indexed: (n: number): string => `${number(n)} indexiert`,
    failed: (n: number): string => `${number(n)} fehlgeschlagen`,
    waiting: (n: number): string => `${number(n)} wartend`,
    model: 'Modell',
    noModel: 'Keines: nur Wörter',
    noCommonSpace: 'vergleicht Bilder mit Bildern und Wörter mit Wörtern, noch nicht beides miteinander',
    unencoded: (n: number): string => `${count(n, 'Eintrag', 'Einträge')} noch nicht damit kodiert`,
    disk: 'Speicher'
  },

  failures: {
    title: (n: number): string =>
      `${count(n, 'Datei', 'Dateien')} ${n === 1 ? 'konnte' : 'konnten'} nicht indexiert werden`,
    detail: 'Die Dateien selbst sind unversehrt. Alles andere lässt sich durchsuchen.',
    retry: 'Erneut versuchen',
    retryNamed: (name: string): string => `${name} erneut versuchen`,
    retryAll: 'Alle erneut versuchen',
    more: (n: number): string => `und ${number(n)} weitere`
  },

  connection: {
    lost: 'Reverie antwortet nicht. Deine Bibliothek ist unversehrt; vielleicht wurde Reverie geschlossen. Nach einem neuen Start geht es auf dieser Seite weiter.',
    stranger:
      'Was hier antwortet, konnte nicht beweisen, dass es dein Reverie ist: Vielleicht hat ein anderes Programm seinen Platz eingenommen, oder diese Seite wurde ausgesperrt. Nichts wurde dorthin gesendet. Deine Bibliothek ist unversehrt. Öffne Reverie neu: npm run -s reverie -- open',
    looking: 'Sucht danach …',
    retry: 'Erneut versuchen'
  },

  admission: {
    title: 'Dieser Tab wurde nicht eingelassen',
    why: {
      'no-ticket':
        'Reverie läuft, zeigt deine Bibliothek aber nur in einem Tab, der mit einer Eintrittskarte geöffnet wurde. Jeder Tab braucht eine eigene; beim Neuladen bleibt er eingelassen.',
      spent: 'Die Eintrittskarte in dieser Adresse wurde schon benutzt oder ist älter als zehn Minuten.',
      'too-often':
        'Zu viele falsche Eintrittskarten wurden probiert. Warte eine Minute und öffne Reverie dann mit einer neuen.',
      'foreign-script':
        'Ein anderes Programm hatte in diesem Browser ein Skript hinterlassen, das hier hätte mitlesen können. Das Skript wurde entfernt. Schließe diesen Tab und öffne Reverie mit einer neuen Eintrittskarte.',
      silent: 'Reverie hat nicht geantwortet. Vielleicht wurde es eben geschlossen; starte es neu.'
    },
    how: 'So öffnest du Reverie',
    ways: [
      'Starte es: npm start öffnet einen Tab oder schreibt eine Adresse ins Terminal.',
      'Solange es läuft, öffnet dieser Befehl einen weiteren Tab (mit --print schreibt er nur eine Adresse für einen Besuch; mit --data für einen anderen Datenordner):'
    ],
    unharmed: 'Deine Bibliothek ist unversehrt. Ohne Eintrittskarte sieht sie auf diesem Rechner niemand.'
  },

  alerts: {
    label: 'Probleme',
    refused: (code: RefusedCode): string | null => refusals[code],
    internal: (message: string): string =>
      `In Reverie ist etwas schiefgegangen. Deine Dateien sind unversehrt. (${message})`
  },

  keys: {
    title: 'Tasten',
    open: 'Tasten zeigen',
    or: 'oder',
    control: 'Strg',
    list: [
      { keys: [['Strg', 'K'], ['/']], does: 'Zum Suchfeld' },
      { keys: [['↓']], does: 'Vom Suchfeld zu den Ergebnissen' },
      { keys: [['←'], ['→'], ['↑'], ['↓']], does: 'Zwischen den Ergebnissen bewegen' },
      { keys: [['Eingabe']], does: 'Ein Ergebnis öffnen' },
      { keys: [['←'], ['→']], does: 'Voriges und nächstes, in einem offenen Ergebnis' },
      { keys: [['+'], ['-'], ['0']], does: 'Ein offenes Foto vergrößern, verkleinern, einpassen' },
      { keys: [['Z']], does: 'Bildpunkt für Bildpunkt, und zurück' },
      { keys: [['←'], ['→'], ['↑'], ['↓']], does: 'Ein vergrößertes Foto verschieben' },
      { keys: [['↑'], ['↓'], ['Bild ↓']], does: 'Ein anderer Monat oder ein anderes Jahr, auf der Zeitleiste' },
      { keys: [['X'], ['Strg', 'Klick']], does: 'Ein Ergebnis auswählen oder aus der Auswahl nehmen' },
      {
        keys: [
          ['Umschalt', '→'],
          ['Umschalt', 'Klick']
        ],
        does: 'Alles bis dorthin auswählen'
      },
      { keys: [['Strg', 'A']], does: 'Alle gezeigten Ergebnisse auswählen' },
      { keys: [['Strg', 'Z']], does: 'Zurückholen, was gerade weggelassen wurde' },
      { keys: [['S']], does: 'Einen Stapel ähnlicher Fotos aufklappen und zuklappen' },
      { keys: [['Esc']], does: 'Zurück; Auswahl aufheben; im Suchfeld die Suche leeren' },
      { keys: [['Entf'], ['Rücktaste']], does: 'Den Filter entfernen, der den Fokus hat' },
      { keys: [['Strg', 'V']], does: 'Mit einem kopierten Bild suchen' },
      { keys: [['?']], does: 'Diese Liste zeigen' }
    ]
  },

  language: {
    label: 'Sprache',
    system: (name: string): string => `Wie das System (${name})`
  }
}

/** '14 Fotos und 3 Notizen'. */
function kinds(hits: readonly Hit[]): string {
  const photos = hits.filter(hit => hit.kind === 'photo').length
  return list([
    ...(photos === 0 ? [] : [count(photos, 'Foto', 'Fotos')]),
    ...(photos === hits.length ? [] : [count(hits.length - photos, 'Notiz', 'Notizen')])
  ])
}

const fields = {
  title: 'im Titel',
  name: 'im Dateinamen',
  description: 'in der Beschreibung',
  keywords: 'in den Schlagwörtern',
  text: 'im Text'
} as const

/** One reason as a sentence. */
export function reasonSentence(reason: Reason, kind: Hit['kind']): string {
  switch (reason.kind) {
    case 'words':
      return `${list(reason.words.map(word => `„${isolated(word)}“`))} ${fields[reason.field]}`
    case 'picture':
      return 'Das Bild sieht aus wie das Gesuchte'
    case 'meaning':
      return kind === 'note'
        ? `Es bedeutet etwa dasselbe: „${isolated(reason.text)}“`
        : `Es ist beschrieben als „${isolated(reason.text)}“`
    case 'shown':
      if (reason.like !== undefined) return `Diese Notiz zeigt ein ähnliches Foto: ${isolated(reason.title)}`
      return kind === 'note'
        ? `Diese Notiz zeigt das Bild: ${isolated(reason.title)}`
        : `Es ist zu sehen in „${isolated(reason.title)}“`
    case 'same':
      return 'Es ist genau dasselbe Bild'
    case 'said':
      return reason.verdict === 'right' ? 'Von dir: passt dazu' : 'Von dir: passt nicht dazu'
    case 'filter':
      return 'Es passt zu den Filtern'
  }
}

/** The strongest reason in a few words, for a tile. */
export function shortReason(hit: Hit): string {
  const strongest = strongestReason(hit)
  switch (strongest?.kind) {
    case 'words':
      return reasonSentence(strongest, hit.kind)
    case 'picture':
      return 'Sieht so aus'
    case 'meaning':
      return hit.kind === 'note' ? 'Bedeutet etwa dasselbe' : 'So beschrieben'
    case 'shown':
      if (strongest.like !== undefined) return 'Zeigt ein ähnliches Foto'
      return hit.kind === 'note' ? 'Zeigt das Bild' : 'In einer Notiz zu sehen'
    case 'same':
      return 'Genau dasselbe Bild'
    case 'said':
      return strongest.verdict === 'right' ? 'Passt, sagst du' : 'Passt nicht, sagst du'
    case 'filter':
    case undefined:
      return ''
  }
}

const dateSources: Readonly<Record<string, string>> = {
  exif: 'von der Kamera',
  xmp: 'aus den XMP-Daten',
  iptc: 'aus den IPTC-Daten',
  takeout: 'aus der Google-Takeout-Datei daneben',
  'front-matter': 'aus dem Kopf der Notiz',
  document: 'aus dem Dokument',
  'file-name': 'aus dem Dateinamen',
  file: 'vom Zeitstempel der Datei'
}

const fileFormats: Readonly<Record<string, string>> = {
  ...formatNames,
  text: 'Reiner Text',
  mail: 'E-Mail',
  notebook: 'Jupyter-Notebook',
  outline: 'Gliederung',
  table: 'Tabelle'
}

/** 'Montag, 3. Mai 2021 um 14:02 (UTC+2), von der Kamera'. */
export function dateSentence(detail: Dated): string {
  const source = dateSources[detail.dateSource]
  return [formats.made(detail), ...(source === undefined ? [] : [source])].join(', ')
}

/** '52,5200° N, 13,4050° O'. */
export function coordinates(latitude: number, longitude: number): string {
  const part = (value: number, positive: string, negative: string): string =>
    `${formats.degrees(Math.abs(value))}° ${value < 0 ? negative : positive}`
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'O', 'W')}`
}

export function sizeSentence(item: ItemSummary, detail: ItemDetail): string {
  const pixels = item.widthPx === null || item.heightPx === null ? [] : [`${item.widthPx} × ${item.heightPx}`]
  const format = detail.format === null ? [] : [fileFormats[detail.format] ?? detail.format.toUpperCase()]
  return [...pixels, ...format, bytes(detail.sizeBytes)].join(' · ')
}
