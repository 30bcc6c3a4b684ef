import { expect, test } from 'vitest'
import { onePerFolder } from '../../src/renderer/src/one-per-folder.ts'

const at = (...paths: string[]): { path: string }[] => paths.map(path => ({ path }))

test('the first of each folder, whichever way its machine writes paths', () => {
  expect(onePerFolder(at('/a/1.jpg', '/a/2.jpg', '/a/b/3.jpg'))).toEqual(at('/a/1.jpg', '/a/b/3.jpg'))
  expect(onePerFolder(at('C:\\a\\1.jpg', 'C:\\a\\2.jpg'))).toEqual(at('C:\\a\\1.jpg'))
})

test('no more windows than a person could want', () => {
  expect(onePerFolder(at(...Array.from({ length: 20 }, (_, n) => `/${n}/x.md`)))).toHaveLength(8)
})
