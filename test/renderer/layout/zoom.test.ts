import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  bounded,
  fit,
  largestScale,
  panned,
  toggled,
  zoomed,
  type Point,
  type Sight,
  type View
} from '../../../src/renderer/src/layout/zoom.ts'

/** A landscape of 1200 × 800 in a frame of 600 × 500: it fits at 600 × 400. */
const landscape: Sight = {
  frame: { widthPx: 600, heightPx: 500 },
  fitted: { widthPx: 600, heightPx: 400 },
  wholeScale: 2
}
const at = (xPx: number, yPx: number): Point => ({ xPx, yPx })

test('100 % is a pixel of the picture for a pixel of the page, and back is the whole picture', () => {
  const near = toggled(fit, at(100, 50), landscape)
  // 1200 × 800 leaves 300 beside and 150 above; the point at (100, 50) would go to (200, 100), so the picture goes back by that.
  expect(near).toEqual({ scale: 2, xPx: -100, yPx: -50 })
  expect(toggled(near, at(0, 0), landscape)).toEqual(fit)
})

test('a picture that is seen at its own size already is doubled', () => {
  expect(toggled(fit, at(0, 0), { ...landscape, wholeScale: 1 }).scale).toBe(2)
})

test('what is smaller than the frame stays in the middle; what is larger leaves no gap', () => {
  expect(bounded({ scale: 1.2, xPx: 999, yPx: -40 }, landscape)).toEqual({ scale: 1.2, xPx: 60, yPx: 0 })
  expect(bounded({ scale: 0.1, xPx: 5, yPx: 5 }, landscape)).toEqual(fit)
  expect(bounded({ scale: 99, xPx: 0, yPx: 0 }, landscape).scale).toBe(16)
})

const length = fc.double({ min: 40, max: 4000, noNaN: true })
const sights: fc.Arbitrary<Sight> = fc
  .record({
    frame: fc.record({ widthPx: length, heightPx: length }),
    whole: fc.record({ widthPx: length, heightPx: length })
  })
  .map(({ frame, whole }) => {
    const share = Math.min(1, frame.widthPx / whole.widthPx, frame.heightPx / whole.heightPx)
    const fitted = { widthPx: whole.widthPx * share, heightPx: whole.heightPx * share }
    return { frame, fitted, wholeScale: 1 / share }
  })
const share = fc.double({ min: -0.5, max: 0.5, noNaN: true })
const anyView: fc.Arbitrary<View> = fc.record({
  scale: fc.double({ min: 0.01, max: 200, noNaN: true }),
  xPx: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  yPx: fc.double({ min: -1e4, max: 1e4, noNaN: true })
})
/** Which point of the picture, in its own parts, is under a point of the frame. */
const under = (view: View, place: number, axis: 'xPx' | 'yPx'): number => (place - view[axis]) / view.scale

test('whatever is done, the picture is in its frame, no smaller than it fits and no gap beside it', () => {
  fc.assert(
    fc.property(sights, anyView, anyView, share, share, (sight, start, then, x, y) => {
      const point = at(x * sight.frame.widthPx, y * sight.frame.heightPx)
      const view = bounded(start, sight)
      for (const { scale, xPx, yPx } of [
        view,
        zoomed(view, then.scale, point, sight),
        panned(view, then, sight),
        toggled(view, point, sight)
      ]) {
        expect(scale).toBeGreaterThanOrEqual(1)
        expect(scale).toBeLessThanOrEqual(largestScale(sight))
        for (const [off, frame, fitted] of [
          [xPx, sight.frame.widthPx, sight.fitted.widthPx],
          [yPx, sight.frame.heightPx, sight.fitted.heightPx]
        ] as const) {
          const slack = (fitted * scale - frame) / 2
          if (slack <= 0) expect(off).toBe(0)
          else expect(Math.abs(off)).toBeLessThanOrEqual(slack + 1e-6)
        }
      }
    })
  )
})

test('going in, the point under the pointer stays there along every side that fills the frame', () => {
  fc.assert(
    fc.property(
      sights,
      anyView,
      fc.double({ min: 1, max: 20, noNaN: true }),
      share,
      share,
      (sight, start, more, x, y) => {
        const before = bounded(start, sight)
        const point = at(x * sight.frame.widthPx, y * sight.frame.heightPx)
        const after = zoomed(before, before.scale * more, point, sight)
        for (const [axis, side] of [
          ['xPx', 'widthPx'],
          ['yPx', 'heightPx']
        ] as const) {
          if (sight.fitted[side] * before.scale < sight.frame[side]) continue
          const moved = (under(after, point[axis], axis) - under(before, point[axis], axis)) * after.scale
          expect(Math.abs(moved)).toBeLessThan(1e-6 * sight.frame[side] * after.scale)
        }
      }
    )
  )
})

test('in and out again at the same point is where it was', () => {
  fc.assert(
    fc.property(sights, anyView, share, share, (sight, start, x, y) => {
      const before = bounded(start, sight)
      const point = at(x * sight.frame.widthPx, y * sight.frame.heightPx)
      const larger = Math.min(before.scale * 1.5, largestScale(sight))
      // Along a side that did not fill the frame yet, the way in is bounded, and the way out leads back to the middle.
      const back = zoomed(zoomed(before, larger, point, sight), before.scale, point, sight)
      expect(back.scale).toBeCloseTo(before.scale)
      expect(back.xPx).toBeCloseTo(before.xPx, 4)
      expect(back.yPx).toBeCloseTo(before.yPx, 4)
    })
  )
})

test('a hand moves the picture by as much as it goes, until its edge is reached', () => {
  const near = zoomed(fit, 4, at(0, 0), landscape)
  expect(panned(near, at(30, -20), landscape)).toEqual({ scale: 4, xPx: 30, yPx: -20 })
  expect(panned(near, at(5000, -5000), landscape)).toEqual({ scale: 4, xPx: 900, yPx: -550 })
})
