import { expect, test } from 'vitest'
import { LivedTime } from '../../src/main/engine/workers/lived-time.ts'
import { Silence } from '../../src/main/engine/workers/silence.ts'

/** Looks once a second from 0 on, at the given times; `heardMs` is when the worker spoke last. */
const looks = (silence: Silence, timesMs: readonly number[], heardMs = 0): boolean[] =>
  timesMs.map(nowMs => silence.look(nowMs, heardMs))

const seconds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => (from + i) * 1000)

test('a worker that says nothing for the whole time is silent, and one that spoke is not', () => {
  const silence = new Silence(5000, 1000, 0, 0)
  expect(looks(silence, seconds(1, 4))).toEqual([false, false, false, false])
  expect(silence.look(5000, 4500)).toBe(false)
  expect(looks(silence, seconds(6, 10), 4500)).toEqual([false, false, false, false, true])
})

test('while the engine itself was blocked or stopped nobody was silent: what was sent meanwhile is read first', () => {
  const silence = new Silence(5000, 1000, 0, 0)
  looks(silence, [1000, 2000])
  // The engine stood still for ten minutes, and its first look comes before what lies in the pipe is read.
  expect(silence.look(602_000, 0)).toBe(false)
  expect(silence.look(603_000, 602_100)).toBe(false)
  expect(looks(silence, seconds(604, 607), 602_100)).toEqual([false, false, false, false])
  expect(silence.look(608_000, 602_100)).toBe(true)
})

test('a look that comes late never judges, however long the silence was before', () => {
  const silence = new Silence(5000, 1000, 0, 0)
  looks(silence, seconds(1, 4))
  expect(silence.look(14_000, 0)).toBe(false)
  expect(silence.look(15_000, 0)).toBe(true)
})

test('a word that is read between the look and the verdict counts', () => {
  const silence = new Silence(2000, 1000, 0, 0)
  expect(looks(silence, [1000, 2000])).toEqual([false, true])
  expect(silence.hear(2000)).toBe(true)
  expect(silence.hear(2000)).toBe(false)
  expect(silence.look(3000, 2000)).toBe(false)
})

test('a clock that is set back adds nothing, and one that is set forward no more than a late look', () => {
  const time = new LivedTime(1000, 0)
  expect([1000, -3_600_000, -3_599_000, 3_600_000, 3_601_000].map(nowMs => time.look(nowMs))).toEqual([
    1000, 1000, 2000, 4000, 5000
  ])
})
