export type Direction = 'ltr' | 'rtl'

/** Which way the lines run where an element stands: onwards is to its left in 'rtl'. */
export function directionAt(element: Element): Direction {
  return getComputedStyle(element).direction === 'rtl' ? 'rtl' : 'ltr'
}
