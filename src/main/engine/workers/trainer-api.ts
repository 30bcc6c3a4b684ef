import type { Device, DeviceStatus } from '../../../shared/learning.ts'
import type { Tower } from '../base/domain.ts'
import type { FitInput, FitStep } from '../stages/train/base-fit.ts'
import type { PaperInput, PaperStep } from '../stages/train/paper.ts'
import type { BeginInput, TrainStep } from '../stages/train/training-data.ts'
import type { Api } from './port.ts'

/**
 * What the trainer process does for the engine. Stopping a training is not asking for more, or ending the process.
 *
 * [Note: rows are sent in parts] A message is copied whole in the engine's own process, where a search may wait: the
 * large arrays of a training are announced by `expect` and follow in parts by `fill`.
 */
export interface TrainerApi extends Api {
  /** How many values the photos, the texts and the gallery of the next training have. */
  expect(input: { readonly images: number; readonly texts: number; readonly gallery: number }): null
  fill(input: {
    readonly into: 'images' | 'texts' | 'gallery'
    readonly at: number
    readonly values: Float32Array | Int16Array
  }): null
  /** Takes the rest; these three are empty here, and taken from what was filled. */
  begin(input: BeginInput & { readonly threads: number }): null
  /** The same for a pack's base projector. */
  beginFit(input: FitInput & { readonly threads: number }): null
  /** The classic benchmark, which is small and comes whole. */
  beginPaper(input: PaperInput & { readonly threads: number }): null
  /** Works up to the next evaluation, or to the end. @throws EngineError bad-input when there are too few pairs */
  next(input: Readonly<Record<string, never>>): Promise<TrainStep | FitStep | PaperStep>
  /** Takes a projector file to project with. */
  useProjector(input: { readonly projector: Uint8Array; readonly threads: number }): Promise<null>
  /**
   * Many rows at once, faster than one by one.
   * @param vectors [n, d], of int16 as they are stored when they are projections: see [Note: int16 on disk]
   * @param from  how many residuals are already applied to `vectors`: −1 for raw embeddings, 0 for rows of the base map
   * @returns [n, k] unit rows, as they are stored
   */
  projectRows(input: ProjectRowsInput): Promise<Int16Array>
  /** What this platform's ONNX Runtime may be able to train on; whether it does is for `testDevice` to say. */
  devices(input: Readonly<Record<string, never>>): readonly Device[]
  /** Runs the same steps here and on the CPU and compares. Run it in a process of its own: a bad driver takes it down. */
  testDevice(input: { readonly device: Device }): Promise<DeviceStatus>
}

export interface ProjectRowsInput {
  readonly tower: Tower
  readonly vectors: Float32Array | Int16Array
  readonly from: number
  readonly tokens: Int32Array
  readonly tokenStarts: Int32Array
}

export const trainerMethods = [
  'expect',
  'fill',
  'begin',
  'beginFit',
  'beginPaper',
  'next',
  'useProjector',
  'projectRows',
  'devices',
  'testDevice'
] as const satisfies readonly (keyof TrainerApi)[]
