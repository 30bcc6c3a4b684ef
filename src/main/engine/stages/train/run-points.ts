import type { Device, RunPoint } from '../../../../shared/learning.ts'
import type { Scores } from './held-out.ts'
import type { Report } from './ssal.ts'

/** Makes the points of a run's curves out of its reports, and keeps the time between them. */
export class RunPoints {
  readonly #device: Device
  readonly #steps: number
  #atStep: number
  #atMs = performance.now()

  /** @param from  the step that the training goes on from */
  constructor(device: Device, steps: number, from: number) {
    this.#device = device
    this.#steps = steps
    this.#atStep = from
  }

  point({ step, losses, scores }: Report<Scores>): RunPoint {
    const nowMs = performance.now()
    const stepsPerSecond = (1000 * (step - this.#atStep)) / (nowMs - this.#atMs)
    this.#atMs = nowMs
    this.#atStep = step
    return {
      step,
      steps: this.#steps,
      losses,
      validationMrr: scores.mrr,
      modalityProbe: known(scores.modality),
      rotationProbe: known(scores.rotation),
      device: this.#device,
      stepsPerSecond,
      secondsLeft: (this.#steps - step) / stepsPerSecond
    }
  }
}

/** A probe of too few photos says nothing. */
function known(accuracy: number | null): number | null {
  return accuracy === null || Number.isNaN(accuracy) ? null : accuracy
}
