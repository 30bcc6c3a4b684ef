import { expect, test } from 'vitest'
import { fit, type Sight } from '../../../src/renderer/src/layout/zoom.ts'
import { ZoomState } from '../../../src/renderer/src/state/zoom.svelte.ts'

const sight: Sight = {
  frame: { widthPx: 600, heightPx: 500 },
  fitted: { widthPx: 600, heightPx: 400 },
  wholeScale: 2
}

test('nothing zooms before the picture is there', () => {
  const zoom = new ZoomState(() => null)
  zoom.step('in')
  zoom.toggle()
  expect([zoom.view, zoom.share, zoom.isFit]).toEqual([fit, null, true])
})

test('steps in and out come back to the whole picture, and no further', () => {
  const zoom = new ZoomState(() => sight)
  expect(zoom.share).toBe(0.5)
  zoom.step('in')
  zoom.step('in')
  expect(zoom.view.scale).toBe(2.25)
  for (let n = 0; n < 4; n++) zoom.step('out')
  expect(zoom.view).toEqual(fit)
})

test('a step may be shown as a movement; what follows a hand is there at once', () => {
  const zoom = new ZoomState(() => sight)
  zoom.toggle()
  expect(zoom.isStep).toBe(true)
  zoom.pan({ xPx: 10, yPx: 0 })
  expect([zoom.isStep, zoom.view.xPx]).toEqual([false, 10])
  zoom.follow(2, { xPx: 0, yPx: 0 })
  expect([zoom.isStep, zoom.view.scale, zoom.view.xPx]).toEqual([false, 4, 20])
})

test('looking to the right moves the picture to the left, as far as there is something to see', () => {
  const zoom = new ZoomState(() => sight)
  zoom.toggle()
  zoom.look(1, 0)
  expect(zoom.view.xPx).toBe(-120)
  for (let n = 0; n < 9; n++) zoom.look(1, -1)
  expect(zoom.view).toEqual({ scale: 2, xPx: -300, yPx: 150 })
})

test('a smaller window moves the photo back into it', () => {
  let now = sight
  const zoom = new ZoomState(() => now)
  zoom.toggle({ xPx: 300, yPx: 0 })
  expect(zoom.view.xPx).toBe(-300)
  now = { ...sight, frame: { widthPx: 1100, heightPx: 500 } }
  expect(zoom.view.xPx).toBe(-50)
})
