import { describe, expect, test } from 'vitest'
import {
  add,
  constant,
  div,
  expand,
  gather,
  ids,
  inOrder,
  input,
  matMul,
  max,
  mean,
  mul,
  nameOf,
  reshape,
  reverse,
  scatterAdd,
  sub,
  sum,
  transpose
} from '../../../src/main/engine/stages/train/expression.ts'
import { naive } from './naive.ts'

const a = input('a', [2, 3])
const b = input('b', [3, 4])

describe('shapes follow from what an operation is applied to', () => {
  test.each([
    ['broadcast, innermost axes first', add(input('x', [4, 1, 3]), input('y', [2, 1])), [4, 2, 3]],
    ['a number beside an array', div(a, 2), [2, 3]],
    ['a product', matMul(a, b), [2, 4]],
    ['a product with both sides turned', matMul(b, a, { a: true, b: true }), [4, 2]],
    ['a sum over one axis', sum(a, 0), [3]],
    ['a sum over everything', sum(a), []],
    ['a mean', mean(a, 1), [2]],
    ['rows of a table', gather(b, ids('positions', 7)), [7, 4]],
    ['rows added up in a table', scatterAdd(a, ids('positions', 2), 9), [9, 3]],
    ['a turned matrix', transpose(a), [3, 2]]
  ])('%s', (_, expr, shape) => {
    expect(expr.shape).toEqual(shape)
  })
})

describe('what does not fit is refused when it is made, and named', () => {
  test.each([
    ['a sum of arrays', () => add(a, b), 'add: input [2, 3] and input [3, 4] do not fit.'],
    ['a product', () => matMul(a, a), 'matMul: input [2, 3] and input [2, 3] do not fit.'],
    ['a product of more than matrices', () => matMul(a, input('x', [3])), 'input [3] is no matrix.'],
    ['an axis', () => max(a, 2), 'input [2, 3] has no axis 2.'],
    ['a shape of another size', () => reshape(a, [4]), 'input [2, 3] cannot become [4].'],
    ['a shape that repeating does not give', () => expand(a, [4, 3]), 'input [2, 3] cannot grow to [4, 3].'],
    ['fewer axes', () => expand(a, [3]), 'input [2, 3] cannot grow to [3].'],
    [
      'positions that are no whole numbers',
      () => gather(a, input('x', [2])),
      'gather: input [2, 3] and input [2] do not fit.'
    ],
    ['rows without positions', () => scatterAdd(a, ids('x', 3), 5), 'scatterAdd: input [2, 3] and ids [3] do not fit.'],
    ['a strength that is no single number', () => reverse(a, a), 'reverse: input [2, 3] and input [2, 3] do not fit.'],
    ['values that do not fill a shape', () => constant(Float32Array.of(1, 2), [3]), '2 values do not fill [3].'],
    ['a name that there is none of', () => nameOf(add(a, 1)), 'add [2, 3] has no name.']
  ])('%s', (_, make, message) => {
    expect(make).toThrow(RangeError)
    expect(make).toThrow(message)
  })
})

test('every expression stands once, and after those that it is made of', () => {
  const twice = mul(a, 3)
  const root = sum(add(twice, twice))
  const order = inOrder([root, twice])
  expect(new Set(order).size).toBe(order.length)
  order.forEach((expr, i) => expr.from.forEach(from => expect(order.indexOf(from)).toBeLessThan(i)))
  expect(order.at(-1)).toBe(root)
})

test('numbers that follow each other become one, with the same value', () => {
  const x = input('x', [2])
  expect(inOrder([mul(mul(x, 4), 0.5)]).filter(({ op }) => op === 'mul')).toHaveLength(1)
  expect(mul(mul(x, 4), 0.25)).toBe(x)
  const negative = add(x, mul(x, -1))
  expect(negative.op).toBe('sub')
  expect(naive(sub(mul(mul(x, 4), 0.5), negative), { x: [3, 5] })).toEqual([6, 10])
})
