import fc from 'fast-check'
import { expect, test } from 'vitest'
import { namePattern } from '../../../../src/main/engine/stages/library/note/name-pattern.ts'

test.each([
  ['*.jpg', ['a.jpg', 'A.JPG'], ['a.png', 'sub/a.jpg']],
  ['**.jpg', ['a.jpg', 'sub/deep/a.jpg'], ['a.png']],
  ['**/*.jpg', ['a.jpg', 'sub/a.jpg'], ['sub/a.png']],
  ['images/**', ['images/a.jpg', 'images/x/b.png'], ['a.jpg', 'other/images.jpg']],
  ['*.{png,jp?g,{gif,webp}}', ['a.png', 'a.jpeg', 'a.gif', 'a.webp'], ['a.jpg', 'a.bmp']],
  ['tram-[0-9].jpg', ['tram-3.jpg'], ['tram-x.jpg', 'tram-12.jpg']],
  ['tram-[!0-9].jpg', ['tram-x.jpg'], ['tram-3.jpg']],
  ['./Tram ?.jpg', ['tram 1.jpg', 'tram 🚋.jpg'], ['tram .jpg', 'tram /.jpg']],
  ['tram [', ['tram ['], ['tram x']]
])('%s stands for some names and not for others', (pattern, fitting, others) => {
  const isLike = namePattern(pattern)
  expect([...fitting, ...others].filter(isLike)).toEqual(fitting)
})

/** The second way: all ways that a star may go, one after the other. Only for short patterns. */
function naive(pattern: string, path: string): boolean {
  if (pattern === '') return path === ''
  if (pattern.startsWith('**'))
    return Array.from({ length: path.length + 1 }, (_, i) => i).some(i => naive(pattern.slice(2), path.slice(i)))
  if (pattern.startsWith('*')) {
    const end = !path.includes('/') ? path.length : path.indexOf('/')
    return Array.from({ length: end + 1 }, (_, i) => i).some(i => naive(pattern.slice(1), path.slice(i)))
  }
  const fits = pattern.startsWith('?') ? path !== '' && !path.startsWith('/') : path.startsWith(pattern.charAt(0))
  return fits && naive(pattern.slice(1), path.slice(1))
}

test('it agrees with trying every way', () => {
  const letters = (from: string): fc.Arbitrary<string> =>
    fc.array(fc.constantFrom(...Array.from(from)), { maxLength: 7 }).map(all => all.join(''))
  fc.assert(
    fc.property(letters('ab?*'), letters('ab/'), (pattern, path) => {
      expect(namePattern(pattern)(path)).toBe(naive(pattern, path))
    }),
    { numRuns: 2000 }
  )
})

test('a hostile pattern costs no time', () => {
  const before = process.cpuUsage().user
  for (const pattern of [
    '*a'.repeat(140),
    '{a,b}'.repeat(60),
    '{'.repeat(300),
    '+(a|aa)'.repeat(40),
    `[${'a-'.repeat(140)}]`
  ])
    expect(namePattern(pattern)(`${'a'.repeat(250)}.jpg`)).toBe(false)
  expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(2)
})
