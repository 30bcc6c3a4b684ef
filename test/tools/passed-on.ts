import { seededRandom } from '../../src/main/engine/math/random.ts'

/** These values, with a share of them each in the place of another: what a wrong import of captions looks like. */
export function passedOn<T>(values: readonly T[], share: number, seed: number): T[] {
  const order = seededRandom(seed).permutation(values.length)
  const wrong = order.subarray(0, Math.round(share * order.length))
  const passed = [...values]
  wrong.forEach((place, i) => (passed[place] = values[wrong[(i + 1) % wrong.length] ?? 0] as T))
  return passed
}
