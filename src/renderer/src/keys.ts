import type { Direction } from './direction.ts'
import type { Move } from './layout/move.ts'

/** The part of a KeyboardEvent that matters; `code` is the physical key, the same on every layout. */
export interface KeyPress {
  readonly code: string
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

export type Shortcut = 'search' | 'keys' | 'undo'

/**
 * What a key means anywhere in the window, or null. `/` and `?` count by what they write and, where a layout writes
 * something else on that key (Cyrillic, Greek, Arabic), by where they are. In a text field they are text, and Ctrl+Z is
 * the field's own.
 */
export function shortcutOf(press: KeyPress, inTextField: boolean): Shortcut | null {
  const command = press.ctrlKey !== press.metaKey && !press.altKey
  if (command) {
    if (press.shiftKey) return null
    if (press.code === 'KeyK') return 'search'
    return writes(press, 'z') && !inTextField ? 'undo' : null
  }
  if (press.ctrlKey || press.metaKey || press.altKey || inTextField) return null
  if (press.key === '?' || (press.code === 'Slash' && press.shiftKey)) return 'keys'
  return press.key === '/' || press.code === 'Slash' ? 'search' : null
}

/** Whether a key leads on (1) or back (-1) among what stands side by side in lines of that direction; 0 for every other key. */
export function stepOf({ code }: Pick<KeyPress, 'code'>, direction: Direction): -1 | 0 | 1 {
  if (code !== 'ArrowLeft' && code !== 'ArrowRight') return 0
  return (code === 'ArrowRight') === (direction === 'ltr') ? 1 : -1
}

/** What a key means in a grid whose lines run in that direction, or null. */
export function moveOf(press: KeyPress, direction: Direction): Move | null {
  if (press.altKey || press.metaKey || press.shiftKey) return null
  if (press.ctrlKey) return farMoves[press.code] ?? null
  const step = stepOf(press, direction)
  if (step !== 0) return step === 1 ? 'next' : 'previous'
  return moves[press.code] ?? null
}

/** What a key with Shift takes into the selection on its way, or null. */
export function extensionOf(press: KeyPress, direction: Direction): Move | null {
  const { code, key, ctrlKey, metaKey, shiftKey, altKey } = press
  return shiftKey ? moveOf({ code, key, ctrlKey, metaKey, altKey, shiftKey: false }, direction) : null
}

/** What a key does to the selection, or null. A letter counts by what it writes, on layouts without it by where it is. */
export function pickingOf(press: KeyPress): 'toggle' | 'all' | 'none' | null {
  if (press.shiftKey || press.altKey) return null
  if (press.ctrlKey !== press.metaKey) {
    if (press.ctrlKey && press.code === 'Space') return 'toggle'
    return writes(press, 'a') ? 'all' : null
  }
  if (press.ctrlKey) return null
  return press.code === 'Escape' ? 'none' : writes(press, 'x') ? 'toggle' : null
}

/** Whether a key unfolds or folds the stack that has the focus. */
export function isStackKey(press: KeyPress): boolean {
  return !(press.shiftKey || press.altKey || press.ctrlKey || press.metaKey) && writes(press, 's')
}

/** By what it writes, on layouts without that letter by where it is. */
function writes({ key, code }: KeyPress, letter: string): boolean {
  return key.toLowerCase() === letter || (!/^[a-z]$/iu.test(key) && code === `Key${letter.toUpperCase()}`)
}

const moves: Readonly<Record<string, Move>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'row-start',
  End: 'row-end',
  PageUp: 'page-up',
  PageDown: 'page-down'
}

const farMoves: Readonly<Record<string, Move>> = { Home: 'first', End: 'last' }

export type ZoomKey = 'in' | 'out' | 'fit' | 'toggle'

/**
 * What a key does to the open photo, or null. `+`, `-` and `0` count by what they write, wherever a layout has them; `z` by
 * what it writes or, where that is no Latin letter, by where it is. With Ctrl they are the browser's own.
 */
export function zoomKeyOf(press: KeyPress): ZoomKey | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null
  if (press.key === '+' || press.key === '=') return 'in'
  if (press.key === '-') return 'out'
  if (press.key === '0') return 'fit'
  const isZ = press.key === 'z' || (press.code === 'KeyZ' && !/^[a-z]$/iu.test(press.key))
  return isZ && !press.shiftKey ? 'toggle' : null
}

/** Where an arrow looks on a photo that is larger than its frame, or null. */
export function lookOf(press: KeyPress): { readonly right: -1 | 0 | 1; readonly down: -1 | 0 | 1 } | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.shiftKey) return null
  return looks[press.code] ?? null
}

const looks: Readonly<Record<string, ReturnType<typeof lookOf>>> = {
  ArrowLeft: { right: -1, down: 0 },
  ArrowRight: { right: 1, down: 0 },
  ArrowUp: { right: 0, down: -1 },
  ArrowDown: { right: 0, down: 1 }
}
