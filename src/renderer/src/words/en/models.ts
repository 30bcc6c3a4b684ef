import type { ModelOffer, ModelStatus } from '../../../../shared/models.ts'
import { bytes, count, formats, list, number, percent } from './formats.ts'

function languages(tags: readonly string[]): string {
  if (tags.length === 0) return 'languages not stated'
  if (tags.length > 4) return count(tags.length, 'language')
  return list(tags.map(formats.language))
}

const speeds = { fast: 'fast', medium: 'middling', slow: 'slow' } as const

/** What the page says about models. */
export const modelWords = {
  title: 'Models',
  /** The button in the header, for who hears it. `job`: what runs now, in a few words. */
  open: (job: string | null): string => (job === null ? 'Models' : `Models: ${job}`),
  intro:
    'A model turns pictures and words into numbers that can be compared. It runs on this machine; nothing of yours is sent anywhere.',
  here: 'On this machine',
  none: 'No model is installed: search uses words only.',
  canBeHad: 'Can be installed',
  canBeHadDetail:
    'Fetched from the Hugging Face hub, and only when you say so. Larger ones find much more, and take longer to encode the library.',
  offline:
    'Reverie is set to stay offline: nothing can be fetched. A model that you have in a folder can be added below.',
  state: (model: ModelStatus): string =>
    model.state === 'active'
      ? 'In use'
      : model.state === 'preparing'
        ? `Being prepared: ${number(model.encoded)} of ${number(model.total)}`
        : 'Not in use',
  facts: (model: ModelStatus): string =>
    [bytes(model.sizeBytes), languages(model.languages), ...(model.isShipped ? ['comes with Reverie'] : [])].join(
      ' · '
    ),
  licence: (licence: string): string => `Licence: ${licence}`,
  speed: (model: ModelStatus): string =>
    model.speed === null
      ? 'Speed on this machine: not measured yet'
      : `Speed on this machine: ${formats.roughly(model.speed.photosPerSecond)} photos a second`,
  quality: ({ quality }: ModelStatus): string =>
    quality === null
      ? 'Quality: not stated'
      : `Quality: for ${percent(quality.textToImageRecallAt10)} of captions the right photo is among the first ten (${quality.set})`,
  encoded: (model: ModelStatus): string =>
    model.total === 0
      ? 'The library is empty'
      : `Has encoded ${number(model.encoded)} of ${count(model.total, 'item')}` +
        (model.embeddingBytes === 0 ? '' : `; that takes ${bytes(model.embeddingBytes)}`),
  noCommonSpace: 'It has no map between pictures and words yet: pictures are found by what is written about them.',
  use: (name: string): string => `Use ${name}`,
  forget: (model: ModelStatus): string => `Delete its embeddings (${bytes(model.embeddingBytes - model.sharedBytes)})`,
  forgetDetail: 'They are made again when the model is used again. The model stays.',
  remove: (name: string): string => `Remove ${name}`,
  removeSure: (model: ModelStatus): string =>
    `Remove ${model.name} from this machine? It frees ${bytes(model.sizeBytes)}. What it encoded is kept.`,
  forgetSure: (model: ModelStatus): string =>
    `Delete what ${model.name} has encoded? It frees ${bytes(model.embeddingBytes - model.sharedBytes)}.`,
  yes: 'Yes, do it',
  no: 'No, leave it',
  offerFacts: (offer: ModelOffer): string =>
    [bytes(offer.sizeBytes), speeds[offer.speed], languages(offer.languages)].join(' · '),
  offerQuality: ({ quality }: ModelOffer): string | null =>
    quality === null ? null : `${quality.measure}: ${percent(quality.value)} (${quality.source})`,
  install: (name: string): string => `Install ${name}…`,
  installSure: (offer: ModelOffer): string => `Fetch ${bytes(offer.sizeBytes)} from ${offer.source}?`,
  fetch: 'Fetch it',
  addTitle: 'Add a model from a folder',
  addDetail: 'A model pack, or a CLIP or SigLIP as transformers.js has it. It is copied; the folder stays as it is.',
  path: 'Path of the model’s folder',
  pathHint: '/home/you/Downloads/clip-vit-base-patch32',
  add: 'Add',
  added: (name: string): string => `${name} was added.`
} as const
