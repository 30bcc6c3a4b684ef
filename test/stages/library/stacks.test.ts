import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stackNearDuplicates, type ComparedHit } from '../../../src/main/engine/stages/library/stacks.ts'
import { thumbhashOf } from '../../../src/main/engine/stages/library/photo/fingerprint.ts'
import { unit } from '../../../src/main/engine/math/vectors.ts'

const garden = 0x3c5a_69f0_1e87_b4d2n
const white = 0n

const hex = (hash: bigint): string => hash.toString(16).padStart(16, '0')
/** The garden with so many bits, spread evenly, the other way round. */
const changed = (count: number): bigint =>
  Array.from({ length: count }, (_, i) => BigInt(Math.floor((i * 64) / count))).reduce(
    (h, bit) => h ^ (1n << bit),
    garden
  )

/** Of one colour. */
const plain = (red: number, green: number, blue: number): Uint8Array =>
  thumbhashOf({ widthPx: 8, heightPx: 8, rgb: Uint8Array.from({ length: 192 }, (_, i) => [red, green, blue][i % 3]!) })
const grey = plain(128, 128, 128)

let made = 0
const photo = (hash: bigint, more: Partial<ComparedHit> = {}): ComparedHit => ({
  perceptualHash: hex(hash),
  contentHash: `file ${made++}`,
  thumbhash: grey,
  aspect: 1.5,
  camera: null,
  takenMs: null,
  ...more
})
/** A unit vector at so many degrees: its cosine with the one at 0 is that of the angle. */
const at = (degrees: number): Float32Array =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
const stacked = (photos: readonly ComparedHit[], embeddings: readonly (Float32Array | null)[] = []): number[] => [
  ...stackNearDuplicates(photos, position => embeddings[position] ?? null)
]

describe('two photos are of one stack', () => {
  test('when they are the same file, though their hash says nothing', () => {
    expect(stacked([photo(white, { contentHash: 'a' }), photo(white, { contentHash: 'a' }), photo(white)])).toEqual([
      0, 0, 2
    ])
  })

  test('when hash and encoder both say so: the farther the hashes, the nearer the embeddings', () => {
    const couple = (bits: number, degrees: number): number[] =>
      stacked([photo(garden), photo(changed(bits))], [at(0), at(degrees)])
    // cos 25° = .906, cos 27° = .891, cos 18° = .951, cos 19° = .946
    expect(couple(6, 25)).toEqual([0, 0])
    expect(couple(6, 27)).toEqual([0, 1])
    expect(couple(12, 18)).toEqual([0, 0])
    expect(couple(12, 19)).toEqual([0, 1])
    expect(couple(13, 0)).toEqual([0, 1])
  })

  test('without embeddings only when the hash leaves no doubt', () => {
    expect(stacked([photo(garden), photo(changed(2))])).toEqual([0, 0])
    expect(stacked([photo(garden), photo(changed(3))])).toEqual([0, 1])
    expect(stacked([photo(garden), photo(changed(3))], [at(0), null])).toEqual([0, 1])
  })

  test('of one burst: the same camera within ten seconds, with more between them', () => {
    const first = photo(garden, { camera: 'X100V', takenMs: 60_000 })
    const next = (takenMs: number | null, camera: string | null = 'X100V') => photo(changed(24), { takenMs, camera })
    const couple = (other: ComparedHit, degrees = 25): number[] => stacked([first, other], [at(0), at(degrees)])
    expect(couple(next(70_000))).toEqual([0, 0])
    expect(couple(next(50_000))).toEqual([0, 0])
    expect(couple(next(70_001))).toEqual([0, 1])
    expect(couple(next(60_000, 'EOS R5'))).toEqual([0, 1])
    expect(couple(next(60_000, null))).toEqual([0, 1])
    expect(couple(next(null))).toEqual([0, 1])
    expect(couple(next(60_000), 27)).toEqual([0, 1])
    expect(couple(photo(changed(25), { camera: 'X100V', takenMs: 60_000 }))).toEqual([0, 1])
  })

  test('not when one is flat, or of quite another shape', () => {
    expect(stacked([photo(white), photo(white)], [at(0), at(0)])).toEqual([0, 1])
    expect(stacked([photo(garden), photo(garden, { aspect: 1.4 })], [at(0), at(0)])).toEqual([0, 0])
    expect(stacked([photo(garden), photo(garden, { aspect: 0.66 })], [at(0), at(0)])).toEqual([0, 1])
  })
})

test('a photo in other colours is another picture, unless it is of the same burst; a brighter one is not', () => {
  const couple = (thumbhash: Uint8Array, more: Partial<ComparedHit> = {}): number[] =>
    stacked([photo(garden, more), photo(garden, { thumbhash, ...more })], [at(0), at(0)])
  expect(couple(plain(150, 150, 150))).toEqual([0, 0])
  expect(couple(plain(150, 120, 120))).toEqual([0, 1])
  expect(couple(plain(150, 120, 120), { camera: 'X100V', takenMs: 60_000 })).toEqual([0, 0])
})

test('a stack does not drift: each of it is like the one that stands for it', () => {
  const chain = [0, 6, 12, 18].map(bits => photo(changed(0) ^ ((1n << BigInt(bits)) - 1n)))
  const same = chain.map(() => at(0))
  expect(stacked(chain, same)).toEqual([0, 0, 0, 3])
  // With another of them best, others are near enough to it.
  expect(stacked([...chain].reverse(), same)).toEqual([0, 0, 0, 3])
})

/** Hashes around few centres, so that some are near and some are not. */
const somePhoto = fc
  .record({
    centre: fc.constantFrom(garden, ~garden & 0xffff_ffff_ffff_ffffn, white),
    flips: fc.array(fc.nat(63), { maxLength: 14 }),
    degrees: fc.nat(40),
    takenMs: fc.constantFrom(null, 0, 8000, 16_000),
    camera: fc.constantFrom(null, 'one', 'other'),
    contentHash: fc.constantFrom(null, 'a', 'b')
  })
  .map(({ centre, flips, degrees, ...more }) => ({
    photo: photo(
      flips.reduce((hash, bit) => hash ^ (1n << BigInt(bit)), centre),
      more
    ),
    embedding: unit(at(degrees))
  }))

test('whatever the photos: who stands for others stands for itself, comes before them, and is like each of them alone', () => {
  fc.assert(
    fc.property(fc.array(somePhoto, { maxLength: 30 }), all => {
      const embeddingOf = (position: number): Float32Array | null => all[position]?.embedding ?? null
      const firsts = stackNearDuplicates(
        all.map(one => one.photo),
        embeddingOf
      )
      for (const [position, first] of firsts.entries()) {
        expect(first).toBeLessThanOrEqual(position)
        expect(firsts[first]).toBe(first)
        if (first === position) continue
        const couple = [all[first]!, all[position]!]
        expect(
          stacked(
            couple.map(one => one.photo),
            couple.map(one => one.embedding)
          )
        ).toEqual([0, 0])
      }
      // And those that stand for a stack are like none of each other.
      const alone = all.filter((_, position) => firsts[position] === position)
      expect(
        stacked(
          alone.map(one => one.photo),
          alone.map(one => one.embedding)
        )
      ).toEqual(alone.map((_, i) => i))
    })
  )
})
