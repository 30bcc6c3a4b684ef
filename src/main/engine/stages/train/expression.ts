/**
 * A step of training as a graph of some twenty operations on arrays of fixed shape. It is written once; an executor runs it, and
 * `gradients` derives what a loss asks of its parameters. Shapes are checked when the graph is made, never while it runs.
 */

/** Sizes from the outermost axis; [] is a single number. */
export type Shape = readonly number[]

interface Made {
  readonly shape: Shape
  readonly from: readonly Expr[]
}

/** One operation and what it is applied to. Every value is float32, but an `ids` input, which is int32. */
export type Expr =
  /** Given anew at every run, under its name. */
  | (Made & { readonly op: 'input' | 'ids'; readonly name: string })
  /** Kept by the session from run to run; a step moves it. */
  | (Made & { readonly op: 'parameter'; readonly name: string })
  | (Made & { readonly op: 'constant'; readonly values: Float32Array })
  | (Made & { readonly op: Elementwise })
  | (Made & { readonly op: 'matMul'; readonly transposesA: boolean; readonly transposesB: boolean })
  | (Made & { readonly op: 'sum' | 'max'; readonly axis: number })
  | (Made & { readonly op: 'transpose' | 'reshape' | 'expand' | 'gather' | 'scatterAdd' })
  /** Values pass, gradients do not. */
  | (Made & { readonly op: 'stopGradient' })
  /** Values pass, gradients come back times −λ; `from` is [x, λ]. */
  | (Made & { readonly op: 'reverse' })
  /** The value of `from[0]`; its gradient with respect to `from[1]` is known in fewer operations than the chain rule takes. */
  | (Made & { readonly op: 'withGradient'; readonly rule: (g: Expr) => Expr })

type Elementwise = Binary | Unary
type Binary = 'add' | 'sub' | 'mul' | 'div' | 'equal'
type Unary = 'exp' | 'log' | 'sqrt' | 'erf' | 'relu' | 'positive'

/** Float32 values that each run is given under this name. */
export const input = (name: string, shape: Shape): Expr => ({ op: 'input', name, shape, from: [] })
/** Whole numbers: positions of rows. */
export const ids = (name: string, count: number): Expr => ({ op: 'ids', name, shape: [count], from: [] })
/** Float32 values that the session keeps under this name; a step moves them. */
export const parameter = (name: string, shape: Shape): Expr => ({ op: 'parameter', name, shape, from: [] })

/** Values that never change. @throws RangeError when they do not fill the shape */
export function constant(values: Float32Array | number, shape: Shape = []): Expr {
  const array = typeof values === 'number' ? Float32Array.of(values) : values
  if (array.length !== sizeOf(shape)) throw new RangeError(`${array.length} values do not fill [${shape.join(', ')}].`)
  return { op: 'constant', values: array, shape, from: [] }
}

/** a + b, elementwise; axes of size 1 are repeated. */
export function add(a: Expr, b: Expr | number): Expr {
  const negative = typeof b === 'number' ? null : factorOf(b)
  if (negative?.factor === -1) return sub(a, negative.of)
  return binary('add', a, b)
}
/** a − b, elementwise; axes of size 1 are repeated. */
export const sub = (a: Expr, b: Expr | number): Expr => binary('sub', a, b)
/** Numbers that follow each other become one: each would be a pass over the whole array. */
export function mul(a: Expr, b: Expr | number): Expr {
  if (typeof b !== 'number') return binary('mul', a, b)
  const before = factorOf(a)
  const factor = b * (before?.factor ?? 1)
  const of = before?.of ?? a
  return factor === 1 ? of : binary('mul', of, factor)
}
/** a ÷ b, elementwise; axes of size 1 are repeated. */
export const div = (a: Expr, b: Expr | number): Expr => binary('div', a, b)
/** 1 where both are the same, else 0. No gradient. */
export const equal = (a: Expr, b: Expr | number): Expr => binary('equal', a, b)

/** eˣ, elementwise. */
export const exp = (x: Expr): Expr => unary('exp', x)
/** The natural logarithm, elementwise; of numbers above 0. */
export const log = (x: Expr): Expr => unary('log', x)
/** The square root, elementwise; of numbers ≥ 0. */
export const sqrt = (x: Expr): Expr => unary('sqrt', x)
/** The error function, elementwise. */
export const erf = (x: Expr): Expr => unary('erf', x)
/** max(x, 0), elementwise. */
export const relu = (x: Expr): Expr => unary('relu', x)
/** 1 above 0, else 0. No gradient. */
export const positive = (x: Expr): Expr => unary('positive', x)

/** [a, b] · [b, c], either side transposed first where asked: one operation, because transposing a large array costs as much as reading it. */
export function matMul(a: Expr, b: Expr, transposed: { readonly a?: boolean; readonly b?: boolean } = {}): Expr {
  const [rows, inner] = ordered(a, transposed.a)
  const [other, columns] = ordered(b, transposed.b)
  if (inner !== other) throw misfit('matMul', a, b)
  return {
    op: 'matMul',
    transposesA: transposed.a === true,
    transposesB: transposed.b === true,
    shape: [rows, columns],
    from: [a, b]
  }
}

/** Over one axis, which goes away; over all when none is given. */
export const sum = (x: Expr, axis?: number): Expr => reduce('sum', x, axis)
/** The largest value along one axis, which goes away. */
export const max = (x: Expr, axis: number): Expr => reduce('max', x, axis)
/** Over one axis, which goes away; over all when none is given. */
export function mean(x: Expr, axis?: number): Expr {
  return div(sum(x, axis), axis === undefined ? sizeOf(x.shape) : sizeAt(x.shape, axis))
}

/** A matrix [a, b] as [b, a]. @throws RangeError for what is no matrix */
export function transpose(x: Expr): Expr {
  const [rows, columns] = ordered(x, false)
  return { op: 'transpose', shape: [columns, rows], from: [x] }
}

/** The same values in another shape of the same size. @throws RangeError for another size */
export function reshape(x: Expr, shape: Shape): Expr {
  if (sizeOf(shape) !== sizeOf(x.shape)) throw new RangeError(`${described(x)} cannot become [${shape.join(', ')}].`)
  return isSame(x.shape, shape) ? x : { op: 'reshape', shape, from: [x] }
}

/** Repeats along axes of size 1, and along new outer axes. */
export function expand(x: Expr, shape: Shape): Expr {
  if (!isSame(broadcast(x.shape, shape) ?? [], shape))
    throw new RangeError(`${described(x)} cannot grow to [${shape.join(', ')}].`)
  return isSame(x.shape, shape) ? x : { op: 'expand', shape, from: [x] }
}

/** Rows of a table [v, e] by their positions [n]: [n, e]. */
export function gather(table: Expr, positions: Expr): Expr {
  if (positions.op !== 'ids' || table.shape.length !== 2) throw misfit('gather', table, positions)
  return { op: 'gather', shape: [sizeAt(positions.shape, 0), sizeAt(table.shape, 1)], from: [table, positions] }
}

/** Adds rows [n, e] up at their positions [n] in a table of zeros [v, e]: what `gather` is the other way round. */
export function scatterAdd(rows: Expr, positions: Expr, height: number): Expr {
  if (positions.op !== 'ids' || rows.shape.length !== 2 || rows.shape[0] !== positions.shape[0])
    throw misfit('scatterAdd', rows, positions)
  return { op: 'scatterAdd', shape: [height, sizeAt(rows.shape, 1)], from: [rows, positions] }
}

/** The same values; gradients end here. */
export const stopGradient = (x: Expr): Expr => ({ op: 'stopGradient', shape: x.shape, from: [x] })

/**
 * A value whose gradient is known in closed form.
 *
 * @param value made of `x`
 * @param rule  from ∂loss/∂value to ∂loss/∂x. Other paths from `value` get no gradient
 */
export function withGradient(value: Expr, x: Expr, rule: (g: Expr) => Expr): Expr {
  return { op: 'withGradient', shape: value.shape, from: [value, x], rule }
}

/** @param strength  λ, a single number ≥ 0 @see Ganin & Lempitsky, Unsupervised domain adaptation by backpropagation, ICML 2015 */
export function reverse(x: Expr, strength: Expr): Expr {
  if (strength.shape.length > 0) throw misfit('reverse', x, strength)
  return { op: 'reverse', shape: x.shape, from: [x, strength] }
}

/** Every expression that these are made of, each after those that it is made of, and once. */
export function inOrder(roots: readonly Expr[]): Expr[] {
  const placed = new Set<Expr>()
  const visit = (expr: Expr): void => {
    if (placed.has(expr)) return
    expr.from.forEach(visit)
    placed.add(expr)
  }
  roots.forEach(visit)
  return [...placed]
}

/** Of an input or a parameter. */
export function nameOf(expr: Expr): string {
  if (!('name' in expr)) throw new RangeError(`${described(expr)} has no name.`)
  return expr.name
}

/** How many values an array of this shape has; 1 for a single number. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Whether two shapes are the same, axis by axis. */
export function isSame(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i])
}

/** The shape of two arrays side by side, axes matched from the innermost; null when they do not fit. @see https://numpy.org/doc/stable/user/basics.broadcasting.html */
function broadcast(a: Shape, b: Shape): Shape | null {
  const axes = Math.max(a.length, b.length)
  const sizes = Array.from(
    { length: axes },
    (_, i) => [a[a.length - axes + i] ?? 1, b[b.length - axes + i] ?? 1] as const
  )
  if (sizes.some(([one, other]) => one !== other && one !== 1 && other !== 1)) return null
  return sizes.map(([one, other]) => (one === 1 ? other : one))
}

function binary(op: Binary, a: Expr, other: Expr | number): Expr {
  const b = typeof other === 'number' ? constant(other) : other
  const shape = broadcast(a.shape, b.shape)
  if (shape === null) throw misfit(op, a, b)
  return { op, shape, from: [a, b] }
}

/** What an array was multiplied by, when that is a number. */
function factorOf(x: Expr): { readonly of: Expr; readonly factor: number } | null {
  const [of, by] = x.from
  if (x.op !== 'mul' || of === undefined || by?.op !== 'constant' || by.shape.length > 0) return null
  return { of, factor: by.values[0] ?? 1 }
}

function unary(op: Unary, x: Expr): Expr {
  return { op, shape: x.shape, from: [x] }
}

function reduce(op: 'sum' | 'max', x: Expr, axis: number | undefined): Expr {
  if (axis === undefined) {
    const flat = reshape(x, [sizeOf(x.shape)])
    return { op, axis: 0, shape: [], from: [flat] }
  }
  if (axis < 0 || axis >= x.shape.length) throw new RangeError(`${described(x)} has no axis ${axis}.`)
  return { op, axis, shape: x.shape.filter((_, i) => i !== axis), from: [x] }
}

function ordered(x: Expr, isTransposed: boolean | undefined): [rows: number, columns: number] {
  const [rows, columns] = x.shape
  if (rows === undefined || columns === undefined || x.shape.length !== 2)
    throw new RangeError(`${described(x)} is no matrix.`)
  return isTransposed === true ? [columns, rows] : [rows, columns]
}

function sizeAt(shape: Shape, axis: number): number {
  return shape[axis] ?? 1
}

function misfit(op: string, a: Expr, b: Expr): RangeError {
  return new RangeError(`${op}: ${described(a)} and ${described(b)} do not fit.`)
}

function described({ op, shape }: Expr): string {
  return `${op} [${shape.join(', ')}]`
}
