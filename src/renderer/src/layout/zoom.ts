/** Width and height in pixels of the page. */
export interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

/** A place or a way in pixels of the page; places are measured from the middle of the frame. */
export interface Point {
  readonly xPx: number
  readonly yPx: number
}

/** How a picture is looked at: so many times as large as it fits, its middle so far from the middle of the frame. */
export interface View extends Point {
  /** 1: as it fits. */
  readonly scale: number
}

/** The frame that a picture is looked at through, and the picture as large as it fits there. */
export interface Sight {
  readonly frame: Size
  readonly fitted: Size
  /** The scale at which a pixel of the picture is a pixel of the page: 100 %. */
  readonly wholeScale: number
}

/** All of it, in the middle: where every picture begins. */
export const fit: View = { scale: 1, xPx: 0, yPx: 0 }

/** A press of a button or a key makes it so many times as large. */
export const zoomStep = 1.5
/** Pixels of the page for a pixel of the picture, at most: then single pixels are seen. */
const largestPixelPx = 8
/** A picture that is shown whole at its own size is not the same again at 100 %. */
const sameSize = 1.02

export function largestScale({ wholeScale }: Sight): number {
  return Math.max(1, wholeScale) * largestPixelPx
}

/**
 * The nearest view in which the picture cannot be lost: never smaller than it fits, along a side where it is smaller than
 * the frame in the middle, and along the others without a gap beside it.
 */
export function bounded(view: View, sight: Sight): View {
  const scale = within(view.scale, 1, largestScale(sight))
  const { frame, fitted } = sight
  const slackX = Math.max(0, (fitted.widthPx * scale - frame.widthPx) / 2)
  const slackY = Math.max(0, (fitted.heightPx * scale - frame.heightPx) / 2)
  return { scale, xPx: within(view.xPx, -slackX, slackX), yPx: within(view.yPx, -slackY, slackY) }
}

/** Another scale, and what was under `at` is there still, as far as the bounds allow. */
export function zoomed(view: View, scale: number, at: Point, sight: Sight): View {
  const wanted = within(scale, 1, largestScale(sight))
  const ratio = wanted / view.scale
  return bounded(
    { scale: wanted, xPx: at.xPx - (at.xPx - view.xPx) * ratio, yPx: at.yPx - (at.yPx - view.yPx) * ratio },
    sight
  )
}

/** The picture is moved by so much, as by a hand that lies on it. */
export function panned(view: View, by: Point, sight: Sight): View {
  return bounded({ ...view, xPx: view.xPx + by.xPx, yPx: view.yPx + by.yPx }, sight)
}

/** From the whole picture to its own pixels, and back; one that is small enough to be seen so already is doubled. */
export function toggled(view: View, at: Point, sight: Sight): View {
  if (view.scale > 1) return fit
  return zoomed(view, sight.wholeScale > sameSize ? sight.wholeScale : 2, at, sight)
}

function within(value: number, least: number, most: number): number {
  // Adding 0 makes −0 a 0.
  return Math.min(most, Math.max(least, value)) + 0
}
