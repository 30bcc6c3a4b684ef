import { describe, expect, test } from 'vitest'
import {
  extensionOf,
  isStackKey,
  lookOf,
  moveOf,
  pickingOf,
  shortcutOf,
  stepOf,
  zoomKeyOf,
  type KeyPress
} from '../../src/renderer/src/keys.ts'

const press = (code: string, key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  code,
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more
})

describe('shortcuts', () => {
  test('Ctrl K and ⌘ K go to the bar, from a text field too, on every layout', () => {
    expect(shortcutOf(press('KeyK', 'k', { ctrlKey: true }), true)).toBe('search')
    expect(shortcutOf(press('KeyK', 'k', { metaKey: true }), false)).toBe('search')
    expect(shortcutOf(press('KeyK', 'л', { ctrlKey: true }), false)).toBe('search')
  })

  test('Ctrl+Z undoes by what the key writes, and in a text field it is the field’s own', () => {
    expect(shortcutOf(press('KeyZ', 'z', { ctrlKey: true }), false)).toBe('undo')
    expect(shortcutOf(press('KeyY', 'z', { metaKey: true }), false)).toBe('undo')
    expect(shortcutOf(press('KeyZ', 'я', { ctrlKey: true }), false)).toBe('undo')
    expect(shortcutOf(press('KeyZ', 'y', { ctrlKey: true }), false)).toBeNull()
    expect(shortcutOf(press('KeyZ', 'z', { ctrlKey: true }), true)).toBeNull()
    expect(shortcutOf(press('KeyZ', 'Z', { ctrlKey: true, shiftKey: true }), false)).toBeNull()
  })

  test('/ and ? are shortcuts outside text fields and text inside them', () => {
    expect(shortcutOf(press('Slash', '/'), false)).toBe('search')
    expect(shortcutOf(press('Slash', '?', { shiftKey: true }), false)).toBe('keys')
    expect(shortcutOf(press('Slash', '/'), true)).toBeNull()
    expect(shortcutOf(press('Slash', '?', { shiftKey: true }), true)).toBeNull()
  })

  test('on a German keyboard / is above the 7 and ? beside the 0; on a Russian one the key counts', () => {
    expect(shortcutOf(press('Digit7', '/', { shiftKey: true }), false)).toBe('search')
    expect(shortcutOf(press('Minus', '?', { shiftKey: true }), false)).toBe('keys')
    expect(shortcutOf(press('Slash', '.'), false)).toBe('search')
    expect(shortcutOf(press('Slash', ',', { shiftKey: true }), false)).toBe('keys')
  })

  test('copy, paste and all other combinations are left alone', () => {
    for (const code of ['KeyC', 'KeyV', 'KeyX', 'KeyA', 'KeyF', 'Slash'])
      for (const more of [{ ctrlKey: true }, { metaKey: true }, { ctrlKey: true, shiftKey: true }])
        expect(shortcutOf(press(code, code.slice(-1).toLowerCase(), more), false)).toBeNull()
    expect(shortcutOf(press('KeyK', 'k', { ctrlKey: true, altKey: true }), false)).toBeNull()
    expect(shortcutOf(press('KeyK', 'K', { ctrlKey: true, shiftKey: true }), false)).toBeNull()
    expect(shortcutOf(press('KeyK', 'k'), false)).toBeNull()
  })
})

test('arrows, Home, End and pages move in the grid; with Alt, ⌘ or Shift they are the browser’s', () => {
  expect(moveOf(press('ArrowDown', 'ArrowDown'), 'ltr')).toBe('down')
  expect(moveOf(press('Home', 'Home'), 'ltr')).toBe('row-start')
  expect(moveOf(press('Home', 'Home', { ctrlKey: true }), 'ltr')).toBe('first')
  expect(moveOf(press('ArrowLeft', 'ArrowLeft', { altKey: true }), 'ltr')).toBeNull()
  expect(moveOf(press('ArrowDown', 'ArrowDown', { shiftKey: true }), 'ltr')).toBeNull()
  expect(moveOf(press('ArrowDown', 'ArrowDown', { ctrlKey: true }), 'ltr')).toBeNull()
  expect(moveOf(press('KeyA', 'a'), 'ltr')).toBeNull()
})

test('an arrow goes the way it points, whichever way the lines run', () => {
  const left = press('ArrowLeft', 'ArrowLeft')
  const right = press('ArrowRight', 'ArrowRight')
  expect([moveOf(left, 'ltr'), moveOf(right, 'ltr')]).toEqual(['previous', 'next'])
  expect([moveOf(left, 'rtl'), moveOf(right, 'rtl')]).toEqual(['next', 'previous'])
  expect(extensionOf(press('ArrowLeft', 'ArrowLeft', { shiftKey: true }), 'rtl')).toBe('next')
  expect([stepOf(left, 'rtl'), stepOf(right, 'rtl'), stepOf(press('ArrowUp', 'ArrowUp'), 'rtl')]).toEqual([1, -1, 0])
  expect(lookOf(left)).toEqual({ right: -1, down: 0 })
})

describe('keys of an open photo', () => {
  test('+ - 0 z, wherever a layout has them, also on the number pad', () => {
    expect(zoomKeyOf(press('Equal', '+', { shiftKey: true }))).toBe('in')
    expect(zoomKeyOf(press('Equal', '='))).toBe('in')
    expect(zoomKeyOf(press('BracketRight', '+'))).toBe('in')
    expect(zoomKeyOf(press('NumpadAdd', '+'))).toBe('in')
    expect(zoomKeyOf(press('Minus', '-'))).toBe('out')
    expect(zoomKeyOf(press('Digit0', '0'))).toBe('fit')
    expect(zoomKeyOf(press('KeyY', 'z'))).toBe('toggle')
    expect(zoomKeyOf(press('KeyZ', 'я'))).toBe('toggle')
    expect(zoomKeyOf(press('KeyZ', 'y'))).toBeNull()
  })

  test('the browser’s own zoom and undo are left alone', () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) {
      expect(zoomKeyOf(press('Equal', '+', more))).toBeNull()
      expect(zoomKeyOf(press('KeyZ', 'z', more))).toBeNull()
      expect(lookOf(press('ArrowUp', 'ArrowUp', more))).toBeNull()
    }
  })

  test('arrows look where they point', () => {
    expect(lookOf(press('ArrowRight', 'ArrowRight'))).toEqual({ right: 1, down: 0 })
    expect(lookOf(press('ArrowUp', 'ArrowUp'))).toEqual({ right: 0, down: -1 })
    expect(lookOf(press('Enter', 'Enter'))).toBeNull()
  })
})

test('X and Ctrl Space pick, Ctrl A and ⌘ A pick all, Esc picks none; a letter counts by what it writes', () => {
  expect(pickingOf(press('KeyX', 'x'))).toBe('toggle')
  expect(pickingOf(press('Space', ' ', { ctrlKey: true }))).toBe('toggle')
  expect(pickingOf(press('KeyA', 'a', { ctrlKey: true }))).toBe('all')
  expect(pickingOf(press('KeyA', 'a', { metaKey: true }))).toBe('all')
  expect(pickingOf(press('Escape', 'Escape'))).toBe('none')
  // French: A is where others have Q. Russian: neither letter is written.
  expect(pickingOf(press('KeyQ', 'a', { ctrlKey: true }))).toBe('all')
  expect(pickingOf(press('KeyA', 'q', { ctrlKey: true }))).toBeNull()
  expect(pickingOf(press('KeyX', 'ч'))).toBe('toggle')
})

test('cut, Space, and keys with Shift or Alt pick nothing', () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }])
    expect(pickingOf(press('KeyX', 'x', more))).toBeNull()
  expect(pickingOf(press('Space', ' '))).toBeNull()
  expect(pickingOf(press('KeyA', 'a'))).toBeNull()
})

test('with Shift a move takes along what it passes', () => {
  expect(extensionOf(press('ArrowDown', 'ArrowDown', { shiftKey: true }), 'ltr')).toBe('down')
  expect(extensionOf(press('End', 'End', { shiftKey: true, ctrlKey: true }), 'ltr')).toBe('last')
  expect(extensionOf(press('ArrowDown', 'ArrowDown'), 'ltr')).toBeNull()
})

test('S unfolds and folds, by what it writes, and with nothing beside it', () => {
  expect(isStackKey(press('KeyS', 's'))).toBe(true)
  expect(isStackKey(press('KeyS', 'ы'))).toBe(true)
  // Dvorak: S is where others have a semicolon.
  expect(isStackKey(press('Semicolon', 's'))).toBe(true)
  expect(isStackKey(press('KeyS', 'o'))).toBe(false)
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }])
    expect(isStackKey(press('KeyS', 's', more))).toBe(false)
})
