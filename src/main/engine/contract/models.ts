/** The contract's words for models: the packs that are installed. Plain data, like all of the contract. */

export interface ModelStatus {
  readonly packId: string
  readonly name: string
  readonly folder: string
  readonly licence: string
  readonly languages: readonly string[]
  readonly sizeBytes: number
  readonly isActive: boolean
  /** Whether a caption can find a picture with it. */
  readonly hasCommonSpace: boolean
}
