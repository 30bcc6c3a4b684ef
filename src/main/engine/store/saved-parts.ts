/** Parts of one item, those that were saved or taken away: from the first up to, not including, the last. */
export interface SavedParts {
  readonly from: number
  readonly to: number
}

export const everyPart: SavedParts = { from: 0, to: Number.MAX_SAFE_INTEGER }
