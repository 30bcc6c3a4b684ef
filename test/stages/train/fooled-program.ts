import { seededRandom } from '../../../src/main/engine/math/random.ts'
import {
  add,
  constant,
  input,
  matMul,
  mul,
  parameter,
  relu,
  reverse,
  type Expr
} from '../../../src/main/engine/stages/train/expression.ts'
import { contrastiveLoss, crossEntropy, knownPairs } from '../../../src/main/engine/stages/train/losses.ts'
import { towerNet } from '../../../src/main/engine/stages/train/nets.ts'
import type { SsalConfig } from '../../../src/main/engine/stages/train/ssal.ts'
import type { Parameter, Program } from '../../../src/main/engine/stages/train/step.ts'
import { largest, layer, worldStart, type ClassOf } from './world-training.ts'

const width = 64

/**
 * With it, one small step for each of the projectors': it is fooled, below chance on what it was trained for, while a fresh probe still reads
 * five in six. With five steps at this training's own learningRate even a deep one keeps up, and is starved as the linear one is.
 */
export const laggingAdversary = {
  modalityReversal: 0.3,
  rotationReversal: 0,
  discriminatorSteps: 1,
  discriminatorLearningRate: 1e-3
} as const

/** The modality adversary as it should not be built: a network with a hidden layer, which can be fooled while all is still there. */
export function fooledProgram(
  k: number,
  { batch: b, seed, temperature, weightDecay, averageDecay }: SsalConfig
): Program {
  const random = seededRandom(seed)
  const normal = (size: number, deviation: number): Float32Array =>
    Float32Array.from({ length: size }, () => deviation * random.normal())
  const start = worldStart(k)
  const image = towerNet(start.image, random)
  const text = towerNet(start.text, random)
  const adversary = [
    { parameter: parameter('hidden.weight', [k, width]), initial: normal(k * width, Math.sqrt(2 / k)) },
    { parameter: parameter('hidden.bias', [1, width]), initial: new Float32Array(width) },
    { parameter: parameter('modality.weight', [width, 2]), initial: normal(width * 2, 1 / Math.sqrt(width)) },
    { parameter: parameter('modality.bias', [1, 2]), initial: new Float32Array(2) }
  ] as const
  const [inner, innerBias, outer, outerBias] = adversary.map(one => one.parameter) as [Expr, Expr, Expr, Expr]
  const logits = (rows: Expr): Expr =>
    add(matMul(relu(add(matMul(mul(rows, Math.sqrt(k)), inner), innerBias)), outer), outerBias)
  const are = (column: 0 | 1): Expr =>
    constant(
      Float32Array.from({ length: 2 * b }, (_, i) => (i % 2 === column ? 1 : 0)),
      [b, 2]
    )
  const read = (images: Expr, texts: Expr): Expr =>
    mul(add(crossEntropy(logits(images), are(0)), crossEntropy(logits(texts), are(1))), 0.5)

  const z = image.apply(input('images', [b, k]), null)
  const u = text.apply(input('texts', [b, k]), null)
  const pair = contrastiveLoss(z, u, temperature, knownPairs(input('photoGroups', [b]), input('textGroups', [b])))
  const strength = input('modalityReversal', [])
  const modality = read(reverse(z, strength), reverse(u, strength))
  const discriminator = read(input('imageRows', [b, k]), input('textRows', [b, k]))
  const nets = [...image.parameters, ...text.parameters]
  const namesOf = (of: readonly { readonly parameter: Expr }[]): string[] =>
    of.map(one => ('name' in one.parameter ? one.parameter.name : ''))
  return {
    averageDecay,
    parameters: [
      ...nets.map(({ parameter: p, initial }): Parameter => ({
        parameter: p,
        initial,
        learningRateScale: 1,
        weightDecay,
        isAveraged: true
      })),
      ...adversary.map((one): Parameter => ({ ...one, learningRateScale: 1, weightDecay: 0, isAveraged: false }))
    ],
    steps: {
      project: { loss: add(pair, modality), moves: namesOf(nets), reports: { pair, modality } },
      represent: { loss: constant(0), moves: [], reports: { imageRows: z, textRows: u } },
      discriminate: { loss: discriminator, moves: namesOf(adversary), reports: { discriminator } }
    }
  }
}

export const fooledClassOf: ClassOf = (weights, row) => {
  const hidden = layer(weights, 'hidden', row.map(value => value * Math.sqrt(row.length)), width) // prettier-ignore
  return largest(layer(weights, 'modality', hidden.map(value => Math.max(0, value)), 2)) // prettier-ignore
}
