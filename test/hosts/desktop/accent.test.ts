import { expect, test } from 'vitest'
import { accentStyle } from '../../../src/main/hosts/desktop/accent.ts'

test('a colour of the system becomes a rule, without its transparency', () => {
  expect(accentStyle('0078d7ff')).toBe(':root { --system-accent: #0078d7; }')
  expect(accentStyle('FF9500')).toBe(':root { --system-accent: #FF9500; }')
})

test.each([null, '', 'blue', '0078d', '0078d7ff; } body { display: none', '0078d7\n'])('%j is no colour', colour => {
  expect(accentStyle(colour)).toBeNull()
})
