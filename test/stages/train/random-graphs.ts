/** Random expressions, for properties that hold for all of them. */
import fc from 'fast-check'
import { seededRandom, type Random } from '../../../src/main/engine/math/random.ts'
import {
  add,
  constant,
  div,
  erf,
  exp,
  expand,
  gather,
  ids,
  log,
  matMul,
  max,
  mul,
  parameter,
  relu,
  reshape,
  reverse,
  scatterAdd,
  sizeOf,
  sqrt,
  stopGradient,
  sub,
  sum,
  transpose,
  type Expr,
  type Shape
} from '../../../src/main/engine/stages/train/expression.ts'

/** A single number made of parameters, with values for everything that has a name. */
export interface Drawn {
  readonly loss: Expr
  readonly parameters: readonly Expr[]
  readonly given: Readonly<Record<string, Float32Array | Int32Array>>
}

/** One normal number for each place of a shape. */
export function normals(random: Random, shape: Shape): Float32Array {
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal())
}

/** Σ weights · x with random weights, so that every place of x counts differently. */
export function weighed(x: Expr, random: Random): Expr {
  return sum(mul(x, constant(normals(random, x.shape), x.shape)))
}

/** Up to ten operations, each on what was made before. Nothing grows without bound, so that float32 stays exact to some digits. */
export const randomGraph = (options: { readonly hasDetours: boolean }): fc.Arbitrary<Drawn> =>
  fc
    .record({
      seed: fc.integer(),
      rows: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 4 }),
      choices: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 10 })
    })
    .map(({ seed, rows, columns, choices }) => {
      const random = seededRandom(seed)
      const parameters = [
        parameter('matrix', [rows, columns]),
        parameter('other', [rows, columns]),
        parameter('row', [1, columns]),
        parameter('column', [rows, 1]),
        parameter('number', [])
      ]
      const positions = ids('positions', rows + 2)
      const steps = [...shared(positions), ...(options.hasDetours ? detours : [])]
      const made = [...parameters]
      for (const [step, first, second] of choices) {
        const a = made[first % made.length]!
        const b = made[second % made.length]!
        const next = steps[step % steps.length]!(a, b)
        if (next !== null) made.push(next)
      }
      const given: Record<string, Float32Array | Int32Array> = Object.fromEntries(
        parameters.map(one => ['name' in one ? one.name : '', normals(random, one.shape)])
      )
      given.positions = Int32Array.from({ length: rows + 2 }, () => random.below(rows))
      // What was made last is made of most.
      const loss = made.slice(-3).reduce<Expr>((total, one) => add(total, weighed(one, random)), constant(0))
      return { loss, parameters, given }
    })

/** null where it cannot be applied to these two. */
type Make = (a: Expr, b: Expr) => Expr | null

const shared = (positions: Expr): Make[] => [
  fitting(add),
  fitting(sub),
  fitting((a, b) => tamed(mul(a, b))),
  fitting((a, b) => div(a, add(mul(b, b), 1))),
  a => exp(mul(tamed(a), 0.5)),
  a => log(add(mul(a, a), 1)),
  a => sqrt(add(mul(a, a), 0.5)),
  erf,
  relu,
  a => (isMatrix(a) ? transpose(a) : null),
  a => (a.shape.length > 0 ? sum(a, a.shape.length - 1) : null),
  a => (a.shape.length > 1 ? sum(a, 0) : null),
  a => (a.shape.length > 0 ? max(a, 0) : null),
  a => (a.shape.length > 1 ? max(a, 1) : null),
  a => reshape(a, [sizeOf(a.shape), 1]),
  a => (a.shape.length < 2 ? expand(a, [2, ...a.shape]) : null),
  a => (isMatrix(a) && a.shape[0] === 1 ? expand(a, [3, a.shape[1]!]) : null),
  (a, b) => multiplied(a, b, {}),
  (a, b) => multiplied(a, b, { a: true }),
  (a, b) => multiplied(a, b, { b: true }),
  (a, b) => multiplied(a, b, { a: true, b: true }),
  // Positions are those of as many rows as `matrix` has, which is two fewer.
  a => (isMatrix(a) && a.shape[0] === sizeOf(positions.shape) - 2 ? gather(a, positions) : null),
  a => (isMatrix(a) && a.shape[0] === sizeOf(positions.shape) ? scatterAdd(a, positions, a.shape[0]) : null)
]

/** Where the gradient is not that of the values. */
const detours: readonly Make[] = [a => reverse(a, constant(0.3)), stopGradient]

function isMatrix(a: Expr): boolean {
  return a.shape.length === 2
}

/** Between −1 and 1. */
function tamed(a: Expr): Expr {
  return div(a, sqrt(add(mul(a, a), 1)))
}

function fitting(make: (a: Expr, b: Expr) => Expr): Make {
  return (a, b) => {
    const shorter = Math.min(a.shape.length, b.shape.length)
    const fits = Array.from({ length: shorter }, (_, i) => [a.shape.at(-1 - i)!, b.shape.at(-1 - i)!] as const).every(
      ([one, other]) => one === other || one === 1 || other === 1
    )
    return fits ? make(a, b) : null
  }
}

function multiplied(a: Expr, b: Expr, turns: { a?: boolean; b?: boolean }): Expr | null {
  if (!isMatrix(a) || !isMatrix(b)) return null
  return a.shape[turns.a === true ? 0 : 1] === b.shape[turns.b === true ? 1 : 0] ? matMul(a, b, turns) : null
}
