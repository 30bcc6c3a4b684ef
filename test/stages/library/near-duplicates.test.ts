import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stepsAtOnce } from '../../../src/main/engine/base/give-way.ts'
import {
  comparedPhoto,
  groupNearDuplicates as grouping,
  type ComparedPhoto
} from '../../../src/main/engine/stages/library/near-duplicates.ts'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { dot, unit } from '../../../src/main/engine/math/vectors.ts'

const garden = 0x3c5a_69f0_1e87_b4d2n
const white = 0n

const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0')
/** The hash with some of its bits the other way round; 0 is the last. */
const flipped = (hash: bigint, bits: readonly number[]): bigint =>
  bits.reduce((h, bit) => h ^ (1n << BigInt(bit)), hash)
/** `count` bits, spread evenly. */
const spread = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.floor((i * 64) / count))

let made = 0
const photo = (hash: bigint | null, more: Partial<ComparedPhoto> = {}): ComparedPhoto => ({
  perceptualHash: hash === null ? null : hex(hash),
  contentHash: `file ${made++}`,
  folder: 'x',
  takenMs: null,
  ...more
})
const groupNearDuplicates = (...given: Parameters<typeof grouping>): Int32Array => stepsAtOnce(grouping(...given))
const grouped = (photos: readonly ComparedPhoto[], embeddings: readonly (Float32Array | null)[] = []): number[] => [
  ...groupNearDuplicates(photos, at => embeddings[at] ?? null)
]
const east = Float32Array.of(1, 0)
const nearEast = unit(Float32Array.of(1, 0.2)) // cosine .981
const north = Float32Array.of(0, 1)

describe('two photos are of one group', () => {
  test('when they are the same file, whatever is known of it', () => {
    expect(grouped([photo(null, { contentHash: 'a' }), photo(null), photo(white, { contentHash: 'a' })])).toEqual([
      0, 1, 0
    ])
  })

  test('when their hashes are at most 6 bits apart', () => {
    expect(grouped([photo(garden), photo(flipped(garden, spread(6)))])).toEqual([0, 0])
    expect(grouped([photo(garden), photo(flipped(garden, spread(7)))])).toEqual([0, 1])
  })

  test('when their hashes are at most 12 bits apart and the encoder sees the same', () => {
    const pair = [photo(garden), photo(flipped(garden, spread(7)))]
    expect(grouped(pair, [east, nearEast])).toEqual([0, 0])
    expect(grouped(pair, [east, north])).toEqual([0, 1])
    expect(grouped(pair, [east, null])).toEqual([0, 1])
    expect(grouped([photo(garden), photo(flipped(garden, spread(20)))], [east, east])).toEqual([0, 1])
  })

  test('when they were taken within 3 s in one folder and look alike', () => {
    const second = (takenMs: number, folder = 'x') => photo(flipped(garden, spread(16)), { takenMs, folder })
    const first = photo(garden, { takenMs: 10_000 })
    expect(grouped([first, second(13_000)])).toEqual([0, 0])
    expect(grouped([second(7_000), first])).toEqual([0, 0])
    expect(grouped([first, second(13_001)])).toEqual([0, 1])
    expect(grouped([first, second(13_000, 'y')])).toEqual([0, 1])
    expect(grouped([first, photo(flipped(garden, spread(17)), { takenMs: 10_000 })])).toEqual([0, 1])
  })

  test('not when of both only the year is known', () => {
    const old = {
      ...{ perceptualHash: hex(garden), contentHash: 'c', folderId: 1, path: 'a.jpg', dateMs: 0 },
      dateSource: 'exif' as const
    }
    expect([comparedPhoto(old).takenMs, comparedPhoto({ ...old, datePrecision: 'year' }).takenMs]).toEqual([0, null])
  })

  test('when a third one is of a group with both: a burst may wander', () => {
    const frames = [0, 4, 8, 12].map(count =>
      photo(
        flipped(
          garden,
          Array.from({ length: count }, (_, i) => i)
        )
      )
    )
    expect(grouped([...frames, photo(~garden & 0xffff_ffff_ffff_ffffn)])).toEqual([0, 0, 0, 0, 1])
  })
})

describe('flat pictures, whose hash says nothing', () => {
  const pages = [white, white, flipped(white, [3]), 0xffff_ffff_ffff_ffffn, flipped(white, spread(11))]

  test('are not joined for it, neither pages nor skies', () => {
    expect(grouped(pages.map(hash => photo(hash)))).toEqual([0, 1, 2, 3, 4])
  })

  test('taken together, they are joined only if the encoder sees the same', () => {
    const together = pages.slice(0, 3).map(hash => photo(hash, { takenMs: 5 }))
    expect(grouped(together)).toEqual([0, 1, 2])
    expect(grouped(together, [east, nearEast, north])).toEqual([0, 0, 1])
  })
})

/** Each with each, straight from the rules. Photos of one hash are seen as the first of them. */
function naiveGroups(photos: readonly ComparedPhoto[], embeddings: readonly (Float32Array | null)[]): number[] {
  const bits = photos.map(({ perceptualHash }) => (perceptualHash === null ? null : BigInt(`0x${perceptualHash}`)))
  const count = (value: bigint): number => value.toString(2).replaceAll('0', '').length
  const isFlat = (value: bigint): boolean => count(value) < 12 || count(value) > 52
  const firstOf = (i: number): number => (bits[i] === null || isFlat(bits[i]!) ? i : bits.indexOf(bits[i]!))
  const sees = (i: number, j: number): boolean =>
    [i, j].every(at => embeddings[at] != null) && dot(embeddings[i]!, embeddings[j]!) >= 0.97
  const hasQuarter = (difference: bigint): boolean => {
    const apart = [0, 0, 0, 0]
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++)
        if ((difference >> BigInt(63 - 8 * row - column)) & 1n) apart[(column - row + 8) % 4]!++
    return Math.min(...apart) <= 1
  }
  const same = (i: number, j: number): boolean => {
    if (photos[i]!.contentHash !== null && photos[i]!.contentHash === photos[j]!.contentHash) return true
    const [one, other] = [bits[i], bits[j]]
    if (one == null || other == null) return false
    const apart = count(one ^ other)
    const flat = isFlat(one) || isFlat(other)
    const [from, to] = [photos[i]!, photos[j]!]
    const isBurst =
      from.folder === to.folder &&
      from.takenMs !== null &&
      to.takenMs !== null &&
      Math.abs(from.takenMs - to.takenMs) <= 3000
    if (isBurst && apart <= 16 && (!flat || sees(i, j))) return true
    return !flat && (apart <= 6 || (apart <= 12 && hasQuarter(one ^ other) && sees(firstOf(i), firstOf(j))))
  }
  const group = photos.map((_, i) => i)
  for (let again = true; again;) {
    again = false
    for (let i = 0; i < photos.length; i++)
      for (let j = 0; j < i; j++)
        if (group[i] !== group[j] && same(i, j)) {
          const [keep, drop] = [Math.min(group[i]!, group[j]!), Math.max(group[i]!, group[j]!)]
          for (let k = 0; k < group.length; k++) if (group[k] === drop) group[k] = keep
          again = true
        }
  }
  const order = [...new Set(group)]
  return group.map(one => order.indexOf(one))
}

test('the lookup by quarters finds what comparing each with each finds', () => {
  const bit = fc.nat(63)
  const someHash = fc
    .tuple(fc.constantFrom(garden, white, 0x0f0f_0f0f_0f0f_0f0fn), fc.array(bit, { maxLength: 14 }))
    .map(([hash, bits]) => flipped(hash, bits))
  const somePhoto = fc.record({
    perceptualHash: fc.option(someHash.map(hex), { freq: 12 }),
    contentHash: fc.option(fc.nat(200).map(String)),
    folder: fc.constantFrom('x', 'y'),
    takenMs: fc.option(fc.nat(40_000))
  })
  const someEmbedding = fc.option(
    fc.integer({ min: 0, max: 12 }).map(step => Float32Array.of(Math.cos(step / 6), Math.sin(step / 6)))
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(somePhoto, someEmbedding), { maxLength: 25 }), rows => {
      const photos = rows.map(([one]) => one)
      const embeddings = rows.map(([, embedding]) => embedding)
      expect(grouped(photos, embeddings)).toEqual(naiveGroups(photos, embeddings))
    }),
    { numRuns: 300 }
  )
})

test('sixty thousand photos take seconds, not hours, and every copy is found', () => {
  const random = seededRandom(7)
  const originals = Array.from({ length: 30_000 }, () =>
    BigInt.asUintN(64, (BigInt(random.below(2 ** 32)) << 32n) | BigInt(random.below(2 ** 32)))
  )
  const copies = originals.map(hash =>
    flipped(
      hash,
      Array.from({ length: 6 }, () => random.below(64))
    )
  )
  const photos = [...originals, ...copies].map((hash, i) => photo(hash, { takenMs: i * 10_000 }))
  const before = process.cpuUsage()
  const groups = groupNearDuplicates(photos)
  // One second on the developers' machine; comparing each with each takes ten. Other programs do not count.
  expect(process.cpuUsage(before).user).toBeLessThan(6e6)
  for (let i = 0; i < originals.length; i++) expect(groups[i]).toBe(groups[i + originals.length])
  expect(new Set(groups).size).toBe(originals.length)
})

test('ten thousand frames of one view, all a little different, are one group at little cost', () => {
  const random = seededRandom(8)
  const frames = Array.from({ length: 10_000 }, () =>
    photo(
      flipped(
        garden,
        Array.from({ length: 3 }, () => random.below(64))
      )
    )
  )
  expect(new Set(groupNearDuplicates(frames)).size).toBe(1)
})
