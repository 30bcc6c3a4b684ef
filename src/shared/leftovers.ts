/** The contract's words for what a library that Reverie is built on left outside Reverie's own folders. Plain data. */

/** Files of ONNX Runtime's telemetry, from before Reverie switched it off. Other programs that use ONNX Runtime may have made some. */
export interface Leftovers {
  /** Absolute, in the order of their names. */
  readonly paths: readonly string[]
  readonly sizeBytes: number
  /** The person has said what is to become of such files, and is not asked again. */
  readonly isSettled: boolean
}

export interface SettledLeftovers {
  readonly deletedFiles: number
  readonly freedBytes: number
  /** Those that could not be deleted. */
  readonly left: readonly string[]
}
