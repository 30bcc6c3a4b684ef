import type { Catalogue } from '../catalogue.ts'
import { formats } from './formats.ts'
import { leftoverWords } from './leftovers.ts'
import { libraryWords } from './library.ts'
import { linkWords } from './links.ts'
import { modelWords } from './models.ts'
import { offerWords } from './offers.ts'
import { previewWords } from './preview.ts'
import { progressWords } from './progress.ts'
import { resultWords } from './results.ts'
import { deviceNames, gainSentence, readinessSentence, trainingWords, versionName } from './training.ts'
import { sayingWords } from './saying.ts'
import { coordinates, dateSentence, reasonSentence, shortReason, sizeSentence, words } from './words.ts'

/** All of the catalogue in German: neutral where a sentence can do without an address, else “du”. */
export const german: Catalogue = {
  formats,
  words,
  trainingWords,
  modelWords,
  offerWords,
  previewWords,
  progressWords,
  resultWords,
  libraryWords,
  leftoverWords,
  linkWords,
  sayingWords,
  reasonSentence,
  shortReason,
  dateSentence,
  sizeSentence,
  coordinates,
  readinessSentence,
  gainSentence,
  versionName,
  deviceNames
}
