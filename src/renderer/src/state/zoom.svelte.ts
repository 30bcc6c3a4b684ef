import { bounded, fit, panned, toggled, zoomed, zoomStep, type Point, type Sight, type View } from '../layout/zoom.ts'

const middle: Point = { xPx: 0, yPx: 0 }
/** Of the frame: how far an arrow key looks on. */
const lookShare = 0.2

/** How the open photo is looked at: always a view in which it can be seen, whatever size the frame takes meanwhile. */
export class ZoomState {
  /** Whether the last change was one step, which may be shown as a movement; what follows a hand must not lag behind it. */
  isStep = $state(false)
  readonly #sight: () => Sight | null
  #wanted = $state.raw<View>(fit)

  readonly view = $derived.by(() => {
    const sight = this.sight
    return sight === null ? fit : bounded(this.#wanted, sight)
  })

  /** @param sight  gives null until the picture is there: nothing can be said of its size, and nothing zooms */
  constructor(sight: () => Sight | null) {
    this.#sight = sight
  }

  get sight(): Sight | null {
    return this.#sight()
  }

  get isFit(): boolean {
    return this.view.scale === 1
  }

  /** Pixels of the page for a pixel of the picture; null until it is there. */
  get share(): number | null {
    return this.sight === null ? null : this.view.scale / this.sight.wholeScale
  }

  /** As a hand does it: the wheel, two fingers. */
  follow(factor: number, at: Point): void {
    this.#become(sight => zoomed(this.view, this.view.scale * factor, at, sight), false)
  }

  /** As a hand does it that lies on the picture. */
  pan(by: Point): void {
    this.#become(sight => panned(this.view, by, sight), false)
  }

  /** One key's way on: what is looked at goes to the right when the picture goes to the left. */
  look(right: number, down: number): void {
    this.#become(sight => {
      const { widthPx, heightPx } = sight.frame
      return panned(this.view, { xPx: -right * widthPx * lookShare, yPx: -down * heightPx * lookShare }, sight)
    }, true)
  }

  step(direction: 'in' | 'out'): void {
    const factor = direction === 'in' ? zoomStep : 1 / zoomStep
    this.#become(sight => zoomed(this.view, this.view.scale * factor, middle, sight), true)
  }

  toggle(at: Point = middle): void {
    this.#become(sight => toggled(this.view, at, sight), true)
  }

  fit(): void {
    this.#become(() => fit, true)
  }

  #become(next: (sight: Sight) => View, isStep: boolean): void {
    if (this.sight === null) return
    this.isStep = isStep
    this.#wanted = next(this.sight)
  }
}
