import type { ModelOffer, ModelStatus } from '../../../../shared/models.ts'
import { bytes, count, formats, list, number, percent } from './formats.ts'

function languages(tags: readonly string[]): string {
  if (tags.length === 0) return 'Sprachen nicht angegeben'
  if (tags.length > 4) return count(tags.length, 'Sprache', 'Sprachen')
  return list(tags.map(formats.language))
}

const speeds = { fast: 'schnell', medium: 'mittelschnell', slow: 'langsam' } as const

export const modelWords = {
  title: 'Modelle',
  open: (job: string | null): string => (job === null ? 'Modelle' : `Modelle: ${job}`),
  intro:
    'Ein Modell macht aus Bildern und Wörtern Zahlen, die sich vergleichen lassen. Es läuft auf diesem Gerät; nichts davon wird verschickt.',
  here: 'Auf diesem Gerät',
  none: 'Kein Modell ist installiert: Gesucht wird nur nach Wörtern.',
  canBeHad: 'Verfügbare Modelle',
  canBeHadDetail:
    'Sie kommen vom Hugging Face Hub, und nur auf deinen Wunsch. Größere finden viel mehr, brauchen aber länger, um die Bibliothek zu kodieren.',
  offline:
    'Reverie ist auf offline gestellt: Es kann nichts geladen werden. Ein Modell, das in einem Ordner liegt, lässt sich unten hinzufügen.',
  state: (model: ModelStatus): string =>
    model.state === 'active'
      ? 'In Gebrauch'
      : model.state === 'preparing'
        ? `In Vorbereitung: ${number(model.encoded)} von ${number(model.total)}`
        : 'Nicht in Gebrauch',
  facts: (model: ModelStatus): string =>
    [bytes(model.sizeBytes), languages(model.languages), ...(model.isShipped ? ['bei Reverie dabei'] : [])].join(' · '),
  licence: (licence: string): string => `Lizenz: ${licence}`,
  speed: (model: ModelStatus): string =>
    model.speed === null
      ? 'Tempo auf diesem Gerät: noch nicht gemessen'
      : `Tempo auf diesem Gerät: ${formats.roughly(model.speed.photosPerSecond)} Fotos pro Sekunde`,
  quality: ({ quality }: ModelStatus): string =>
    quality === null
      ? 'Güte: nicht angegeben'
      : `Güte: Bei ${percent(quality.textToImageRecallAt10)} der Beschreibungen ist das richtige Foto unter den ersten zehn (${quality.set})`,
  encoded: (model: ModelStatus): string =>
    model.total === 0
      ? 'Die Bibliothek ist leer'
      : `${number(model.encoded)} von ${count(model.total, 'Eintrag', 'Einträgen')} kodiert` +
        (model.embeddingBytes === 0 ? '' : `; das belegt ${bytes(model.embeddingBytes)}`),
  noCommonSpace:
    'Es kann Bilder und Wörter noch nicht vergleichen: Bilder werden über das gefunden, was über sie geschrieben steht.',
  use: (name: string): string => `${name} verwenden`,
  forget: (model: ModelStatus): string =>
    `Seine Einbettungen löschen (${bytes(model.embeddingBytes - model.sharedBytes)})`,
  forgetDetail: 'Sie entstehen neu, sobald das Modell wieder verwendet wird. Das Modell bleibt.',
  remove: (name: string): string => `${name} entfernen`,
  removeSure: (model: ModelStatus): string =>
    `${model.name} von diesem Gerät entfernen? Das macht ${bytes(model.sizeBytes)} frei. Was es kodiert hat, bleibt erhalten.`,
  forgetSure: (model: ModelStatus): string =>
    `Alles löschen, was ${model.name} kodiert hat? Das macht ${bytes(model.embeddingBytes - model.sharedBytes)} frei.`,
  yes: 'Ja',
  no: 'Nein, so lassen',
  offerFacts: (offer: ModelOffer): string =>
    [bytes(offer.sizeBytes), speeds[offer.speed], languages(offer.languages)].join(' · '),
  offerQuality: ({ quality }: ModelOffer): string | null =>
    quality === null ? null : `${quality.measure}: ${percent(quality.value)} (Quelle: ${quality.source})`,
  install: (name: string): string => `${name} installieren …`,
  installSure: (offer: ModelOffer): string => `${bytes(offer.sizeBytes)} von ${offer.source} laden?`,
  fetch: 'Laden',
  addTitle: 'Modell aus einem Ordner hinzufügen',
  addDetail:
    'Ein Modellpaket oder ein CLIP oder SigLIP, wie transformers.js es hat. Es wird kopiert; der Ordner bleibt, wie er ist.',
  path: 'Pfad zum Ordner des Modells',
  pathHint: '/home/name/Downloads/clip-vit-base-patch32',
  add: 'Hinzufügen',
  added: (name: string): string => `${name} wurde hinzugefügt.`
}
