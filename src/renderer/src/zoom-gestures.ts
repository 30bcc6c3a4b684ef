import type { Point } from './layout/zoom.ts'
import type { ZoomState } from './state/zoom.svelte.ts'

/** Of the logarithm of the scale, for a pixel of the wheel: a notch of 100 px is about a fifth more. */
const wheelRate = 0.0018
/** A touchpad tells a pinch as a wheel with Ctrl held, in much smaller numbers. */
const pinchRate = 0.01
/** A wheel that counts in lines means about so many pixels. */
const linePx = 16
/** No single event of a wheel does more than this: some tell of hundreds of pixels at once. */
const mostOfWheel = 0.5

/**
 * What a hand does to the photo: the wheel and a pinch zoom towards where it is, a drag moves what is larger than its frame,
 * a double click goes in and out. Gives what takes the hand away again.
 */
export function followHand(frame: HTMLElement, zoom: ZoomState): () => void {
  /** Fingers and buttons that are down, by their id, where they are. */
  const down = new Map<number, Point>()
  const listening = new AbortController()
  const { signal } = listening

  const place = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top, width, height } = frame.getBoundingClientRect()
    return { xPx: clientX - left - width / 2, yPx: clientY - top - height / 2 }
  }

  const wheel = (event: WheelEvent): void => {
    // What is whole cannot be made smaller: then the wheel is left to the page around. A pinch would zoom the page.
    const isForUs = zoom.sight !== null && !(zoom.isFit && event.deltaY > 0)
    if (isForUs || event.ctrlKey) event.preventDefault()
    if (!isForUs) return
    const isPinch = event.ctrlKey
    const px = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * linePx : event.deltaY
    const most = Math.max(-mostOfWheel, Math.min(mostOfWheel, -px * (isPinch ? pinchRate : wheelRate)))
    zoom.follow(Math.exp(most), place(event))
  }

  const press = (event: PointerEvent): void => {
    if (event.button !== 0 || down.size === 2) return
    down.set(event.pointerId, place(event))
    frame.setPointerCapture(event.pointerId)
  }

  const move = (event: PointerEvent): void => {
    const before = down.get(event.pointerId)
    if (before === undefined) return
    const now = place(event)
    const [other] = [...down].flatMap(([id, point]) => (id === event.pointerId ? [] : [point]))
    down.set(event.pointerId, now)
    if (other === undefined) {
      zoom.pan(way(before, now))
      return
    }
    // Two fingers: as far as they part it grows, and it goes along with the middle between them.
    zoom.follow(distance(other, now) / Math.max(1, distance(other, before)), between(other, before))
    zoom.pan(way(between(other, before), between(other, now)))
  }

  const lift = (event: PointerEvent): void => {
    down.delete(event.pointerId)
  }

  /** The browser would take two fingers for a scroll of the page around; one finger may scroll it while nothing is zoomed. */
  const touch = (event: TouchEvent): void => {
    if (zoom.sight !== null && event.touches.length > 1 && event.cancelable) event.preventDefault()
  }

  frame.addEventListener('wheel', wheel, { signal, passive: false })
  frame.addEventListener('touchstart', touch, { signal, passive: false })
  frame.addEventListener('pointerdown', press, { signal })
  frame.addEventListener('pointermove', move, { signal })
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
    frame.addEventListener(end, lift, { signal })
  frame.addEventListener('dblclick', event => zoom.toggle(place(event)), { signal })
  return () => listening.abort()
}

const way = (from: Point, to: Point): Point => ({ xPx: to.xPx - from.xPx, yPx: to.yPx - from.yPx })
const distance = (a: Point, b: Point): number => Math.hypot(a.xPx - b.xPx, a.yPx - b.yPx)
const between = (a: Point, b: Point): Point => ({ xPx: (a.xPx + b.xPx) / 2, yPx: (a.yPx + b.yPx) / 2 })
