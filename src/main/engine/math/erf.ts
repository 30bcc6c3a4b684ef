/** 2/√π ∫₀ˣ e^(−t²) dt, to 1.2e−7. @see Press et al., Numerical Recipes, §6.2.2 (Chebyshev fit of erfc) */
export function erf(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x))
  const polynomial = coefficients.reduceRight((sum, coefficient) => coefficient + t * sum, 0)
  const complement = t * Math.exp(-x * x + polynomial)
  return x >= 0 ? 1 - complement : complement - 1
}

const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277
]
