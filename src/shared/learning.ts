/** The contract's words for learning a library: pairs, trainings, versions. Plain data, like all of the contract. */

// ── pairs ───────────────────────────────────────────────────────────────────────────────────────────────────────────

// prettier-ignore
export type PairReason =
  | 'confirmed' | 'description' | 'title' | 'keywords' | 'alt-text' | 'embed' | 'wikilink' | 'link' | 'same-name' | 'sidecar'
  | 'file-name'

/** A photo and a text that belong together, and why we think so. */
export interface PairStatus {
  readonly photoId: number
  /** Where the text stands, when it is from a note. */
  readonly noteId: number | null
  readonly photoPath: string
  readonly text: string
  readonly reason: PairReason
  /** How far the text can be trusted to say what is on the photo, 0…1. */
  readonly weight: number
  /** What the user said of it; null for a pair that was only mined. A rejected pair is listed, and not trained on. */
  readonly verdict: 'confirmed' | 'rejected' | null
}

/** Says that a photo and a text belong together, or do not; null takes it back. */
export interface ConfirmPairInput extends Pick<PairStatus, 'photoId' | 'text' | 'verdict'> {
  readonly noteId?: number | null | undefined
}

export interface PairsAnswer {
  /** Best first. */
  readonly pairs: readonly PairStatus[]
  /** Of all that can be trained on, however many are listed. */
  readonly counts: readonly { readonly reason: PairReason; readonly pairs: number }[]
  readonly readiness: Readiness
}

/** Whether there is enough to learn from. */
export interface Readiness {
  readonly pairs: number
  /** Photos that have at least one pair. */
  readonly photos: number
  /** Of these, what differs: near-duplicates and bursts count once. */
  readonly different: number
  /** Photos of one note, of nearly the same text or that look alike are one group: what is learned is judged group by group. */
  readonly groups: number
  /**
   * `none`: fewer than 100 photos that differ, or fewer than 50 groups; nothing is trained. `few`: 100 to 299 photos, without turned ones.
   * `enough`: everything.
   */
  readonly level: 'none' | 'few' | 'enough'
  /** Different photos that are still missing for the next level; 0 at the highest, and where only groups are missing. */
  readonly missing: number
  /** Groups that are still missing before anything can be judged. */
  readonly missingGroups: number
}

// ── training ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `auto`: the fastest that passes its self-test, else the CPU. */
export type Device = 'cpu' | 'webgpu' | 'cuda' | 'dml' | 'coreml'

/** What is left out is as it was for the training that was interrupted, else by default. */
export interface TrainInput {
  readonly device?: Device | 'auto' | undefined
  readonly seed?: number | undefined
}

/** One step on the device against the same step on the CPU, in a process of its own. */
export interface DeviceStatus {
  readonly device: Device
  readonly isUsable: boolean
  /** Why not, or how it compared: a sentence. */
  readonly message: string
  /** Steps a second in the self-test; null when it did not run. */
  readonly stepsPerSecond: number | null
  /** The test took too long to say anything: it is made again at the next start. */
  readonly isUndecided?: true | undefined
}

/** Shares of queries, 0…1, whose first right answer is among the first 1, 5 and 10; mean of 1 / rank. */
export type RetrievalFigures = Readonly<Record<'r1' | 'r5' | 'r10' | 'mrr', number>>

export type BothDirections = Readonly<Record<'textToImage' | 'imageToText', RetrievalFigures>>

/** Where a training stands: one point of its curves. */
export interface RunPoint {
  readonly step: number
  readonly steps: number
  /** By part, averaged since the last point; a part that is not used is absent. */
  readonly losses: Readonly<Partial<Record<LossName, number>>>
  /** Mean of both directions' MRR on the validation fold. */
  readonly validationMrr: number
  /** Accuracy of a fresh linear probe on validation items; chance is .5. null when not probed at this point. */
  readonly modalityProbe: number | null
  /** Chance is .25. */
  readonly rotationProbe: number | null
  readonly device: Device
  readonly stepsPerSecond: number
  readonly secondsLeft: number
}

export type LossName = 'pair' | 'label' | 'structure' | 'anchor' | 'modality' | 'rotation' | 'discriminator'

/** A mean difference with its 95 % interval (paired bootstrap over groups of photos). */
export type Difference = Readonly<Record<'mean' | 'low' | 'high', number>>

/** Of questions before and after. */
export interface JudgedFigures {
  readonly captions: number
  readonly photos: number
  /** Of photos that know of each other: see `Readiness`. */
  readonly groups: number
  readonly before: BothDirections
  readonly after: BothDirections
  /** Of the mean of both directions' MRR. */
  readonly mrrGain: Difference
}

/**
 * The gate's judgement of a candidate on pairs that were never trained on. Its own figures are those that decide: of photos of groups (notes,
 * subjects) that were not learned from, among all photos of the library.
 */
export interface Verdict {
  readonly isAccepted: boolean
  /** Sentences for a person. */
  readonly reason: string
  readonly heldOutPhotos: number
  /**
   * null for a version that was judged by an older Reverie: on new photos, most of them of notes that were learned from, and among the photos
   * that were held out alone.
   */
  readonly judged: {
    readonly captions: number
    readonly groups: number
    /** All photos of the library, among which each caption was ranked. */
    readonly gallery: number
    /** Trainings, each of which was judged by groups that it did not see. */
    readonly turns: number
    /** Compared with the version that answered then; false: with the model's own map. */
    readonly isAgainstVersion: boolean
    /** About how many groups would tell a gain of this size from chance; null where that is not what is missing. */
    readonly needed: number | null
  } | null
  /** The same for new photos of groups that were learned from, which decides nothing; null where there were none, or none were asked. */
  readonly known: JudgedFigures | null
  readonly before: BothDirections
  readonly after: BothDirections
  /** Of the mean of both directions' MRR. */
  readonly mrrGain: Difference
  /** How much of the new map is blended in, 0…1; 1 is all of it. */
  readonly share: number
  /** R@10 on the general probe set that ships with the encoder, before and after; null where the pack has none. */
  readonly general: { readonly before: number; readonly after: number } | null
}

/** A question of the user's own library whose best answers differ between two versions. */
export interface ChangedQuery {
  readonly text: string
  /** The photo that belongs to the question. */
  readonly photoId: number
  /** Its rank before and after, from 1. */
  readonly rankBefore: number
  readonly rankAfter: number
  /** The first photos, best first. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export interface RunStatus {
  readonly jobId: string
  readonly seed: number
  readonly points: readonly RunPoint[]
  /** What came of it; null while it runs, and when it was cancelled. */
  readonly versionId: number | null
}

export interface ProjectorStatus {
  /** null for the model pack's own map, which is always there. */
  readonly versionId: number | null
  /** `waiting`: being projected, and active as soon as it is complete. `rejected`: the gate said no. */
  readonly state: 'candidate' | 'waiting' | 'active' | 'retired' | 'rejected'
  readonly createdMs: number | null
  /** sha256 over the weights; null where the towers share a space and nothing was learned. */
  readonly projectorId: string | null
  readonly seed: number | null
  /** sha256 over the pairs that it was trained on. */
  readonly pairHash: string | null
  readonly pairs: number | null
  readonly device: Device | null
  readonly seconds: number | null
  readonly verdict: Verdict | null
  readonly changes: readonly ChangedQuery[]
  readonly points: readonly RunPoint[]
}
