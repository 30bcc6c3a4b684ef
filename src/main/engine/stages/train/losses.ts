import {
  add,
  constant,
  div,
  equal,
  exp,
  log,
  matMul,
  max,
  mean,
  mul,
  relu,
  reshape,
  sqrt,
  stopGradient,
  sub,
  sum,
  withGradient,
  type Expr
} from './expression.ts'

/**
 * Rows of length 1: z = x / √(Σx² + 1e−12), so that a zero row stays zero and has a gradient. Its gradient is what is left of g across
 * the row: (g − (g·z) z) / |x|.
 *
 * @param x [n, k]
 */
export function unitRows(x: Expr): Expr {
  const lengths = column(sqrt(add(sum(mul(x, x), 1), 1e-12)))
  const z = div(x, lengths)
  return withGradient(z, x, g => div(sub(g, mul(z, column(sum(mul(g, z), 1)))), lengths))
}

/**
 * Which wrong pairs of a batch are not to be told apart: those that show the same group of near-duplicates or say the same.
 *
 * @param photoGroups [b] and
 * @param textGroups  [b]  numbers that are equal for the same group
 * @returns [b, b] 1 where row i and column j ≠ i belong together as well, else 0
 */
export function knownPairs(photoGroups: Expr, textGroups: Expr): Expr {
  const b = photoGroups.shape[0] ?? 0
  const same = (groups: Expr): Expr => equal(column(groups), reshape(groups, [1, b]))
  const either = add(same(photoGroups), same(textGroups))
  return relu(sub(sub(either, mul(same(photoGroups), same(textGroups))), identity(b)))
}

/**
 * Each photo among the texts of the batch finds its own, and each text its photo.
 *
 *   L = ½ mean_i [ log Σ_j (1 − m_ij) e^{s_ij/τ} − s_ii/τ ] + ½ mean_i [ log Σ_j (1 − m_ji) e^{s_ji/τ} − s_ii/τ ] ,  s_ij = image_i · text_j
 *
 * Cosines are at most 1, so (s − 1)/τ cannot overflow and one exponential serves both directions.
 *
 * @param image       [b, k] unit rows; row i is paired with row i of `text`
 * @param text        [b, k] unit rows
 * @param temperature τ > 1/80, else float32 underflows
 * @param known       m [b, b] from `knownPairs`, 0 on the diagonal
 * @returns scalar ≥ 0
 * @see van den Oord et al., Representation learning with contrastive predictive coding, 2018; Radford et al., CLIP, ICML 2021
 */
export function contrastiveLoss(image: Expr, text: Expr, temperature: number, known: Expr): Expr {
  const cosines = matMul(image, text, { b: true }) // [b, b]
  const strengths = mul(exp(div(sub(cosines, 1), temperature)), sub(constant(1), known))
  const own = div(sub(sum(mul(image, text), 1), 1), temperature) // [b]
  const missed = (axis: 0 | 1): Expr => mean(sub(log(sum(strengths, axis)), own))
  return mul(add(missed(1), missed(0)), 0.5)
}

/**
 * Pulls each photo towards its own text and away from the nearest wrong text in the batch, and the reverse.
 *
 *   L = mean_i [m − s_ii + max_{j≠i} s_ij]₊ + mean_i [m − s_ii + max_{j≠i} s_ji]₊ ,  s_ij = image_i · text_j
 *
 * @param image  [b, k] unit rows; row i is paired with row i of `text`
 * @param text   [b, k] unit rows
 * @param margin m, in cosine units (0…2)
 * @param known  [b, b] from `knownPairs`: not taken for wrong
 * @returns scalar ≥ 0; 0 when every true pair wins by `margin`
 * @see Faghri et al., VSE++, BMVC 2018 (hardest negative in each direction)
 */
export function hardestTripletLoss(image: Expr, text: Expr, margin: number, known: Expr): Expr {
  const cosines = matMul(image, text, { b: true }) // [b, b]
  const own = sum(mul(image, text), 1) // [b]
  // A cosine is never below −1: what is known cannot win.
  const others = sub(cosines, mul(add(known, identity(own.shape[0] ?? 0)), 4))
  const hinge = (axis: 0 | 1): Expr => mean(relu(add(sub(max(others, axis), own), margin)))
  return add(hinge(1), hinge(0))
}

/**
 * L = Σ_i −log softmax(logits_i)[y_i] / Σ_i |y_i| : mean over the rows that have a label.
 *
 * @param logits [n, c]
 * @param labels [n, c] one 1 a row, or none for a row without a label
 * @returns scalar ≥ 0; 0 when no row has a label
 */
export function crossEntropy(logits: Expr, labels: Expr): Expr {
  // The largest is taken out first: e^x overflows at 88.
  const shifted = sub(logits, column(stopGradient(max(logits, 1))))
  const lost = sub(log(sum(exp(shifted), 1)), sum(mul(shifted, labels), 1)) // [n]
  const has = sum(labels, 1)
  return div(sum(mul(lost, has)), add(sum(has), 1e-12))
}

/**
 * Keeps who is near whom while the space is bent: the Jensen–Shannon divergence between the neighbourhoods before and after.
 *
 *   L = mean_i JS(S(before)_i, S(after)_i) ,  S = softmax(centred cosines / .1)
 *
 * @param before [b, d] what the projector was given; no gradient goes there
 * @param after  [b, k] what it made of it
 * @returns scalar, 0…ln 2; 0 when every neighbourhood is as it was
 * @see Gröger et al., With limited data for multimodal alignment, let the STRUCTURE guide you, 2025 (the regulariser’s idea)
 */
export function structureLoss(before: Expr, after: Expr): Expr {
  const p = neighbourhoods(stopGradient(before))
  const q = neighbourhoods(after)
  const middle = log(mul(add(p.shares, q.shares), 0.5))
  const towards = (one: Neighbourhoods): Expr => sum(mul(one.shares, sub(one.logs, middle)), 1)
  return mul(mean(add(towards(p), towards(q))), 0.5)
}

interface Neighbourhoods {
  /** [b, b], each row adds up to 1. */
  readonly shares: Expr
  readonly logs: Expr
}

const neighbourhoodTemperature = 0.1

function neighbourhoods(x: Expr): Neighbourhoods {
  const rows = x.shape[0] ?? 0
  const centred = unitRows(sub(x, reshape(mean(x, 0), [1, x.shape[1] ?? 0])))
  const heights = div(sub(matMul(centred, centred, { b: true }), 1), neighbourhoodTemperature)
  const strengths = exp(heights)
  const totals = reshape(sum(strengths, 1), [rows, 1])
  return { shares: div(strengths, totals), logs: sub(heights, log(totals)) }
}

/**
 * How far some rows moved: what was learned from photos of others is kept where it was.
 *
 *   L = Σ_i c_i (1 − before_i · after_i) / Σ_i c_i
 *
 * @param before  [b, k] unit rows; no gradient goes there
 * @param after   [b, k] unit rows
 * @param counted [b] c: 1 for a row that counts, else 0
 * @returns scalar, 0…2; 0 when none counts
 */
export function movedLoss(before: Expr, after: Expr, counted: Expr): Expr {
  const moved = sub(constant(1), sum(mul(stopGradient(before), after), 1)) // [b]
  return div(sum(mul(moved, counted)), add(sum(counted), 1e-12))
}

/** [n] to [n, 1], to stand beside rows. */
export function column(x: Expr): Expr {
  return reshape(x, [x.shape[0] ?? 0, 1])
}

/** The unit matrix [n, n]. */
function identity(n: number): Expr {
  const values = new Float32Array(n * n)
  for (let i = 0; i < n; i++) values[i * n + i] = 1
  return constant(values, [n, n])
}
