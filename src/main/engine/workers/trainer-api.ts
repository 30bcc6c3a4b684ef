import type { Device, DeviceStatus } from '../contract.ts'
import type { Tower } from '../domain.ts'
import type { BeginInput, TrainStep } from '../train/training-data.ts'
import type { Api } from './port.ts'

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
