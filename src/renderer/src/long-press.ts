/** How long a finger rests before it means the tile and not what a tap does, milliseconds; and how far it may stray. */
const HOLD_MS = 450
const STRAY_PX = 10

/** A finger that rests on something. What follows when it is lifted, a click or a context menu, is swallowed. */
export function longPress(onhold: (target: Element) => void): (node: HTMLElement) => () => void {
  return node => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let from = { x: 0, y: 0 }
    let isHeld = false
    const stop = (): void => clearTimeout(timer)
    const begin = (event: PointerEvent): void => {
      stop()
      isHeld = false
      const { target } = event
      if (event.pointerType !== 'touch' || !event.isPrimary || !(target instanceof Element)) return
      from = { x: event.clientX, y: event.clientY }
      timer = setTimeout(() => {
        isHeld = true
        onhold(target)
      }, HOLD_MS)
    }
    const stray = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > STRAY_PX) stop()
    }
    const swallow = (event: Event): void => {
      if (!isHeld) return
      event.preventDefault()
      event.stopPropagation()
    }
    const listening = new AbortController()
    const { signal } = listening
    node.addEventListener('pointerdown', begin, { signal })
    node.addEventListener('pointermove', stray, { signal })
    for (const end of ['pointerup', 'pointercancel'] as const) node.addEventListener(end, stop, { signal })
    for (const after of ['click', 'contextmenu'] as const)
      node.addEventListener(after, swallow, { capture: true, signal })
    return () => {
      stop()
      listening.abort()
    }
  }
}
