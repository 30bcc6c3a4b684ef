import { seededRandom } from '../../math/random.ts'

/** Rows of one photo and what each is. */
export interface ProbeRow {
  readonly row: Float32Array
  /** 0…classes − 1 */
  readonly is: number
  /** Rows of one photo are never on both sides. */
  readonly photo: number
}

/**
 * How much of a property can still be read from rows: the accuracy of a fresh logistic regression, fitted on the rows of half of the
 * photos and scored on the others. The discriminator that a projector was trained against can be fooled while all is still there; a fresh
 * probe on items that nobody trained on cannot.
 *
 * @returns accuracy 0…1; chance is 1 / classes. NaN with fewer than 8 photos
 * @see Elazar & Goldberg, Adversarial removal of demographic attributes, EMNLP 2018 (why the adversary's own accuracy proves nothing)
 */
export function probeAccuracy(rows: readonly ProbeRow[], classes: number, seed = 0): number {
  const photos = [...new Set(rows.map(({ photo }) => photo))].sort((a, b) => a - b)
  if (photos.length < 8) return NaN
  const order = seededRandom(seed).permutation(photos.length)
  const fitted = new Set([...order.subarray(0, photos.length >> 1)].map(i => photos[i]))
  const fit = rows.filter(({ photo }) => fitted.has(photo))
  const held = rows.filter(({ photo }) => !fitted.has(photo))
  const weights = logisticRegression(fit, classes)
  const right = held.filter(({ row, is }) => weights.classOf(row) === is).length
  return right / held.length
}

const iterations = 300
/** Share of the weights' squares in the loss, so that few rows do not make them endless. */
const penalty = 1e-3

/** Multinomial, by Nesterov's method with the step that the rows' spread allows. Deterministic. */
function logisticRegression(rows: readonly ProbeRow[], classes: number): { classOf(row: Float32Array): number } {
  const d = rows[0]?.row.length ?? 0
  const scale = Math.sqrt(d)
  const width = d + 1
  const n = rows.length
  const x = new Float32Array(n * width)
  rows.forEach(({ row }, i) => {
    for (let j = 0; j < d; j++) x[i * width + j] = scale * (row[j] ?? 0)
    x[i * width + d] = 1
  })
  // The loss bends at most half as much as the rows spread.
  const step = 1 / (0.5 * largestSpread(x, n, width) + penalty)
  let weights = new Float32Array(classes * width)
  let ahead = weights.slice()
  for (let t = 1; t <= iterations; t++) {
    const gradient = gradientAt(ahead, x, rows, classes, width)
    const next = ahead.map((w, i) => w - step * (gradient[i] ?? 0))
    const momentum = (t - 1) / (t + 2)
    ahead = next.map((w, i) => w + momentum * (w - (weights[i] ?? 0)))
    weights = next
  }
  return {
    classOf(row) {
      let best = 0
      let highest = -Infinity
      for (let c = 0; c < classes; c++) {
        let height = weights[c * width + d] ?? 0
        for (let j = 0; j < d; j++) height += scale * (row[j] ?? 0) * (weights[c * width + j] ?? 0)
        if (height > highest) [best, highest] = [c, height]
      }
      return best
    }
  }
}

function gradientAt(
  weights: Float32Array,
  x: Float32Array,
  rows: readonly ProbeRow[],
  classes: number,
  width: number
): Float32Array {
  const gradient = weights.map(w => penalty * w)
  const heights = new Float64Array(classes)
  rows.forEach(({ is }, i) => {
    const from = i * width
    let highest = -Infinity
    for (let c = 0; c < classes; c++) {
      let height = 0
      for (let j = 0; j < width; j++) height += (x[from + j] ?? 0) * (weights[c * width + j] ?? 0)
      heights[c] = height
      highest = Math.max(highest, height)
    }
    let total = 0
    for (let c = 0; c < classes; c++) total += heights[c] = Math.exp((heights[c] ?? 0) - highest)
    for (let c = 0; c < classes; c++) {
      const error = ((heights[c] ?? 0) / total - (c === is ? 1 : 0)) / rows.length
      for (let j = 0; j < width; j++)
        gradient[c * width + j] = (gradient[c * width + j] ?? 0) + error * (x[from + j] ?? 0)
    }
  })
  return gradient
}

/** The largest eigenvalue of xᵀx / n, by power iteration; a little more, to be sure. */
function largestSpread(x: Float32Array, n: number, width: number): number {
  let direction: Float64Array = new Float64Array(width).fill(1 / Math.sqrt(width))
  let spread = 1
  for (let t = 0; t < 20; t++) {
    const next = new Float64Array(width)
    for (let i = 0; i < n; i++) {
      let along = 0
      for (let j = 0; j < width; j++) along += (x[i * width + j] ?? 0) * (direction[j] ?? 0)
      for (let j = 0; j < width; j++) next[j] = (next[j] ?? 0) + (along * (x[i * width + j] ?? 0)) / n
    }
    spread = Math.hypot(...next)
    if (!(spread > 0)) return 1
    direction = next.map(value => value / spread)
  }
  return spread * 1.05
}
