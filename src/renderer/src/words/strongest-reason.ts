import type { Hit, Reason } from '../../../shared/searching.ts'

/** Of why something was found, what had the largest part in it; null where nothing is said. */
export function strongestReason({ reasons }: Pick<Hit, 'reasons'>): Reason | null {
  return reasons.reduce<Reason | null>((best, next) => (best && best.share >= next.share ? best : next), null)
}
