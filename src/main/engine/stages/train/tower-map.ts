import type { TowerMap } from '../../base/domain.ts'
import { add, constant, matMul, mul, sub, type Expr } from './expression.ts'
import { unitRows } from './losses.ts'
import { gelu } from './nets.ts'

/**
 * A finished map as an expression, its numbers constants: what `project` of the project stage does row by row, for many rows at once.
 *
 * @param x      [n, d]; with `from` ≥ 0, [n, k] rows to which the linear part, the words and `from` residuals were applied already
 * @param pooled the mean and the largest of each text's words [n, e], zeros where the table knows none
 * @returns [n, k]
 */
export function towerExpression(
  { linear, words, residuals }: TowerMap,
  x: Expr,
  pooled: { readonly mean: Expr; readonly max: Expr } | null,
  from: number
): Expr {
  const k = linear === null ? (x.shape[1] ?? 0) : linear.matrix.length / linear.mean.length
  let y = x
  if (from < 0) {
    const mapped =
      linear === null
        ? x
        : matMul(
            sub(x, constant(linear.mean, [1, linear.mean.length])),
            constant(linear.matrix, [linear.mean.length, k])
          )
    const e = words === null ? 0 : words.mean.length / k
    const moved =
      words === null || pooled === null
        ? mapped
        : add(
            mapped,
            add(matMul(pooled.mean, constant(words.mean, [e, k])), matMul(pooled.max, constant(words.max, [e, k])))
          )
    y = moved === x ? x : unitRows(moved)
  }
  for (const { inner, outer, scale, share } of residuals.slice(Math.max(0, from))) {
    const h = inner.length / k
    const correction = matMul(gelu(matMul(mul(y, Math.sqrt(k)), constant(inner, [k, h]))), constant(outer, [h, k]))
    const z = unitRows(add(y, mul(correction, scale)))
    y = share === 1 ? z : unitRows(add(mul(y, 1 - share), mul(z, share)))
  }
  return y
}
