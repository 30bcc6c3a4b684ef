import type { Tower } from '../../base/domain.ts'
import type { Random } from '../../math/random.ts'
import {
  add,
  constant,
  div,
  equal,
  erf,
  exp,
  gather,
  ids,
  input,
  matMul,
  max,
  mul,
  parameter,
  reshape,
  sub,
  sum,
  withGradient,
  type Expr
} from './expression.ts'
import { column, unitRows } from './losses.ts'

/** What a tower's net starts from, and how large it is. All shapes as in `TowerMap`. */
export interface TowerStart {
  readonly tower: Tower
  /** Of what comes in: d. */
  readonly inputDimension: number
  /** k */
  readonly dimension: number
  /** A linear map that is trained too; null when what comes in is in the common space already. */
  readonly linear: { readonly mean: Float32Array; readonly matrix: Float32Array } | null
  /** null: no word table is trained. */
  readonly words: WordsStart | null
  /** h, of the residual; 0 for none. */
  readonly hidden: number
}

interface WordsStart {
  /** v: rows of the table. */
  readonly count: number
  /** e */
  readonly dimension: number
  /** L: tokens of a text that are looked at in training. */
  readonly length: number
}

/** A tower's parameters with their first values, and the net that they make. */
export interface TowerNet {
  readonly parameters: readonly {
    readonly parameter: Expr
    readonly initial: Float32Array
    readonly isTable: boolean
  }[]
  /**
   * @param x     [n, d]
   * @param words what the words add [n, k], from `wordsOf`; null for none
   * @returns [n, k] unit rows
   */
  apply(x: Expr, words: Expr | null): Expr
  /**
   * What the words of n texts add [n, k]; null without a table. Inputs: `wordRows`, `wordMask`, and with dropout `meanKept` and
   * `maxKept` [n, e], by which what was pooled is multiplied.
   */
  wordsOf(n: number, hasDropout: boolean): Expr | null
}

/** The correction's largest size beside a row of length 1, over √k: see `Residual` in domain.ts. */
export const residualScale = (dimension: number): number => 4 / Math.sqrt(dimension)

/**
 * A tower's way into the common space: unit(linear + words), then z = unit(y + c · gelu(√k · y · W₁) · W₂). W₂ and what the words add
 * start at zero, so that at step 0 the net is exactly the map that it starts from.
 */
export function towerNet(start: TowerStart, random: Random): TowerNet {
  const { tower, inputDimension, dimension: k, linear, words, hidden } = start
  const parameters: { parameter: Expr; initial: Float32Array; isTable: boolean }[] = []
  const make = (name: string, shape: readonly [number, number], initial: Float32Array, isTable = false): Expr => {
    const made = parameter(`${tower}.${name}`, shape)
    parameters.push({ parameter: made, initial, isTable })
    return made
  }
  const normal = (size: number, deviation: number): Float32Array =>
    Float32Array.from({ length: size }, () => deviation * random.normal())

  const matrix = linear === null ? null : make('linear', [inputDimension, k], linear.matrix)
  const inner = hidden === 0 ? null : make('inner', [k, hidden], normal(k * hidden, 1 / Math.sqrt(k)))
  const outer = hidden === 0 ? null : make('outer', [hidden, k], new Float32Array(hidden * k))
  const table =
    words === null
      ? null
      : {
          ...words,
          vectors: make('words', [words.count, words.dimension], normal(words.count * words.dimension, 0.1), true),
          mean: make('mean', [words.dimension, k], new Float32Array(words.dimension * k)),
          max: make('max', [words.dimension, k], new Float32Array(words.dimension * k))
        }

  return {
    parameters,
    apply(x, wordsAdd) {
      const centred = linear === null ? x : sub(x, constant(linear.mean, [1, inputDimension]))
      const mapped = matrix === null ? centred : matMul(centred, matrix)
      const moved = wordsAdd === null ? mapped : add(mapped, wordsAdd)
      // What came in as unit rows stays as it is, to the last bit.
      const y = matrix === null && wordsAdd === null ? x : unitRows(moved)
      if (inner === null || outer === null) return y
      const correction = matMul(gelu(matMul(mul(y, Math.sqrt(k)), inner)), outer)
      return unitRows(add(y, mul(correction, residualScale(k))))
    },
    wordsOf(n, hasDropout) {
      if (table === null) return null
      const { length, dimension } = table
      const mask = input('wordMask', [n, length])
      const rows = reshape(gather(table.vectors, ids('wordRows', n * length)), [n, length, dimension])
      const seen = reshape(mask, [n, length, 1])
      const count = column(sum(mask, 1))
      const none = equal(count, 0)
      const meanRows = div(sum(mul(rows, seen), 1), add(count, none)) // [n, e]
      // Behind the end of a text stands what can never be the largest.
      const maxRows = mul(max(add(rows, mul(sub(seen, 1), 1e4)), 1), sub(constant(1), none))
      const kept = (rows: Expr, name: string): Expr => (hasDropout ? mul(rows, input(name, [n, dimension])) : rows)
      return add(matMul(kept(meanRows, 'meanKept'), table.mean), matMul(kept(maxRows, 'maxKept'), table.max))
    }
  }
}

/** x · Φ(x), exactly; its slope is Φ(x) + x · φ(x). @see Hendrycks & Gimpel, Gaussian error linear units, 2016 */
export function gelu(x: Expr): Expr {
  const below = mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5) // Φ
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI)) // φ
  return withGradient(mul(x, below), x, g => mul(g, add(below, mul(x, density))))
}

/** A linear classifier of c classes over √k · z: linear, because a fooled network hides what is still there (see docs/ssal.md). */
export function classifier(
  name: string,
  k: number,
  classes: number,
  random: Random
): {
  readonly parameters: readonly { readonly parameter: Expr; readonly initial: Float32Array }[]
  /** Logits [n, c] of rows [n, k]. */
  readonly apply: (z: Expr) => Expr
} {
  const weight = parameter(`${name}.weight`, [k, classes])
  const bias = parameter(`${name}.bias`, [1, classes])
  const initial = Float32Array.from({ length: k * classes }, () => random.normal() / Math.sqrt(k))
  return {
    parameters: [
      { parameter: weight, initial },
      { parameter: bias, initial: new Float32Array(classes) }
    ],
    apply: z => add(matMul(mul(z, Math.sqrt(k)), weight), bias)
  }
}

/** Cosines with one direction a label, over a temperature: what both modalities of one label share. */
export function cosineClassifier(
  name: string,
  k: number,
  labels: number,
  random: Random
): {
  readonly parameters: readonly { readonly parameter: Expr; readonly initial: Float32Array }[]
  readonly apply: (z: Expr) => Expr
} {
  const directions = parameter(`${name}.directions`, [labels, k])
  const initial = Float32Array.from({ length: labels * k }, () => random.normal() / Math.sqrt(k))
  return {
    parameters: [{ parameter: directions, initial }],
    apply: z => div(matMul(z, unitRows(directions), { b: true }), labelTemperature)
  }
}

const labelTemperature = 0.1
