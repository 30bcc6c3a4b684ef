import { add, constant, div, input, mul, sqrt, sub, type Expr } from './expression.ts'

/** As in SSAL's measured recipe: the first is short because the adversary’s gradient turns quickly. */
const beta1 = 0.5
const beta2 = 0.999
const epsilon = 1e-8

/** The numbers that change from run to run, as inputs of the step. */
export const clock = { learningRate: input('learningRate', []), pace: input('pace', []), floor: input('floor', []) }

/**
 * Their values for run t = 1, 2, …: with moments kept as m̂ = m/(1−β₁) and v̂ = v/(1−β₂), which saves two passes over every weight,
 * Adam's bias corrections are one factor for the step (`pace`) and one for ε (`floor`).
 */
export function clockAt(t: number, learningRate: number): { learningRate: number; pace: number; floor: number } {
  const first = (1 - beta1) / (1 - beta1 ** t)
  const second = Math.sqrt((1 - beta2) / (1 - beta2 ** t))
  return { learningRate, pace: first / second, floor: epsilon / second }
}

export interface Moved {
  readonly weight: Expr
  readonly first: Expr
  readonly second: Expr
}

/**
 * AdamW: w ← (1 − η·weightDecay)·w − η · m̂·pace / (√v̂ + floor), m̂ ← β₁·m̂ + g, v̂ ← β₂·v̂ + g², η = learningRate · learningRateScale.
 *
 * @see Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019
 */
export function adamW(
  state: { readonly weight: Expr; readonly first: Expr; readonly second: Expr },
  gradient: Expr,
  { learningRateScale, weightDecay }: { readonly learningRateScale: number; readonly weightDecay: number }
): Moved {
  const eta = mul(clock.learningRate, learningRateScale)
  const first = add(mul(state.first, beta1), gradient)
  const second = add(mul(state.second, beta2), mul(gradient, gradient))
  const change = mul(div(first, add(sqrt(second), clock.floor)), mul(eta, clock.pace))
  const kept = weightDecay === 0 ? state.weight : mul(state.weight, sub(constant(1), mul(eta, weightDecay)))
  return { weight: sub(kept, change), first, second }
}

/**
 * a ← a + (1 − decay)·(w − a): weights that rest are their own average. Kept as it is read, not scaled like the moments: a state that is
 * written back must be the same to the last bit.
 *
 * @param decay  share of the average that is kept at each step, 0…1
 */
export function movedAverage(average: Expr, weight: Expr, decay: number): Expr {
  return add(average, mul(sub(weight, average), 1 - decay))
}
