import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs'
import { inOrder, type Expr } from '../expression.ts'
import type { Tensorflow } from './tensorflow-backend.ts'

/** Tensors by the names of inputs and parameters. */
export type Given = ReadonlyMap<string, Tensor>

/** Of a program's constants, made once; whoever made the map disposes of them. */
export type Constants = Map<Expr, Tensor>

/**
 * Evaluates expressions with TensorFlow.js' own operations, so that its autodiff can follow them. To be called inside of `tidy` or
 * of a function that gradients are taken of.
 */
export function evaluated(
  tf: Tensorflow,
  outputs: readonly Expr[],
  given: Given,
  constants: Constants
): ReadonlyMap<Expr, Tensor> {
  const values = new Map<Expr, Tensor>()
  for (const expr of inOrder(outputs)) {
    const from = expr.from.map(one => values.get(one)) as [Tensor, Tensor]
    values.set(expr, valueOf(tf, expr, from, given, constants))
  }
  return values
}

function valueOf(tf: Tensorflow, expr: Expr, [a, b]: [Tensor, Tensor], given: Given, constants: Constants): Tensor {
  switch (expr.op) {
    case 'input':
    case 'ids':
    case 'parameter': {
      const value = given.get(expr.name)
      if (value === undefined) throw new RangeError(`The batch has no ${expr.name}.`)
      return value
    }
    case 'constant':
      return constantOf(tf, expr, constants)
    case 'add':
      return tf.add(a, b)
    case 'sub':
      return tf.sub(a, b)
    case 'mul':
      return tf.mul(a, b)
    case 'div':
      return tf.div(a, b)
    case 'equal':
      return flat(tf, [a, b], () => tf.cast(tf.equal(a, b), 'float32'))
    case 'positive':
      return flat(tf, [a], () => tf.cast(tf.greater(a, 0), 'float32'))
    case 'stopGradient':
      return flat(tf, [a], () => tf.clone(a))
    case 'exp':
      return tf.exp(a)
    case 'log':
      return tf.log(a)
    case 'sqrt':
      return tf.sqrt(a)
    case 'erf':
      return tf.erf(a)
    case 'relu':
      return tf.relu(a)
    case 'matMul':
      return product(tf, a as Tensor2D, b as Tensor2D, expr)
    case 'sum':
      return tf.sum(a, expr.axis)
    case 'max':
      return largest(tf, a, expr.axis)
    case 'transpose':
      return tf.transpose(a)
    case 'reshape':
      return tf.reshape(a, [...expr.shape])
    case 'expand':
      return tf.broadcastTo(a, [...expr.shape])
    case 'gather':
      return rowsAt(tf, a as Tensor2D, b as Tensor1D)
    case 'scatterAdd':
      return addedUp(tf, a as Tensor2D, b as Tensor1D, expr.shape)
    case 'withGradient':
      // Not by its rule: TensorFlow.js finds the gradient the long way, and so tells whether the rule is right.
      return a
    case 'reverse':
      return custom(tf, [a, b], save => {
        save([b])
        return { value: tf.clone(a), back: (g, [strength]) => [tf.neg(tf.mul(g, strength)), tf.zerosLike(strength)] }
      })
  }
}

function constantOf(tf: Tensorflow, expr: Extract<Expr, { op: 'constant' }>, constants: Constants): Tensor {
  const known = constants.get(expr)
  if (known !== undefined) return known
  const made = tf.keep(tf.tensor(expr.values, [...expr.shape], 'float32'))
  constants.set(expr, made)
  return made
}

/**
 * [Note: products in wasm] The kernel for a transposed side is a plain loop, 9–15 times slower than transposing first; TensorFlow.js' own
 * gradient of a product transposes in the kernel. Here both are transposed first.
 */
function product(
  tf: Tensorflow,
  a: Tensor2D,
  b: Tensor2D,
  { transposesA, transposesB }: { readonly transposesA: boolean; readonly transposesB: boolean }
): Tensor {
  const left = transposesA ? tf.transpose(a) : a
  const right = transposesB ? tf.transpose(b) : b
  return custom(tf, [left, right], save => {
    save([left, right])
    return {
      value: tf.matMul(left, right),
      back: (g, [l, r]) => [tf.matMul(g, tf.transpose(r)), tf.matMul(tf.transpose(l), g)]
    }
  })
}

/** TensorFlow.js gives each of several largest the whole gradient; they share it here. */
function largest(tf: Tensorflow, x: Tensor, axis: number): Tensor {
  return custom(tf, [x], save => {
    const value = tf.max(x, axis)
    save([x, value])
    return {
      value,
      back: (g, [all, most]) => {
        const isLargest = tf.cast(tf.equal(all, tf.expandDims(most, axis)), 'float32')
        return [tf.mul(isLargest, tf.expandDims(tf.div(g, tf.sum(isLargest, axis)), axis))]
      }
    }
  })
}

/** wasm has no kernel for TensorFlow.js' own gradient of it. */
function rowsAt(tf: Tensorflow, table: Tensor2D, positions: Tensor1D): Tensor {
  return custom(tf, [table, positions], save => {
    save([positions])
    return {
      value: tf.gather(table, positions),
      back: (g, [at]) => [scattered(tf, g, at, table.shape), tf.zerosLike(at)]
    }
  })
}

function addedUp(tf: Tensorflow, rows: Tensor2D, positions: Tensor1D, shape: readonly number[]): Tensor {
  return custom(tf, [rows, positions], save => {
    save([positions])
    return {
      value: scattered(tf, rows, positions, shape),
      back: (g, [at]) => [tf.gather(g, at), tf.zerosLike(at)]
    }
  })
}

function scattered(tf: Tensorflow, rows: Tensor, positions: Tensor, shape: readonly number[]): Tensor {
  return tf.scatterND(tf.expandDims(positions, 1), rows, [...shape])
}

/** What has no gradient: zeros go back. */
function flat(tf: Tensorflow, from: readonly Tensor[], value: () => Tensor): Tensor {
  return custom(tf, from, save => {
    save([...from])
    return { value: value(), back: (_, saved) => saved.map(one => tf.zerosLike(one)) }
  })
}

/** As many as were saved: one or two. */
type Saved = readonly [Tensor, Tensor]

interface Ruled {
  readonly value: Tensor
  /** @param saved  what was handed to `save`; tensors of the way forward are gone by then */
  readonly back: (g: Tensor, saved: Saved) => Tensor[]
}

function custom(tf: Tensorflow, from: readonly Tensor[], rule: (save: (tensors: Tensor[]) => void) => Ruled): Tensor {
  const ruled = tf.customGrad((...args) => {
    const { value, back } = rule(args.at(-1) as unknown as (tensors: Tensor[]) => void)
    return { value, gradFunc: (g: Tensor, saved: Tensor[]) => back(g, saved as unknown as Saved) }
  })
  return ruled(...from)
}
