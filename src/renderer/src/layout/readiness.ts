/** Different photos with pairs at which a training is possible, and at which nothing is left out of it. */
export const readinessSteps = { few: 100, enough: 300 } as const

/** How full the meter is, 0…1; it is full where more pairs change nothing about what is trained. */
export function readinessShare(different: number): number {
  return Math.min(1, Math.max(0, different / readinessSteps.enough))
}
