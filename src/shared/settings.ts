/** The contract's words for what a person chooses about how Reverie works. Plain data, like all of the contract. */

/** The languages that the page speaks. */
export const pageLanguages = ['en', 'de'] as const
export type PageLanguage = (typeof pageLanguages)[number]

export interface Settings {
  /** Threads for the encoder: 1…the machine's cores. null: half of them, at least one. */
  readonly encoderThreads: number | null
  /** Watch folders for changes while the app is open. */
  readonly watchFolders: boolean
  /** A mirror of the Hugging Face hub to install models from: https, or http on this machine. null: the hub itself. */
  readonly hubUrl: string | null
  /** Nothing is ever fetched. */
  readonly isOffline: boolean
  /** Of the page. null: the first of the browser's or the system's own that the page speaks. */
  readonly language: PageLanguage | null
}
