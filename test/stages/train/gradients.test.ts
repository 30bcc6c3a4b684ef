import type { Tensor } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import type { Tensorflow } from '../../../src/main/engine/stages/train/executors/tensorflow-backend.ts'
import { evaluated, type Constants } from '../../../src/main/engine/stages/train/executors/tensorflow-graph.ts'
import {
  add,
  constant,
  div,
  equal,
  erf,
  exp,
  expand,
  gather,
  ids,
  log,
  matMul,
  max,
  mul,
  nameOf,
  parameter,
  positive,
  relu,
  reshape,
  reverse,
  scatterAdd,
  sqrt,
  stopGradient,
  sub,
  sum,
  transpose,
  type Expr,
  type Shape
} from '../../../src/main/engine/stages/train/expression.ts'
import { gradients } from '../../../src/main/engine/stages/train/gradients.ts'
import { unitRows } from '../../../src/main/engine/stages/train/losses.ts'
import { gelu } from '../../../src/main/engine/stages/train/nets.ts'
import { tensorflowOnWasm } from '../../tools/tensorflow-on-wasm.ts'
import { distanceToCorner, finiteDifferences, naive } from './naive.ts'
import { normals, randomGraph, weighed, type Drawn } from './random-graphs.ts'

let tf: Tensorflow
beforeAll(async () => {
  ;({ tf } = await tensorflowOnWasm())
})

/** What TensorFlow.js finds by itself; zeros where it finds no way from the loss. */
function autodiff({ loss, parameters, given }: Drawn): number[][] {
  return tf.tidy(() => {
    const constants: Constants = new Map()
    const tensors = new Map<string, Tensor>()
    const fed = [...parameters, ids('positions', given.positions?.length ?? 0)]
    for (const expr of fed) {
      const values = given[nameOf(expr)]
      if (values !== undefined) tensors.set(nameOf(expr), tf.tensor(values, [...expr.shape]))
    }
    const wanted = parameters.map(one => tensors.get(nameOf(one))!)
    const { grads } = tf
      .engine()
      .gradients(() => evaluated(tf, [loss], tensors, constants).get(loss)!, wanted, undefined, true)
    const found = (grads as (Tensor | undefined)[]).map((grad, i) => [...(grad ?? tf.zerosLike(wanted[i]!)).dataSync()])
    for (const tensor of constants.values()) tensor.dispose()
    return found
  })
}

/** Each number within `share` of the largest, or of 1. */
function expectClose(found: readonly number[], right: readonly number[], share: number): void {
  expect(found).toHaveLength(right.length)
  const within = share * Math.max(1, ...right.map(Math.abs))
  found.forEach((value, i) =>
    expect(Math.abs(value - right[i]!), `${value} for ${right[i]!}`).toBeLessThanOrEqual(within)
  )
}

/** Far from a corner our gradient, in float64, is that of finite differences; float32 is good for about 6 digits of a sum of a few. */
function expectRight(drawn: Drawn, options = { differences: true }): void {
  const { loss, parameters, given } = drawn
  fc.pre(distanceToCorner(loss, given) > 1e-3)
  const ours = gradients(loss, parameters).map(grad => naive(grad, given))
  const theirs = autodiff(drawn)
  parameters.forEach((one, i) => {
    expectClose(theirs[i]!, ours[i]!, 2e-5)
    if (options.differences) expectClose(ours[i]!, finiteDifferences(loss, nameOf(one), given), 1e-6)
  })
}

interface Rule {
  readonly operands: readonly (readonly number[])[]
  readonly apply: (operands: readonly Expr[]) => Expr
  /** Moves the drawn normals to where the operation is defined. */
  readonly values?: (x: number) => number
}

function drawn({ operands, apply, values = x => x }: Rule, seed: number): Drawn {
  const random = seededRandom(seed)
  const parameters = operands.map((shape, i) => parameter(`x${i}`, shape))
  const given: Record<string, Float32Array | Int32Array> = Object.fromEntries(
    parameters.map(one => [nameOf(one), normals(random, one.shape).map(values)])
  )
  given.positions = Int32Array.from({ length: 5 }, () => random.below(3))
  return { loss: weighed(apply(parameters), random), parameters, given }
}

const size = fc.integer({ min: 1, max: 4 })
const anyShape = fc.array(size, { maxLength: 3 })
/** Two that fit each other: any axis of either may be 1, and the outer ones may be missing. */
const fittingShapes = fc
  .tuple(
    fc.array(fc.tuple(size, fc.constantFrom('both', 'first', 'second')), { maxLength: 3 }),
    fc.nat(3),
    fc.boolean()
  )
  .map(([axes, missing, isFirstShorter]): [Shape, Shape] => {
    const a = axes.map(([n, who]) => (who === 'second' ? 1 : n))
    const b = axes.map(([n, who]) => (who === 'first' ? 1 : n))
    return isFirstShorter ? [a.slice(missing), b] : [a, b.slice(missing)]
  })

const awayFromZero = (x: number): number => x + Math.sign(x) * 0.3
const aboveZero = (x: number): number => Math.abs(x) + 0.3

/** Runs for each rule: enough for each axis and each way to broadcast, in a tenth of a second. */
const runs = { numRuns: 25 }

describe('each rule gives what TensorFlow.js and finite differences give', () => {
  test.each([
    ['add', add, undefined],
    ['sub', sub, undefined],
    ['mul', mul, undefined],
    ['div', div, awayFromZero]
  ] as const)('%s, whatever is broadcast', (_, op, values) => {
    fc.assert(
      fc.property(fittingShapes, fc.integer(), (operands, seed) => {
        const apply = ([a, b]: readonly Expr[]): Expr => op(a!, b!)
        expectRight(drawn({ operands, apply, ...(values === undefined ? {} : { values }) }, seed))
      }),
      runs
    )
  })

  test.each([
    ['exp', exp, undefined],
    ['log', log, aboveZero],
    ['sqrt', sqrt, aboveZero],
    ['erf', erf, undefined],
    ['relu', relu, undefined]
  ] as const)('%s', (_, op, values) => {
    fc.assert(
      fc.property(anyShape, fc.integer(), (shape, seed) => {
        const apply = ([x]: readonly Expr[]): Expr => op(x!)
        expectRight(drawn({ operands: [shape], apply, ...(values === undefined ? {} : { values }) }, seed))
      }),
      runs
    )
  })

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true]
  ])('matMul, first turned %s, second turned %s', (a, b) => {
    fc.assert(
      fc.property(size, size, size, fc.integer(), (n, inner, m, seed) => {
        const operands = [a ? [inner, n] : [n, inner], b ? [m, inner] : [inner, m]]
        expectRight(drawn({ operands, apply: ([x, y]) => matMul(x!, y!, { a, b }) }, seed))
      }),
      runs
    )
  })

  test.each([
    ['sum', sum],
    ['max', max]
  ] as const)('%s over each axis', (_, op) => {
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 3 }), fc.nat(), fc.integer(), (shape, axis, seed) => {
        expectRight(drawn({ operands: [shape], apply: ([x]) => op(x!, axis % shape.length) }, seed))
      }),
      runs
    )
  })

  test('sum over everything', () => {
    fc.assert(
      fc.property(anyShape, fc.integer(), (shape, seed) => {
        expectRight(drawn({ operands: [shape], apply: ([x]) => mul(sum(x!), sum(x!)) }, seed))
      }),
      runs
    )
  })

  test('transpose, reshape and expand', () => {
    fc.assert(
      fc.property(size, size, fc.integer(), (n, m, seed) => {
        expectRight(drawn({ operands: [[n, m]], apply: ([x]) => transpose(x!) }, seed))
        expectRight(drawn({ operands: [[n, m]], apply: ([x]) => reshape(x!, [m, 1, n]) }, seed))
        expectRight(drawn({ operands: [[n, 1]], apply: ([x]) => expand(x!, [2, n, m]) }, seed))
      }),
      runs
    )
  })

  test('gather, where rows are asked for several times or never, and scatterAdd', () => {
    const positions = ids('positions', 5)
    fc.assert(
      fc.property(size, fc.integer(), (m, seed) => {
        expectRight(drawn({ operands: [[3, m]], apply: ([table]) => gather(table!, positions) }, seed))
        expectRight(drawn({ operands: [[5, m]], apply: ([rows]) => scatterAdd(rows!, positions, 4) }, seed))
      }),
      runs
    )
  })

  test('what has its gradient in closed form: unit rows and GELU', () => {
    fc.assert(
      fc.property(size, size, fc.integer(), (n, m, seed) => {
        expectRight(drawn({ operands: [[n, m]], values: awayFromZero, apply: ([x]) => unitRows(x!) }, seed))
        expectRight(drawn({ operands: [[n, m]], values: x => 2 * x, apply: ([x]) => gelu(x!) }, seed))
      }),
      runs
    )
  })

  test('equal and positive pass nothing back', () => {
    fc.assert(
      fc.property(fittingShapes, fc.integer(), (operands, seed) => {
        const values = (x: number): number => Math.round(x) + 0.25
        expectRight(drawn({ operands, values, apply: ([a, b]) => add(equal(a!, b!), positive(b!)) }, seed))
      }),
      runs
    )
  })
})

describe('whole graphs of these operations', () => {
  test('have the gradients of TensorFlow.js and of finite differences', () => {
    fc.assert(
      fc.property(randomGraph({ hasDetours: false }), graph => expectRight(graph)),
      { numRuns: 80 }
    )
  })

  test('have those of TensorFlow.js too where gradients are stopped and turned round', () => {
    fc.assert(
      fc.property(randomGraph({ hasDetours: true }), graph => expectRight(graph, { differences: false })),
      { numRuns: 50 }
    )
  })
})

describe('by hand', () => {
  const x = parameter('x', [2, 3])
  const gradientOf = (loss: Expr, values: readonly number[]): number[] => naive(gradients(loss, [x])[0]!, { x: values })

  test('equal largest values share the gradient, for both executors’ sake', () => {
    const loss = sum(mul(max(x, 1), constant(Float32Array.of(1, 6), [2])))
    const values = Float32Array.of(0, 5, 5, 2, 2, 2)
    expect(gradientOf(loss, [...values])).toEqual([0, 0.5, 0.5, 2, 2, 2])
    expect(autodiff({ loss, parameters: [x], given: { x: values } })).toEqual([[0, 0.5, 0.5, 2, 2, 2]])
  })

  test('reverse gives the values as they are, and gradients back times −λ', () => {
    const loss = sum(mul(reverse(x, constant(0.5)), constant(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3])))
    const ones = [1, 1, 1, 1, 1, 1]
    expect(naive(loss, { x: ones })).toEqual([21])
    expect(gradientOf(loss, ones)).toEqual([-0.5, -1, -1.5, -2, -2.5, -3])
  })

  test('stopGradient gives values and lets nothing back, while the other way stays open', () => {
    // d/dx of x·stop(x) is stop(x) = x, not 2x.
    const values = [1, 2, 3, 4, 5, 6]
    expect(gradientOf(sum(mul(x, stopGradient(x))), values)).toEqual(values)
    expect(gradientOf(sum(stopGradient(x)), values)).toEqual([0, 0, 0, 0, 0, 0])
  })

  test('what is used twice gets both parts', () => {
    // d/dx of Σ x² + 3x
    expect(gradientOf(sum(add(mul(x, x), mul(x, 3))), [0, 1, 2, 3, 4, 5])).toEqual([3, 5, 7, 9, 11, 13])
  })

  test('only a single number has gradients', () => {
    expect(() => gradients(x, [x])).toThrow('Only a single number has gradients.')
  })
})
