import { inOrder, sizeOf, type Expr } from '../expression.ts'
import { onnxModel, type ElementType, type OnnxNode, type Tensor } from './onnx-model.ts'

/**
 * Expressions as one ONNX model: inputs and parameters become its inputs by name, `outputs` its outputs. ONNX Runtime then finds
 * common parts, fuses and plans memory.
 *
 * [Note: what WebGPU lacks] Its provider has no Sign and no LogSoftmax, and a rank-0 bias in Gemm ends the process; none is made here.
 */
export function onnxGraph(outputs: Readonly<Record<string, Expr>>): { model: Buffer; inputs: readonly string[] } {
  const order = inOrder(Object.values(outputs))
  const names = new Map<Expr, string>()
  const nodes: OnnxNode[] = []
  const weights: Tensor[] = []
  const inputs: { name: string; type: ElementType; shape: readonly number[] }[] = []
  const sizes = new Map<string, string>()

  /** A shape as the operand that Reshape, Expand and ReduceSum ask for. */
  const listed = (values: readonly number[]): string => {
    const key = values.join(' ')
    const known = sizes.get(key)
    if (known !== undefined) return known
    const name = `list${sizes.size}`
    sizes.set(key, name)
    weights.push({ name, shape: [values.length], values: BigInt64Array.from(values, BigInt) })
    return name
  }

  // What is computed bears the name under which it is asked for: an Identity behind it would be one more copy of every weight.
  const asked = new Map(Object.entries(outputs).map(([name, expr]) => [expr, name]))
  order.forEach((expr, i) => {
    const name = (isComputed(expr) ? asked.get(expr) : undefined) ?? nameOf(expr, i)
    if (isGiven(expr)) {
      const known = [...names].find(([, other]) => other === name)?.[0]
      if (known === undefined) inputs.push({ name, type: expr.op === 'ids' ? 'int32' : 'float32', shape: expr.shape })
      else if (sizeOf(known.shape) !== sizeOf(expr.shape)) throw new RangeError(`Two inputs are called ${name}.`)
    } else if (expr.op === 'constant') weights.push({ name, shape: expr.shape, values: expr.values })
    else
      nodes.push(
        ...nodesOf(
          expr,
          expr.from.map(from => names.get(from) ?? ''),
          name,
          listed
        )
      )
    names.set(expr, name)
  })
  const ends = Object.entries(outputs).map(([name, expr]) => {
    // An output may be an input as it is, or be asked for twice.
    if (names.get(expr) !== name) nodes.push({ op: 'Identity', inputs: [names.get(expr) ?? ''], outputs: [name] })
    return { name, type: 'float32' as const, shape: expr.shape }
  })
  return { model: onnxModel({ nodes, weights, inputs, outputs: ends }), inputs: inputs.map(({ name }) => name) }
}

type Given = Extract<Expr, { name: string }>

function isGiven(expr: Expr): expr is Given {
  return 'name' in expr
}

function isComputed(expr: Expr): boolean {
  return !isGiven(expr) && expr.op !== 'constant'
}

function nameOf(expr: Expr, i: number): string {
  return isGiven(expr) ? expr.name : `${expr.op}${i}`
}

function nodesOf(
  expr: Exclude<Expr, Given | { op: 'constant' }>,
  from: readonly string[],
  name: string,
  listed: (values: readonly number[]) => string
): OnnxNode[] {
  const node = (op: string, inputs: readonly string[], attributes: OnnxNode['attributes'] = {}): OnnxNode[] => [
    { op, inputs, outputs: [name], attributes }
  ]
  const [a = '', b = ''] = from
  switch (expr.op) {
    case 'add':
    case 'sub':
    case 'mul':
    case 'div':
    case 'exp':
    case 'log':
    case 'sqrt':
    case 'erf':
    case 'relu':
      return node(simple[expr.op], from)
    case 'equal':
      return [
        { op: 'Equal', inputs: from, outputs: [`${name}?`] },
        { op: 'Cast', inputs: [`${name}?`], outputs: [name], attributes: { to: 1 } }
      ]
    case 'positive':
      return [
        { op: 'Relu', inputs: [a], outputs: [`${name}+`] },
        { op: 'Cast', inputs: [`${name}+`], outputs: [`${name}?`], attributes: { to: 9 } },
        { op: 'Cast', inputs: [`${name}?`], outputs: [name], attributes: { to: 1 } }
      ]
    case 'matMul':
      return node('Gemm', from, { transA: expr.transposesA ? 1 : 0, transB: expr.transposesB ? 1 : 0 })
    case 'sum':
      return node('ReduceSum', [a, listed([expr.axis])], { keepdims: 0 })
    case 'max':
      return node('ReduceMax', [a, listed([expr.axis])], { keepdims: 0 })
    case 'transpose':
      return node('Transpose', [a], { perm: [1, 0] })
    case 'reshape':
      return expr.shape.length === 0 ? node('Squeeze', [a]) : node('Reshape', [a, listed(expr.shape)])
    case 'expand':
      return node('Expand', [a, listed(expr.shape)])
    case 'gather':
      return node('Gather', [a, b], { axis: 0 })
    case 'scatterAdd': {
      const [count = 0] = expr.from[1]?.shape ?? []
      return [
        { op: 'ConstantOfShape', inputs: [listed(expr.shape)], outputs: [`${name}0`] },
        // In this order: WebGPU has no Reshape of int64, and would wait for the CPU's.
        { op: 'Reshape', inputs: [b, listed([count, 1])], outputs: [`${name}i`] },
        { op: 'Cast', inputs: [`${name}i`], outputs: [`${name}at`], attributes: { to: 7 } },
        ...node('ScatterND', [`${name}0`, `${name}at`, a], { reduction: 'add' })
      ]
    }
    case 'stopGradient':
    case 'reverse':
    case 'withGradient':
      return node('Identity', [a])
  }
}

const simple = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  erf: 'Erf',
  relu: 'Relu'
} as const
