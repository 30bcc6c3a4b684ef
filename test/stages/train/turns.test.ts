import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal } from '../../../src/main/engine/stages/train/turns.ts'

/** Groups of up to six photos, some of which look alike. */
const library = fc
  .array(
    fc.record({
      group: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      looks: fc.array(fc.nat(3), { minLength: 1, maxLength: 6 })
    }),
    {
      minLength: 1,
      maxLength: 60
    }
  )
  .map(groups => {
    const photos = groups.flatMap(({ group, looks }, i) => looks.map(look => ({ group, alike: 4 * i + look })))
    return {
      groups: Int32Array.from(photos, ({ group }) => group),
      alike: Int32Array.from(photos, ({ alike }) => alike)
    }
  })

const numbered = (count: number) => {
  const groups = Int32Array.from({ length: count }, (_, i) => i)
  return { groups, alike: groups }
}

describe('groups that are dealt into turns', () => {
  test('are judged once each, by a turn that neither learned from any of their photos nor chose by them', () => {
    fc.assert(
      fc.property(library, data => {
        const { turns } = deal(data)
        const judged = turns.flatMap(({ fresh }) => fresh)
        expect(judged.toSorted((a, b) => a - b)).toEqual([...data.groups.keys()])
        for (const { train, validation, fresh } of turns) {
          const held = new Set(fresh.map(photo => data.groups[photo]))
          for (const photo of [...train, ...validation]) expect(held.has(data.groups[photo])).toBe(false)
          const chosenOn = new Set(validation.map(photo => data.groups[photo]))
          for (const photo of train) expect(chosenOn.has(data.groups[photo])).toBe(false)
        }
      })
    )
  })

  test('that are learned from keep some photos out, none of which looks like one that is learned from', () => {
    fc.assert(
      fc.property(library, data => {
        for (const { train, known } of deal(data).turns) {
          const trained = new Set(train)
          const learned = new Set(train.map(photo => data.groups[photo]))
          const looks = new Set(train.map(photo => data.alike[photo]))
          for (const photo of known) {
            expect(trained.has(photo)).toBe(false)
            expect(learned.has(data.groups[photo])).toBe(true)
            expect(looks.has(data.alike[photo])).toBe(false)
          }
        }
      })
    )
  })

  test('stay where they are when another group comes', () => {
    fc.assert(
      fc.property(library, ({ groups, alike }) => {
        const before = deal({ groups, alike })
        const after = deal({ groups: Int32Array.of(...groups, 77), alike: Int32Array.of(...alike, 9999) })
        fc.pre(!groups.includes(77))
        const own = (photos: readonly number[]) => photos.filter(photo => photo < groups.length)
        expect(own(after.whole.train)).toEqual(before.whole.train)
        for (const [i, { train, validation, fresh, known }] of before.turns.entries())
          expect([train, validation, fresh, known]).toEqual(
            [after.turns[i]!.train, after.turns[i]!.validation, after.turns[i]!.fresh, after.turns[i]!.known].map(own)
          )
      })
    )
  })
})

test('a small library has five turns, and a large one as many as judge a thousand groups', () => {
  const turnsAndJudged = (count: number) => {
    const { turns, whole } = deal(numbered(count))
    expect(whole.train.length + whole.validation.length).toBe(count)
    return [turns.length, turns.reduce((sum, { fresh }) => sum + fresh.length, 0)] as const
  }
  expect(turnsAndJudged(89)).toEqual([5, 89])
  expect(turnsAndJudged(1000)).toEqual([5, 1000])
  for (const [count, turns] of [
    [2000, 3],
    [5000, 1],
    [100_000, 1]
  ] as const) {
    const [seen, judged] = turnsAndJudged(count)
    expect(seen).toBe(turns)
    expect(judged).toBeGreaterThan(850)
    expect(judged).toBeLessThan(1400)
  }
})
