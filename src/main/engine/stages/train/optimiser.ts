import { add, constant, div, input, mul, sqrt, sub, type Expr } from './expression.ts'

/** As in SSAL's measured recipe: the first is short because the adversary's gradient turns quickly. */
const beta1 = 0.5
const beta2 = 0.999
const epsilon = 1e-8

/** The numbers that change from run to run, as inputs of the step. */
export const clock = { rate: input('rate', []), pace: input('pace', []), floor: input('floor', []) }

/**
 * Their values for run t = 1, 2, …: with moments kept as m̂ = m/(1−β₁) and v̂ = v/(1−β₂), which saves two passes over every weight,
 * Adam's bias corrections are one factor for the step (`pace`) and one for ε (`floor`).
 */
export function clockAt(t: number, rate: number): { rate: number; pace: number; floor: number } {
  const first = (1 - beta1) / (1 - beta1 ** t)
  const second = Math.sqrt((1 - beta2) / (1 - beta2 ** t))
  return { rate, pace: first / second, floor: epsilon / second }
}

export interface Moved {
  readonly weight: Expr
  readonly first: Expr
  readonly second: Expr
}

/**
 * AdamW: w ← (1 − η·decay)·w − η · m̂·pace / (√v̂ + floor), m̂ ← β₁·m̂ + g, v̂ ← β₂·v̂ + g², η = rate · rateScale.
 *
 * @see Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019
 */
export function adamW(
  state: { readonly weight: Expr; readonly first: Expr; readonly second: Expr },
  gradient: Expr,
  { rateScale, decay }: { readonly rateScale: number; readonly decay: number }
): Moved {
  const eta = mul(clock.rate, rateScale)
  const first = add(mul(state.first, beta1), gradient)
  const second = add(mul(state.second, beta2), mul(gradient, gradient))
  const change = mul(div(first, add(sqrt(second), clock.floor)), mul(eta, clock.pace))
  const kept = decay === 0 ? state.weight : mul(state.weight, sub(constant(1), mul(eta, decay)))
  return { weight: sub(kept, change), first, second }
}

/**
 * a ← a + (1 − keeps)·(w − a): weights that rest are their own average. Kept as it is read, not scaled like the moments: a state that is
 * written back must be the same to the last bit.
 *
 * @param keeps  share of the average that is kept at each step, 0…1
 */
export function movedAverage(average: Expr, weight: Expr, keeps: number): Expr {
  return add(average, mul(sub(weight, average), 1 - keeps))
}
