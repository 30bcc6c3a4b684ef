import { loadedWords } from './load.ts'

/** What the page says, in the language that was chosen before it was mounted. Components take all their words from here. */
export const {
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
} = loadedWords()

export const { number, percent, day, figure, signed, tick, share, gainInPoints, curveValue } = loadedWords().formats
