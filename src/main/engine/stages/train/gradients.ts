import {
  add,
  constant,
  div,
  equal,
  exp,
  expand,
  gather,
  inOrder,
  isSame,
  matMul,
  mul,
  positive,
  reshape,
  scatterAdd,
  sum,
  transpose,
  type Expr,
  type Shape
} from './expression.ts'

/**
 * ∂loss/∂x for each x, as expressions, by the chain rule from the loss backwards.
 *
 * @param loss  a single number
 * @returns in the order of `wanted`, each of its shape; zeros where the loss does not depend on it
 */
export function gradients(loss: Expr, wanted: readonly Expr[]): Expr[] {
  if (loss.shape.length > 0) throw new RangeError('Only a single number has gradients.')
  const order = inOrder([loss])
  const leads = leadingTo(order, new Set(wanted))
  const found = new Map<Expr, Expr>([[loss, constant(1)]])
  for (const expr of order.reverse()) {
    const own = found.get(expr)
    if (own === undefined) continue
    // Constants and inputs have gradients too, but nobody asks for them.
    passBack(expr, own, (to, part) => {
      if (!leads.has(to)) return
      const sofar = found.get(to)
      found.set(to, sofar === undefined ? part() : add(sofar, part()))
    })
  }
  return wanted.map(x => found.get(x) ?? expand(constant(0), x.shape))
}

/** Those from which some wanted one is reached. */
function leadingTo(order: readonly Expr[], wanted: ReadonlySet<Expr>): ReadonlySet<Expr> {
  const leads = new Set<Expr>()
  for (const expr of order) if (wanted.has(expr) || expr.from.some(from => leads.has(from))) leads.add(expr)
  return leads
}

/** One rule an operation: what a gradient `g` of its result means for what it was applied to. */
function passBack(expr: Expr, g: Expr, give: (to: Expr, part: () => Expr) => void): void {
  const [a, b] = expr.from as [Expr, Expr]
  switch (expr.op) {
    case 'input':
    case 'ids':
    case 'parameter':
    case 'constant':
    case 'equal':
    case 'positive':
    case 'stopGradient':
      return
    case 'add':
      give(a, () => sumTo(g, a.shape))
      give(b, () => sumTo(g, b.shape))
      return
    case 'sub':
      give(a, () => sumTo(g, a.shape))
      give(b, () => sumTo(mul(g, -1), b.shape))
      return
    case 'mul':
      if (a === b) {
        give(a, () => mul(mul(g, a), 2))
        return
      }
      give(a, () => sumTo(mul(g, b), a.shape))
      give(b, () => sumTo(mul(g, a), b.shape))
      return
    case 'div':
      give(a, () => sumTo(div(g, b), a.shape))
      give(b, () => sumTo(div(mul(mul(g, expr), -1), b), b.shape))
      return
    case 'exp':
      give(a, () => mul(g, expr))
      return
    case 'log':
      give(a, () => div(g, a))
      return
    case 'sqrt':
      give(a, () => div(mul(g, 0.5), expr))
      return
    case 'erf':
      // d/dx erf(x) = 2/√π · exp(−x²)
      give(a, () => mul(g, mul(exp(mul(mul(a, a), -1)), 2 / Math.sqrt(Math.PI))))
      return
    case 'relu':
      give(a, () => mul(g, positive(a)))
      return
    case 'matMul':
      passBackMatMul(expr, g, give)
      return
    case 'sum':
      give(a, () => expand(reshape(g, keeping(a.shape, expr.axis)), a.shape))
      return
    case 'max':
      give(a, () => {
        // Equal largest values share the gradient: a word that stands twice in a text must not count twice.
        const isLargest = equal(a, reshape(expr, keeping(a.shape, expr.axis)))
        return mul(isLargest, reshape(div(g, sum(isLargest, expr.axis)), keeping(a.shape, expr.axis)))
      })
      return
    case 'transpose':
      give(a, () => transpose(g))
      return
    case 'reshape':
      give(a, () => reshape(g, a.shape))
      return
    case 'expand':
      give(a, () => sumTo(g, a.shape))
      return
    case 'gather':
      give(a, () => scatterAdd(g, b, a.shape[0] ?? 1))
      return
    case 'scatterAdd':
      give(a, () => gather(g, b))
      return
    case 'reverse':
      give(a, () => mul(mul(g, b), -1))
      return
    case 'withGradient':
      give(b, () => expr.rule(g))
      return
  }
}

function passBackMatMul(
  { from, transposesA, transposesB }: Extract<Expr, { op: 'matMul' }>,
  g: Expr,
  give: (to: Expr, part: () => Expr) => void
): void {
  const [a, b] = from as [Expr, Expr]
  // C = A·B: dA = g·Bᵀ and dB = Aᵀ·g; what was transposed going in comes back transposed.
  give(a, () => (transposesA ? matMul(b, g, { a: transposesB, b: true }) : matMul(g, b, { b: !transposesB })))
  give(b, () => (transposesB ? matMul(g, a, { a: true, b: transposesA }) : matMul(a, g, { a: !transposesA })))
}

/** Adds up what broadcasting repeated. */
function sumTo(g: Expr, shape: Shape): Expr {
  let summed = g
  while (summed.shape.length > shape.length) summed = sum(summed, 0)
  shape.forEach((size, axis) => {
    if (size === 1 && summed.shape[axis] !== 1) summed = reshape(sum(summed, axis), keeping(summed.shape, axis))
  })
  if (!isSame(summed.shape, shape)) throw new RangeError('A gradient must have the shape of what it is of.')
  return summed
}

/** The shape with one axis of size 1 where it was summed away. */
function keeping(shape: Shape, axis: number): Shape {
  return shape.map((size, i) => (i === axis ? 1 : size))
}
