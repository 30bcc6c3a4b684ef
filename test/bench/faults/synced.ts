/** What was noted of a write-ahead log when it was synced. */
export interface Synced {
  /** The file's name. */
  readonly log: string
  /** Hexadecimal; a log that begins anew has another one. */
  readonly head: string
  readonly sizeBytes: number
}

/** https://sqlite.org/walformat.html */
export const logHeaderBytes = 32
