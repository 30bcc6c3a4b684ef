import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { WeightedDraw } from '../../src/main/engine/math/weighted-draw.ts'

/** The same by hand: walk along what is left until the weights add up to the drawn share of them. */
function drawnByHand(weights: readonly number[], count: number, uniform: () => number): number[] {
  const left = new Set(weights.keys())
  const drawn: number[] = []
  while (drawn.length < count && [...left].some(position => weights[position]! > 0)) {
    let rest = uniform() * [...left].reduce((sum, position) => sum + weights[position]!, 0)
    const position = [...left].find(one => (rest -= weights[one]!) < 0)!
    drawn.push(position)
    left.delete(position)
  }
  return drawn
}

test('draws what walking along the weights draws', () => {
  // Quarters add up without rounding, so both ways agree to the last draw.
  const weights = fc.array(
    fc.nat(4).map(quarters => quarters / 4),
    { maxLength: 40 }
  )
  fc.assert(
    fc.property(weights, fc.nat(50), fc.nat(), (given, count, seed) => {
      const draw = new WeightedDraw(given)
      const [first, second] = [seededRandom(seed), seededRandom(seed)]
      // Twice: what was drawn is there again for the next draw.
      for (let i = 0; i < 2; i++)
        expect(draw.draw(count, first.uniform)).toEqual(drawnByHand(given, count, second.uniform))
    })
  )
})

test('the first of two draws is as likely as its weight says', () => {
  const draw = new WeightedDraw([3, 0, 1])
  const { uniform } = seededRandom(1)
  const firsts = Array.from({ length: 4000 }, () => draw.draw(2, uniform)[0])
  // The deviation of a share of .75 over 4,000 draws is .007.
  expect(firsts.filter(first => first === 0).length / 4000).toBeCloseTo(0.75, 1)
  expect(firsts).not.toContain(1)
})

test('nothing to draw from gives nothing, and a tiny weight beside a huge one is drawn in its turn', () => {
  expect(new WeightedDraw([]).draw(3, () => 0)).toEqual([])
  expect(new WeightedDraw([0, 0]).draw(3, () => 0.9)).toEqual([])
  expect(new WeightedDraw([1e-300, 1e300, 0]).draw(3, () => 1 - 2 ** -32)).toEqual([1, 0])
})
