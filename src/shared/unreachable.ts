/** The contract's words for files that cannot be reached now, and are kept. Plain data. */

/** What is lost, and how much of the library with it. */
interface UnreachablePlace {
  readonly folderId: number
  /** Absolute: the folder that is not there or does not answer, or the file itself where only it cannot be read. */
  readonly path: string
  /** A whole sentence. */
  readonly reason: string
  readonly files: number
}

export interface UnreachableAnswer {
  /** The one with the most files first. */
  readonly places: readonly UnreachablePlace[]
  /** Files, also of places that are not listed. */
  readonly total: number
}

/** Files or folders by absolute path; all that cannot be reached when none is given. */
export interface ForgetInput {
  readonly paths?: readonly string[] | undefined
}

export interface Forgetting {
  readonly files: number
  /** Names it for taking it back. */
  readonly forgottenMs: number
}
