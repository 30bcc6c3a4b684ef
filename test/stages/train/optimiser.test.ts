import { expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { input, mul, parameter, sum, type Expr } from '../../../src/main/engine/stages/train/expression.ts'
import { adamW, clockAt, movedAverage } from '../../../src/main/engine/stages/train/optimiser.ts'
import { naive } from './naive.ts'
import { normals } from './random-graphs.ts'

const size = 6
const steps = 50
const learningRate = 0.01
const settings = { learningRateScale: 0.5, weightDecay: 0.02 }

/** The textbook's: moments as they are, each corrected for its start; the average of the weights. @see Loshchilov & Hutter, algorithm 2 */
function textbook(initial: readonly number[], gradientsOf: (step: number) => readonly number[]) {
  const [beta1, beta2, epsilon] = [0.5, 0.999, 1e-8]
  const eta = learningRate * settings.learningRateScale
  const weights = [...initial]
  const average = [...initial]
  const first = initial.map(() => 0)
  const second = initial.map(() => 0)
  for (let t = 1; t <= steps; t++)
    gradientsOf(t).forEach((g, i) => {
      first[i] = beta1 * first[i]! + (1 - beta1) * g
      second[i] = beta2 * second[i]! + (1 - beta2) * g * g
      const m = first[i] / (1 - beta1 ** t)
      const v = second[i] / (1 - beta2 ** t)
      weights[i] = weights[i]! - eta * settings.weightDecay * weights[i]! - (eta * m) / (Math.sqrt(v) + epsilon)
      average[i] = 0.99 * average[i]! + 0.01 * weights[i]
    })
  return { weights, average }
}

const initial = normals(seededRandom(1), [size])
/** The last weight's gradient is tiny: there ε counts. */
const gradientsOf = (step: number): Float32Array =>
  normals(seededRandom(100 + step), [size]).map((g, i) => (i === size - 1 ? g * 1e-8 : g))
const right = textbook([...initial], step => [...gradientsOf(step)])

test('scaled moments move weights as the textbook’s AdamW does', () => {
  const [weight, first, second, gradient] = ['w', 'm', 'v', 'g'].map(name => input(name, [size])) as [
    Expr,
    Expr,
    Expr,
    Expr
  ]
  const next = adamW({ weight, first, second }, gradient, settings)
  const average = movedAverage(input('a', [size]), input('w', [size]), 0.99)
  let state = {
    w: [...initial],
    m: new Array<number>(size).fill(0),
    v: new Array<number>(size).fill(0),
    a: [...initial]
  }
  for (let t = 1; t <= steps; t++) {
    const { learningRate: r, pace, floor } = clockAt(t, learningRate)
    const given = { ...state, g: gradientsOf(t), learningRate: [r], pace: [pace], floor: [floor] }
    const w = naive(next.weight, given)
    const a = naive(average, { ...given, w })
    state = { w, m: naive(next.first, given), v: naive(next.second, given), a }
  }
  state.w.forEach((value, i) => expect(value).toBeCloseTo(right.weights[i]!, 6))
  state.a.forEach((value, i) => expect(value).toBeCloseTo(right.average[i]!, 6))
})

test('in float32, on ONNX Runtime, too', async () => {
  const w = parameter('w', [size])
  const program = {
    averageDecay: 0.99,
    parameters: [{ parameter: w, initial, ...settings, isAveraged: true }],
    // The gradient of Σ g·w is g.
    steps: { move: { loss: sum(mul(w, input('g', [size]))), moves: ['w'], reports: {} } }
  }
  const session = await openOnnxSession(program, { device: 'cpu', threads: 1 })
  for (let t = 1; t <= steps; t++) await session.run('move', { g: gradientsOf(t) }, learningRate)
  const { weights, averages } = await session.read()
  await session.close()
  weights.w!.forEach((value, i) => expect(value).toBeCloseTo(right.weights[i]!, 5))
  averages.w!.forEach((value, i) => expect(value).toBeCloseTo(right.average[i]!, 5))
})
