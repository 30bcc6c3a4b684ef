/** One example: what was seen, whether it was right, and how much it counts. */
export interface Row {
  readonly features: readonly number[]
  readonly isRight: boolean
  readonly weight: number
}

/** Steps of Newton's method; a handful suffices for a convex problem of a few numbers. */
const steps = 30
/** Keeps the matrix invertible where a feature never changes. */
const ridge = 1e-9

/**
 * The logistic regression of greatest weighted likelihood, by Newton's method.
 *
 * @returns weights: the bias, then one for each feature; logLoss: mean over the weights of the rows
 */
export function logistic(rows: readonly Row[]): { readonly weights: readonly number[]; readonly logLoss: number } {
  const width = 1 + (rows[0]?.features.length ?? 0)
  const all = rows.reduce((sum, { weight }) => sum + weight, 0)
  let weights = Array.from({ length: width }, () => 0)
  const probability = ({ features }: Row): number =>
    1 / (1 + Math.exp(-[1, ...features].reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)))
  for (let step = 0; step < steps; step++) {
    const gradient = Array.from({ length: width }, () => 0)
    const curvature = Array.from({ length: width }, (_, i) =>
      Array.from({ length: width }, (__, j) => (i === j ? ridge : 0) as number)
    )
    for (const row of rows) {
      const p = probability(row)
      const x = [1, ...row.features]
      const pull = (row.weight / all) * (Number(row.isRight) - p)
      const bend = (row.weight / all) * p * (1 - p)
      for (let i = 0; i < width; i++) {
        gradient[i] = (gradient[i] ?? 0) + pull * (x[i] ?? 0)
        const line = curvature[i] ?? []
        for (let j = 0; j < width; j++) line[j] = (line[j] ?? 0) + bend * (x[i] ?? 0) * (x[j] ?? 0)
      }
    }
    const change = solve(curvature, gradient)
    weights = weights.map((weight, i) => weight + (change[i] ?? 0))
  }
  const logLoss = rows.reduce((sum, row) => {
    const p = probability(row)
    return sum - (row.weight / all) * Math.log(Math.max(1e-12, row.isRight ? p : 1 - p))
  }, 0)
  return { weights, logLoss }
}

/** x with matrix · x = right, by Gauss with the largest pivot. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((line, i) => [...line, right[i] ?? 0])
  const n = rows.length
  for (let column = 0; column < n; column++) {
    const below = rows.slice(column)
    const pivot = below.reduce((best, line) =>
      Math.abs(line[column] ?? 0) > Math.abs(best[column] ?? 0) ? line : best
    )
    const at = rows.indexOf(pivot)
    rows[at] = rows[column] ?? []
    rows[column] = pivot
    for (const [i, line] of rows.entries()) {
      if (i === column) continue
      const factor = (line[column] ?? 0) / (pivot[column] ?? 1)
      for (let j = column; j <= n; j++) line[j] = (line[j] ?? 0) - factor * (pivot[j] ?? 0)
    }
  }
  return rows.map((line, i) => (line[n] ?? 0) / (line[i] ?? 1))
}
