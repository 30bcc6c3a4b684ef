/** Rows by their ids, so that many are read a few at a time: from the first up to, not including, the last. */
export interface IdRange {
  readonly from: number
  readonly to: number
}

export const everyId: IdRange = { from: 0, to: Number.MAX_SAFE_INTEGER }
