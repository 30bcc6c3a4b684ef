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

/** All that the page can say. Numbers, dates and lists are written by Intl, in the person's own kind of English. */
export const english = {
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
} as const
