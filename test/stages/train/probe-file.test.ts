import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProbe, probeOf, rehearsalOf, serializeProbe } from '../../../src/main/engine/stages/train/probe-file.ts'
import { joined, rowOf } from '../../../src/main/engine/stages/train/training-data.ts'
import { drawnData } from './drawn-data.ts'

const data = drawnData(5, 3, { rotations: 4 })
const probe = probeOf(data, [4, 1], true)

test('photos of others are kept upright, with all of their texts and tokens', () => {
  expect(rowOf(probe.images, 1, 6)).toEqual(rowOf(data.images, 4, 6))
  // In the order of the pairs: the three of photo 1, which is second, then those of photo 4.
  expect([...probe.imageOfText]).toEqual([1, 1, 1, 0, 0, 0])
  expect([...probe.tokens]).toEqual([3, 4, 5, 12, 13, 14])
  expect(rehearsalOf(data, [4, 1], true).imageOfText).toHaveLength(4)
})

test('of a map without a word table, the words of captions are not passed on', () => {
  const silent = probeOf(data, [4, 1], false)
  expect(silent.tokens).toHaveLength(0)
  expect(silent).toEqual({ ...probe, tokens: silent.tokens, tokenStarts: new Int32Array(7) })
  expect(parseProbe(serializeProbe(silent))?.tokenStarts).toEqual(new Int32Array(7))
})

test('they come back from their bytes, rounded to half precision, and damaged bytes are none or still are some', () => {
  const bytes = serializeProbe(probe)
  const read = parseProbe(bytes)
  const furthest = Math.max(...probe.images.map((value, i) => Math.abs(value - (read?.images[i] ?? NaN))))
  expect(furthest).toBeGreaterThan(0)
  expect(furthest).toBeLessThan(2 ** -11)
  expect({ ...read, images: null, texts: null }).toEqual({ ...probe, images: null, texts: null })
  expect(bytes.length).toBeLessThan(2 * (probe.images.length + probe.texts.length) + 1024)
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const damaged = Uint8Array.from(bytes)
      damaged[at] = value
      const read = parseProbe(damaged)
      if (read !== null) expect(Math.max(...read.imageOfText)).toBeLessThan(read.images.length / read.imageDimension)
    })
  )
})

test('joined to a library they come after its own, and are alike to none of them', () => {
  const own = drawnData(3, 1, { rotations: 4, seed: 2 })
  const both = joined(own, probe)
  expect(both.alike).toHaveLength(5)
  expect(new Set(both.alike).size).toBe(5)
  expect(rowOf(both.images, 3 * 4 + 2, 6)).toEqual(rowOf(probe.images, 0, 6))
  expect([...both.pairPhotos.subarray(3)]).toEqual([4, 4, 4, 3, 3, 3])
  const last = both.tokenStarts.length - 2
  expect([...both.tokens.subarray(both.tokenStarts[last], both.tokenStarts[last + 1])]).toEqual([14])
})
