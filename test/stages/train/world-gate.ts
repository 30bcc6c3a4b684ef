import type { BeginInput, TrainingData, TrainStep } from '../../../src/main/engine/stages/train/training-data.ts'
import { runTraining } from '../../../src/main/engine/stages/train/training.ts'
import { passedOn } from '../../tools/passed-on.ts'

export type Trained = Extract<TrainStep, { kind: 'trained' }>

export function trainingInput(data: TrainingData, seed: number, checkpoint: Uint8Array | null = null): BeginInput {
  return { data, base: null, incumbent: null, general: null, rehearsal: null, seed, device: 'cpu', checkpoint }
}

/** All of a training, as the trainer's process runs it, the gate included. */
export async function trainedOn(input: BeginInput, threads = 1): Promise<Trained> {
  for await (const step of runTraining(input, input.device, threads)) if (step.kind === 'trained') return step
  throw new Error('The training ended without a candidate.')
}

/** This share of the photos, in all folds, with the text of another of them. */
export function shuffled(data: TrainingData, share: number, seed: number): TrainingData {
  return { ...data, pairTexts: Int32Array.from(passedOn([...data.pairTexts], share, seed)) }
}
