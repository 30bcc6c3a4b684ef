import type { BothDirections, Device, DeviceStatus, RunPoint, Verdict } from '../contract.ts'
import type { Tower } from '../domain.ts'
import type { Api } from './port.ts'

/** Photos, texts and who belongs to whom, as plain arrays. Embeddings are those of the frozen encoders, unit rows. */
export interface TrainingData {
  /** [n, turns, d]: each photo upright, or at 0°, 90°, 180° and 270°. */
  readonly images: Float32Array
  readonly turns: 1 | 4
  readonly imageDimension: number
  /** [m, e] */
  readonly texts: Float32Array
  readonly textDimension: number
  /** Token ids of text i: `tokens[tokenStarts[i]]` up to `tokens[tokenStarts[i + 1]]`. */
  readonly tokens: Int32Array
  /** [m + 1] */
  readonly tokenStarts: Int32Array
  /** [p]: pair i joins photo `pairPhotos[i]` and text `pairTexts[i]`, and is drawn in proportion to its weight. */
  readonly pairPhotos: Int32Array
  readonly pairTexts: Int32Array
  readonly pairWeights: Float32Array
  /** [n]: near-duplicates and bursts share a group, and a group is in one fold. */
  readonly groups: Int32Array
  /** [n]: label of the photo (a tag or folder with at least 5 photos), −1 for none. */
  readonly labels: Int32Array
}

/** Held-out pairs that say whether a map still does what the encoder does for everybody. */
export interface GeneralProbe {
  /** [n, d] */
  readonly images: Float32Array
  /** [m, e] */
  readonly texts: Float32Array
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
  /** [m] */
  readonly imageOfText: Int32Array
}

export interface BeginInput {
  readonly data: TrainingData
  /** The map that the training starts from: the pack's own, as a projector file; null where the towers share a space. */
  readonly base: Uint8Array | null
  /** The version that answers now, as a projector file: what the candidate has to beat. null: the base. */
  readonly incumbent: Uint8Array | null
  readonly general: GeneralProbe | null
  readonly seed: number
  readonly device: Device
  /** What `next` gave for the last point of a training of the same input that was interrupted. */
  readonly checkpoint: Uint8Array | null
}

/** What changed for one text of the test fold. All positions are those of `TrainingData`. */
export interface RankChange {
  readonly text: number
  readonly photo: number
  readonly rankBefore: number
  readonly rankAfter: number
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export type TrainStep =
  | { readonly kind: 'point'; readonly point: RunPoint; readonly checkpoint: Uint8Array }
  | {
      readonly kind: 'trained'
      /** The candidate as a projector file, base included. */
      readonly projector: Uint8Array
      readonly verdict: Verdict
      readonly changes: readonly RankChange[]
      readonly validation: BothDirections
    }

/** What the trainer process does for the engine. Stopping a training is not asking for more, or ending the process. */
export interface TrainerApi extends Api {
  /** Takes the data and builds the step on the device. @throws EngineError bad-input when there are too few pairs */
  begin(input: BeginInput): Promise<{ readonly steps: number; readonly device: Device }>
  /** Works up to the next evaluation, or to the end. */
  next(input: Readonly<Record<string, never>>): Promise<TrainStep>
  /** Takes a projector file to project with. */
  useProjector(input: { readonly projector: Uint8Array }): Promise<null>
  /**
   * Many rows at once, faster than one by one.
   * @param vectors [n, d]
   * @param from  how many residuals are already applied to `vectors`: −1 for raw embeddings, 0 for rows of the base map
   * @returns [n, k] unit rows
   */
  projectRows(input: {
    readonly tower: Tower
    readonly vectors: Float32Array
    readonly from: number
    readonly tokens: Int32Array
    readonly tokenStarts: Int32Array
  }): Promise<Float32Array>
  /** Runs the same steps here and on the CPU and compares. Run it in a process of its own: a bad driver takes it down. */
  testDevice(input: { readonly device: Device }): Promise<DeviceStatus>
}

export const trainerMethods = [
  'begin',
  'next',
  'useProjector',
  'projectRows',
  'testDevice'
] as const satisfies readonly (keyof TrainerApi)[]
