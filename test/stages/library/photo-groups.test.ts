import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldsOf } from '../../../src/main/engine/stages/train/folds.ts'
import { stepsAtOnce } from '../../../src/main/engine/base/give-way.ts'
import { groupPhotos as grouping, type GroupedPhoto } from '../../../src/main/engine/stages/library/photo-groups.ts'

const words = ['red', 'blue', 'old', 'boat', 'house', 'cat', 'at', 'sea', 'night', 'here']
const text = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 7 }).map(some => some.join(' '))
/** Small libraries with much in common; each photo has a content of its own. */
const library: fc.Arbitrary<GroupedPhoto[]> = fc
  .array(
    fc.record({
      alike: fc.integer({ min: 0, max: 30 }),
      notes: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 2 }),
      texts: fc.array(text, { maxLength: 2 })
    }),
    { minLength: 1, maxLength: 24 }
  )
  .map(photos => photos.map((photo, i) => ({ ...photo, content: `${(i * 7919) % 97} ${i}` })))

const groupPhotos = (photos: readonly GroupedPhoto[]): Int32Array => stepsAtOnce(grouping(photos))

/** Jaccard, the naive way. */
function areNearlyEqual(a: string, b: string): boolean {
  const [one, other] = [new Set(a.split(' ')), new Set(b.split(' '))]
  return one.intersection(other).size >= 0.8 * one.union(other).size
}

const knowEachOther = (a: GroupedPhoto, b: GroupedPhoto): boolean =>
  a.alike === b.alike ||
  a.notes.some(note => b.notes.includes(note)) ||
  a.texts.some(one => b.texts.some(other => areNearlyEqual(one, other)))

/** The number of each photo's group, by its content. */
const byContent = (photos: readonly GroupedPhoto[]): Map<string, number> => {
  const groups = groupPhotos(photos)
  return new Map(photos.map(({ content }, i) => [content, groups[i]!]))
}

describe('groups of photos', () => {
  test('are those of the naive way: whoever is joined by a chain, and nobody else', () => {
    fc.assert(
      fc.property(library, photos => {
        const naive = photos.map((_, i) => i)
        for (let isSettled = false; !isSettled;) {
          isSettled = true
          for (const [i, a] of photos.entries())
            for (const [j, b] of photos.entries()) {
              if (naive[i] === naive[j] || !knowEachOther(a, b)) continue
              naive[i] = naive[j] = Math.min(naive[i]!, naive[j]!)
              isSettled = false
            }
        }
        const groups = groupPhotos(photos)
        for (const i of photos.keys())
          for (const j of photos.keys()) expect(groups[i] === groups[j]).toBe(naive[i] === naive[j])
      })
    )
  })

  test('do not depend on the order of the photos, of their notes or of their texts', () => {
    fc.assert(
      fc.property(library, photos => {
        const turned = photos
          .map(photo => ({ ...photo, notes: photo.notes.toReversed(), texts: photo.texts.toReversed() }))
          .reverse()
        expect(byContent(turned)).toEqual(new Map([...byContent(photos)].reverse()))
      })
    )
  })

  test('stay in their folds when a photo comes that knows none of them, wherever it stands and whatever its content', () => {
    fc.assert(
      fc.property(library, fc.string(), fc.nat(), (photos, content, at) => {
        const stranger = { content: `new ${content}`, alike: 999, notes: [999], texts: ['unheard of'] }
        const grown = photos.toSpliced(at % (photos.length + 1), 0, stranger)
        const before = byContent(photos)
        const after = byContent(grown)
        for (const [own, group] of before) expect(after.get(own)).toBe(group)
      })
    )
  })

  test('two that know each other are never in different folds, and databases that number otherwise agree', () => {
    fc.assert(
      fc.property(library, photos => {
        const folds = foldsOf(groupPhotos(photos))
        const foldOf = (photo: number) =>
          Object.values(folds).findIndex((own: readonly number[]) => own.includes(photo))
        for (const [i, a] of photos.entries())
          for (const [j, b] of photos.entries()) if (knowEachOther(a, b)) expect(foldOf(i)).toBe(foldOf(j))
        const rebuilt = photos.map(photo => ({
          ...photo,
          alike: 100 - photo.alike,
          notes: photo.notes.map(note => 500 - note)
        }))
        expect(byContent(rebuilt)).toEqual(byContent(photos))
      })
    )
  })
})

test('four of five different words in common are nearly the same, three of four are not', () => {
  const groupsOf = (...texts: string[]): number =>
    new Set(groupPhotos(texts.map((one, i) => ({ content: `${i}`, alike: i, notes: [], texts: [one] })))).size
  expect(groupsOf('A dog on a beach', 'a dog, on the beach')).toBe(1)
  expect(groupsOf('a dog on grass', 'a dog on sand')).toBe(2)
  expect(groupsOf('Our bicycle', 'our bicycle!')).toBe(1)
})
