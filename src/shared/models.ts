/** The contract's words for models: the packs that are installed. Plain data, like all of the contract. */

/** What a pack says of itself, and whether it answers: asked for all the time, so nothing is counted for it. */
export interface ModelSummary {
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

export interface ModelStatus extends ModelSummary {
  /** `preparing`: it takes the active one's place as soon as it has encoded what the active one has. */
  readonly state: 'active' | 'preparing' | 'installed'
  /** It came with the app and is part of it: it cannot be removed. */
  readonly isShipped: boolean
  /** How many of the library's indexed items it has encoded, and how many there are. */
  readonly encoded: number
  readonly total: number
  /** What its stored vectors take: embeddings, and their projections into its common spaces. */
  readonly embeddingBytes: number
  /** Of them, what another pack with the same encoder uses too: forgetting this one's embeddings leaves those. */
  readonly sharedBytes: number
  /** On this machine, in the last run that encoded at least 20 photos with it, and when that was; null while there was none. */
  readonly speed: { readonly photosPerSecond: number; readonly measuredMs: number } | null
  /** What its maker measured on a set of photos with captions; null when nobody says. */
  readonly quality: {
    readonly set: string
    readonly textToImageRecallAt10: number
    readonly imageToTextRecallAt10: number
  } | null
}

/** A pack that can be installed from the Hugging Face hub. Listing these asks nobody. */
export interface ModelOffer {
  /** Also the pack's id once it is installed. */
  readonly offerId: string
  readonly name: string
  /** Where its files would come from, as a page for people. */
  readonly source: string
  /** What would be fetched, to within a few kilobytes. */
  readonly sizeBytes: number
  readonly licence: string
  /** BCP 47 tags. */
  readonly languages: readonly string[]
  readonly precision: 'fp32' | 'int8'
  readonly speed: 'fast' | 'medium' | 'slow'
  /** Published, of the model in full precision; null where no source is known. */
  readonly quality: { readonly measure: string; readonly value: number; readonly source: string } | null
  readonly note: string
  readonly isInstalled: boolean
}

export interface InstallInput {
  readonly offerId: string
  /** That the person was told the offer's size and source, and wants it. Without it nothing is fetched. */
  readonly hasConsent: boolean
}

export interface RemovedModel {
  /** What was deleted. */
  readonly folder: string
  readonly freedBytes: number
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
