import { expect, test } from 'vitest'
import { circlesIn } from './tools/circles.ts'
import type { Source } from './tools/imports.ts'
import { sourcesOf } from './tools/sources.ts'

/** Files that import what their values say: `{ 'a.ts': "import './b.ts'" }`. */
const written = (files: Readonly<Record<string, string>>): Source[] =>
  Object.entries(files).map(([path, text]) => ({ path: `src/${path}`, text }))

test.each(['src', 'test'])('no files in %s import each other in a circle, not even for a type', folder => {
  const sources = sourcesOf(folder)
  expect(sources.length).toBeGreaterThan(100)
  expect(circlesIn(sources)).toEqual([])
})

test('a circle is found by values, by types, by later imports and through components', () => {
  const circles = circlesIn(
    written({
      'a.ts': "import { b } from './room/b.ts'",
      'room/b.ts': "import type { C } from '../c.ts'",
      'c.ts': "const later = () => import('./d.svelte')",
      'd.svelte': '<script lang="ts">\n  export { a } from \'./a.ts\'\n</script>'
    })
  )
  expect(circles).toEqual(['src/a.ts → src/room/b.ts → src/c.ts → src/d.svelte → src/a.ts'])
})

test('files that only share what they import, or lead into a circle, are in none', () => {
  const circles = circlesIn(
    written({
      'top.ts': "import './left.ts'\nimport './right.ts'",
      'left.ts': "import './bottom.ts'\nimport 'node:fs'\nimport 'sharp'",
      'right.ts': "import './bottom.ts'\nimport './one.ts'",
      'bottom.ts': '',
      'one.ts': "import './two.ts'",
      'two.ts': "import './one.ts'\nimport './bottom.ts'",
      'alone.ts': "import './alone.ts'"
    })
  )
  expect(circles).toEqual(['src/alone.ts → src/alone.ts', 'src/one.ts → src/two.ts → src/one.ts'])
})

test('of each file in a knot of several circles the shortest is told', () => {
  const circles = circlesIn(
    written({
      'a.ts': "import './b.ts'",
      'b.ts': "import './c.ts'",
      'c.ts': "import './a.ts'\nimport './d.ts'",
      'd.ts': "import './c.ts'"
    })
  )
  expect(circles).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts', 'src/c.ts → src/d.ts → src/c.ts'])
})

test('a file that starts another as a process imports nothing of it', () => {
  const files = { 'host.ts': "fork(new URL('./worker.ts', import.meta.url))", 'worker.ts': "import './host.ts'" }
  expect(circlesIn(written(files))).toEqual([])
})
