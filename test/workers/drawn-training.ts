import type { BothDirections, RunPoint, Verdict } from '../../src/shared/learning.ts'
import type { BeginInput } from '../../src/main/engine/stages/train/training-data.ts'

const figures = { r1: 0.5, r5: 0.7, r10: 0.8, mrr: 0.6 }
const both: BothDirections = { textToImage: figures, imageToText: figures }

export const drawnVerdict: Verdict = {
  isAccepted: true,
  reason: 'It finds more of the photos that it never saw.',
  heldOutPhotos: 20,
  judged: { captions: 24, groups: 18, gallery: 200, turns: 5, isAgainstVersion: false, needed: null },
  known: null,
  before: both,
  after: both,
  mrrGain: { mean: 0.05, low: 0.01, high: 0.09 },
  share: 1,
  general: null
}

export function drawnPoint(step: number, steps: number): RunPoint {
  return {
    step,
    steps,
    losses: { pair: 1 / step, modality: 0.7 },
    validationMrr: 0.5 + step / 100,
    modalityProbe: 0.6,
    rotationProbe: null,
    device: 'cpu',
    stepsPerSecond: 50,
    secondsLeft: (steps - step) / 50
  }
}

/** Data of the right shapes: photo i and text i are pair i, all photos ones. */
export function drawnInput(seed: number, photos = 4, dimension = 3): BeginInput & { threads: number } {
  const numbers = Int32Array.from({ length: photos }, (_, i) => i)
  return {
    data: {
      images: new Float32Array(photos * dimension).fill(1),
      rotations: 1,
      imageDimension: dimension,
      texts: new Float32Array(photos * dimension).fill(1),
      textDimension: dimension,
      tokens: new Int32Array(0),
      tokenStarts: new Int32Array(photos + 1),
      pairPhotos: numbers,
      pairTexts: numbers,
      pairWeights: new Float32Array(photos).fill(1),
      pairDescribes: new Uint8Array(photos).fill(1),
      gallery: new Int16Array(0),
      alike: numbers,
      groups: numbers,
      labels: new Int32Array(photos).fill(-1)
    },
    base: null,
    incumbent: null,
    general: null,
    rehearsal: null,
    seed,
    device: 'cpu',
    checkpoint: null,
    threads: 1
  }
}
