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

/** A folder with a model pack, or with a dual encoder as transformers.js reads it. What is absent is taken from the folder. */
export interface AddModelInput {
  /** Absolute. */
  readonly folder: string
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly licence?: string | undefined
  /** BCP 47 tags. */
  readonly languages?: readonly string[] | undefined
  /** Which of several versions of the weights; `fp32` when absent. */
  readonly prefer?: 'fp32' | 'fp16' | 'int8' | undefined
}

export interface AddedModel extends ModelStatus {
  /** Sentences on what was chosen otherwise than asked. */
  readonly notes: readonly string[]
}
