/** Expressions the slow and obvious way, in float64: what the executors and the rules of gradients are held against. */
import { inOrder, sizeOf, type Expr, type Shape } from '../../../src/main/engine/stages/train/expression.ts'

/** Values by the names of inputs and parameters, each laid out row by row. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>

export function naive(expr: Expr, given: Numbers = {}): number[] {
  return naiveAll([expr], given).get(expr)!
}

/** Of every expression that the roots are made of. */
export function naiveAll(roots: readonly Expr[], given: Numbers): ReadonlyMap<Expr, number[]> {
  const values = new Map<Expr, number[]>()
  for (const expr of inOrder(roots)) {
    const at = positionsOf(expr.shape)
    const from = expr.from.map(one => reader(one, values.get(one)!))
    values.set(expr, valuesOf(expr, at, from, given))
  }
  return values
}

/** ∂loss/∂x by moving one number at a time both ways. In float64, h = 1e−5 is wrong by about h² = 1e−10. */
export function finiteDifferences(loss: Expr, name: string, given: Numbers, h = 1e-5): number[] {
  const values = [...Array.from(given[name]!)]
  const lossAt = (i: number, change: number): number =>
    naive(loss, { ...given, [name]: values.map((value, j) => (i === j ? value + change : value)) })[0]!
  return values.map((_, i) => (lossAt(i, h) - lossAt(i, -h)) / (2 * h))
}

/** How far the nearest corner is, of a relu, a comparison or a largest value: across one, differences tell nothing. */
export function distanceToCorner(loss: Expr, given: Numbers): number {
  const values = naiveAll([loss], given)
  const distances = [...values.keys()].flatMap(expr => {
    const [a] = expr.from
    if (a === undefined) return []
    if (expr.op === 'relu' || expr.op === 'positive') return values.get(a)!.map(Math.abs)
    if (expr.op !== 'max') return []
    const read = reader(a, values.get(a)!)
    return positionsOf(expr.shape).map(at => {
      const [most = 0, next = -Infinity] = alongAxis(a.shape, expr.axis, at, read).sort((x, y) => y - x)
      return most - next
    })
  })
  return Math.min(Infinity, ...distances)
}

type Position = readonly number[]
type Read = (at: Position) => number

function valuesOf(expr: Expr, positions: readonly Position[], from: readonly Read[], given: Numbers): number[] {
  const [a, b] = from as [Read, Read]
  const [source] = expr.from as [Expr]
  const both = (f: (x: number, y: number) => number): number[] => positions.map(at => f(a(at), b(at)))
  const each = (f: (x: number) => number): number[] => positions.map(at => f(a(at)))
  switch (expr.op) {
    case 'input':
    case 'ids':
    case 'parameter': {
      const values = given[expr.name]
      if (values?.length !== sizeOf(expr.shape)) throw new RangeError(`Nothing fits ${expr.name}.`)
      return Array.from(values)
    }
    case 'constant':
      return [...expr.values]
    case 'add':
      return both((x, y) => x + y)
    case 'sub':
      return both((x, y) => x - y)
    case 'mul':
      return both((x, y) => x * y)
    case 'div':
      return both((x, y) => x / y)
    case 'equal':
      return both((x, y) => (x === y ? 1 : 0))
    case 'exp':
      return each(Math.exp)
    case 'log':
      return each(Math.log)
    case 'sqrt':
      return each(Math.sqrt)
    case 'erf':
      return each(erfOf)
    case 'relu':
      return each(x => Math.max(x, 0))
    case 'positive':
      return each(x => (x > 0 ? 1 : 0))
    case 'stopGradient':
    case 'reverse':
    case 'withGradient':
      return each(x => x)
    case 'expand':
      return each(x => x)
    case 'matMul': {
      const inner = source.shape[expr.transposesA ? 0 : 1]!
      return positions.map(([i, j]) => {
        let sum = 0
        for (let l = 0; l < inner; l++)
          sum += a(expr.transposesA ? [l, i!] : [i!, l]) * b(expr.transposesB ? [j!, l] : [l, j!])
        return sum
      })
    }
    case 'sum':
      return positions.map(at => alongAxis(source.shape, expr.axis, at, a).reduce((sum, x) => sum + x, 0))
    case 'max':
      return positions.map(at => Math.max(...alongAxis(source.shape, expr.axis, at, a)))
    case 'transpose':
      return positions.map(([i, j]) => a([j!, i!]))
    case 'reshape':
      return positionsOf(source.shape).map(a)
    case 'gather':
      return positions.map(([i, j]) => a([b([i!]), j!]))
    case 'scatterAdd': {
      const rows = Array.from({ length: source.shape[0]! }, (_, row) => row)
      return positions.map(([i, j]) => rows.filter(row => b([row]) === i).reduce((sum, row) => sum + a([row, j!]), 0))
    }
  }
}

function alongAxis(shape: Shape, axis: number, at: Position, read: Read): number[] {
  return Array.from({ length: shape[axis]! }, (_, i) => read(at.toSpliced(axis, 0, i)))
}

/** Every position of an array, in the order in which it is laid out. */
function positionsOf(shape: Shape): Position[] {
  return shape.reduce<Position[]>(
    (outer, size) => outer.flatMap(at => Array.from({ length: size }, (_, i) => [...at, i])),
    [[]]
  )
}

/** Reads at positions of a larger array: axes are matched from the innermost, an axis of size 1 repeats. */
function reader({ shape }: Expr, values: readonly number[]): Read {
  return at => {
    const own = at.slice(at.length - shape.length)
    return values[shape.reduce((place, size, axis) => place * size + (size === 1 ? 0 : own[axis]!), 0)]!
  }
}

/** erf(x) = 2/√π · e^(−x²) · Σ 2ⁿx²ⁿ⁺¹ / (1·3·…·(2n+1)), whose terms all have one sign. @see Abramowitz & Stegun 7.1.6 */
export function erfOf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let sum = x
  for (let n = 1; n < 200; n++) sum += term *= (2 * x * x) / (2 * n + 1)
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}
