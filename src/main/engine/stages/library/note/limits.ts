/** How much of a file we are willing to read, and how long a passage may be. */
export interface NoteLimits {
  /** Formats that are texts. */
  readonly maxTextBytes: number
  /** PDF, Office documents and books, which carry pictures. */
  readonly maxDocumentBytes: number
  /** Of the XML and HTML inside a document once inflated, all files together. */
  readonly maxInflatedBytes: number
  readonly maxPages: number
  readonly maxMs: number
  /** What follows is left out. */
  readonly maxPassages: number
  /** A passage with this many words ends at the next paragraph. */
  readonly minWords: number
  /** Hard. A Han or Kana character counts as a word. */
  readonly maxWords: number
  /** Hard, UTF-16 units of `Passage.text`. */
  readonly maxChars: number
}

/** What of a package of files matters: a ZIP archive in which a document lies. */
export type PackageLimits = Pick<NoteLimits, 'maxInflatedBytes'>

/** 60–110 words are about 80–150 word pieces: what small text encoders hold. An encoder with less context gives its own figures. */
export const noteLimits: NoteLimits = {
  maxTextBytes: 50_000_000,
  maxDocumentBytes: 200_000_000,
  maxInflatedBytes: 50_000_000,
  maxPages: 10_000,
  maxMs: 30_000,
  maxPassages: 20_000,
  minWords: 60,
  maxWords: 110,
  maxChars: 1200
}
