import type { OwnWords } from '../../../../shared/items.ts'
import type { HitVerdict } from '../../../../shared/saying.ts'
import { isolated } from '../isolated.ts'
import { count, list, number } from './formats.ts'

export const sayingWords = {
  title: 'In deinen Worten',
  caption: 'Deine Bildunterschrift',
  captionHint: 'Was ist zu sehen?',
  tags: 'Schlagwörter',
  addTag: 'Schlagwort hinzufügen',
  addTags: 'Schlagwörter hinzufügen',
  removeTag: (tag: string): string => `Schlagwort ${isolated(tag)} wegnehmen`,
  favourite: 'Favorit',
  about: 'Reverie merkt es sich und findet es sofort nach Wörtern. Die Datei bleibt unberührt.',
  done: (items: number): string => `Gemerkt für ${count(items, 'Eintrag', 'Einträge')}. Keine Datei wurde verändert.`,
  undo: 'Rückgängig',
  marks: {
    favourite: 'Favorit',
    verdict: (verdict: HitVerdict): string =>
      verdict === 'right' ? 'Von dir: passt dazu' : 'Von dir: passt nicht dazu'
  },
  verdict: {
    label: 'Gehört das zu deiner Frage?',
    right: 'Passt dazu',
    wrong: 'Passt nicht dazu',
    rightHint: 'Bei derselben Frage gilt es künftig als Treffer',
    wrongHint: 'Bei derselben Frage gilt es künftig nicht als Treffer'
  },
  selection: {
    open: 'Sagen …',
    hint: 'Bildunterschrift, Schlagwörter, Favorit, passt oder passt nicht',
    title: (n: number): string => `Zu ${count(n, 'Eintrag', 'Einträgen')} sagen`,
    caption: 'Bildunterschrift für alle',
    noCaption: 'Eine Bildunterschrift gibt es für Fotos; hier ist eine Notiz dabei.',
    add: 'Schlagwörter hinzufügen',
    remove: 'Schlagwörter wegnehmen',
    tagsHint: 'Durch Kommas getrennt',
    favourite: 'Favorit',
    favourites: { keep: 'Wie bisher', yes: 'Favoriten', no: 'Keine Favoriten' },
    right: 'Alle passen dazu',
    wrong: 'Keiner passt dazu',
    save: 'Merken',
    cancel: 'Abbrechen'
  },
  sidecars: {
    some: (n: number): string => (n === 1 ? 'XMP-Datei schreiben …' : 'XMP-Dateien schreiben …'),
    title: (n: number): string => `XMP-Dateien neben ${count(n, 'Foto', 'Fotos')}`,
    what: 'Das wird für andere Programme geschrieben. Was sie dort geschrieben haben, bleibt, und kein Foto wird verändert.',
    without: (n: number): string =>
      `Zu ${count(n, 'Foto', 'Fotos')} sagst du nichts: Nichts wird geschrieben, und was Reverie früher dort geschrieben hat, kommt weg.`,
    write: 'Schreiben',
    cancel: 'Abbrechen',
    close: 'Schließen'
  },
  list: {
    title: (n: number): string => `Zu ${count(n, 'Datei', 'Dateien')} hast du etwas gesagt`,
    none: 'Zu Fotos und Notizen hast du noch nichts gesagt',
    detail:
      'Gemerkt nach dem Inhalt der Dateien: Es übersteht ein Verschieben und einen verlorenen Index. Die Dateien bleiben unberührt.',
    notHere: 'Eine Datei, die gerade nicht in der Bibliothek ist',
    words: ({ caption, addedTags, removedTags, isFavourite }: OwnWords): string =>
      [
        ...(isFavourite ? ['Favorit'] : []),
        ...(caption === null ? [] : [`„${isolated(caption)}“`]),
        ...(addedTags.length === 0 ? [] : [`Schlagwörter ${list(addedTags.map(isolated))}`]),
        ...(removedTags.length === 0 ? [] : [`ohne ${list(removedTags.map(isolated))}`])
      ].join(', '),
    verdicts: (n: number): string => `${number(n)}-mal hast du gesagt, was passt oder nicht passt`,
    noVerdicts: 'Zu keinem Ergebnis hast du gesagt, ob es passt',
    verdict: (verdict: HitVerdict, question: string): string => {
      const said = verdict === 'right' ? 'Passt' : 'Passt nicht'
      return question === '' ? `${said} zu einem Bild` : `${said} zu „${isolated(question)}“`
    },
    sidecars: 'XMP-Dateien neben die Fotos schreiben',
    sidecarsHint: 'Für andere Programme; was sie geschrieben haben, bleibt, und kein Foto wird verändert',
    export: 'Als JSON exportieren',
    written: (written: number, same: number, failed: number): string =>
      `${count(written, 'XMP-Datei', 'XMP-Dateien')} geschrieben, ${number(same)} wie zuvor, ${number(failed)} nicht möglich.`,
    takeBack: 'Zurücknehmen',
    takeBackNamed: (name: string): string => `Zurücknehmen, was du zu ${name} gesagt hast`,
    takeBackGone: (said: string): string =>
      `Zurücknehmen, was du zu einer Datei gesagt hast, die gerade nicht in der Bibliothek ist: ${said}`,
    more: (n: number): string => `und ${number(n)} weitere`
  }
}
