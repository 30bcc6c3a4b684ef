import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ImageInput, placePicture, preprocess } from '../../../src/main/engine/stages/encode/preprocess.ts'
import { fromFloat16 } from '../../../src/main/engine/math/float16.ts'
import { blue, green, picture, red, tinyImage, white } from './tiny-pack.ts'

/** 40 × 20: the left quarter red, the middle half green, the right quarter blue. */
const banner = picture(40, 20, x => (x < 10 ? red : x < 30 ? green : blue))

const withRule = (rule: ImageInput['resize']['rule'], cropFraction = 1): ImageInput => ({
  ...tinyImage,
  resize: { rule, cropFraction, filter: 'linear' }
})

const withInput = (changes: Partial<ImageInput['input']>): ImageInput => ({
  ...tinyImage,
  input: { ...tinyImage.input, ...changes }
})

/** The first row of each plane of a [1, 3, 4, 4] tensor, rounded: enough to see what is where. */
function planes(tensor: Float32Array | Uint16Array, row = 0): number[][] {
  return [0, 1, 2].map(channel =>
    Array.from({ length: 4 }, (_, x) => Math.round((tensor[channel * 16 + row * 4 + x] ?? NaN) * 100) / 100 + 0)
  )
}

describe('resize rules', () => {
  test('squash keeps both ends of the picture', async () => {
    const [r, g, b] = planes(await preprocess([banner], withRule('squash')))
    // Neighbours share a little, because each pixel is a weighted mean over the edge between the colours.
    expect(r?.[0]).toBeGreaterThan(0.8)
    expect(g?.[1]).toBeGreaterThan(0.8)
    expect(g?.[2]).toBeGreaterThan(0.8)
    expect(b?.[3]).toBeGreaterThan(0.8)
  })

  test('a centre crop of a wide picture loses its ends', async () => {
    // The middle 20 × 20 are all green.
    expect(planes(await preprocess([banner], withRule('centre-crop')))).toEqual([
      [0, 0, 0, 0],
      [1, 1, 1, 1],
      [0, 0, 0, 0]
    ])
  })

  test('a letterbox shows all of it between bands of the mean colour', async () => {
    const grey: ImageInput = { ...withRule('letterbox'), input: { ...tinyImage.input, mean: [0.5, 0.5, 0.5] } }
    const tensor = await preprocess([banner], grey)
    const zeros = [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 0, 0, 0]
    ]
    expect([planes(tensor, 0), planes(tensor, 3)]).toEqual([zeros, zeros])
    const [r, , b] = planes(tensor, 1)
    expect(r?.[0]).toBeGreaterThan(0.3)
    expect(b?.[3]).toBeGreaterThan(0.3)
  })

  test('a crop fraction takes that share of the largest window, in the middle', () => {
    const half = placePicture(400, 200, { ...withRule('centre-crop', 0.5) })
    expect(half.from).toEqual({ left: 150, top: 50, width: 100, height: 100 })
    expect(half.to).toEqual({ left: 0, top: 0, width: 4, height: 4 })
  })

  test('a letterbox of a tall picture has its bands at the sides', () => {
    expect(placePicture(100, 200, withRule('letterbox')).to).toEqual({ left: 1, top: 0, width: 2, height: 4 })
  })

  test('whatever the shape, what is taken lies in the picture and lands in the tensor', () => {
    const side = fc.integer({ min: 1, max: 5000 })
    const rule = fc.constantFrom('squash' as const, 'centre-crop' as const, 'letterbox' as const)
    const inside = (
      r: { left: number; top: number; width: number; height: number },
      width: number,
      height: number
    ): boolean =>
      r.left >= 0 &&
      r.top >= 0 &&
      r.width >= 1 &&
      r.height >= 1 &&
      r.left + r.width <= width &&
      r.top + r.height <= height
    fc.assert(
      fc.property(
        side,
        side,
        side,
        side,
        rule,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        (w, h, widthPx, heightPx, name, fraction) => {
          const tower = { ...withRule(name, fraction), input: { ...tinyImage.input, widthPx, heightPx } }
          const { from, to } = placePicture(w, h, tower)
          expect(inside(from, w, h)).toBe(true)
          expect(inside(to, widthPx, heightPx)).toBe(true)
        }
      ),
      { numRuns: 1000 }
    )
  })
})

describe('layouts', () => {
  const orange = picture(8, 8, () => [255, 128, 0])

  test('RGB, planes one after the other', async () => {
    const tensor = await preprocess([orange], tinyImage)
    expect([tensor[0], tensor[16], tensor[32]]).toEqual([1, expect.closeTo(128 / 255), 0])
  })

  test('BGR swaps the first plane with the last, and the mean goes with the planes', async () => {
    const tensor = await preprocess([orange], withInput({ channels: 'BGR', scale: 1, mean: [104, 117, 123] }))
    expect([tensor[0], tensor[16], tensor[32]]).toEqual([0 - 104, 128 - 117, 255 - 123])
  })

  test('NHWC keeps the three values of a pixel together', async () => {
    const tensor = await preprocess([orange], withInput({ layout: 'NHWC', scale: 1 }))
    expect([...tensor.slice(0, 6)]).toEqual([255, 128, 0, 255, 128, 0])
  })

  test('float16 holds the same values as far as a half can', async () => {
    const noise = picture(16, 16, (x, y) => [(x * 16) % 256, (y * 16) % 256, (x * y) % 256])
    const settings = { scale: 1, mean: [104, 117, 123], std: [58, 57, 57] } satisfies Partial<ImageInput['input']>
    const [exact, half] = [
      await preprocess([noise], withInput(settings)),
      await preprocess([noise], withInput({ ...settings, type: 'float16' }))
    ]
    expect(half).toBeInstanceOf(Uint16Array)
    fromFloat16(half as Uint16Array).forEach((value, i) => expect(value).toBeCloseTo(exact[i] ?? NaN, 2))
  })

  test('scale, mean and standard deviation act in that order', async () => {
    const tensor = await preprocess(
      [picture(4, 4, () => white)],
      withInput({ scale: 1 / 255, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 2] })
    )
    expect([tensor[0], tensor[16], tensor[32]]).toEqual([1, 3, 0.5])
  })
})

test('pictures of a batch stand one after the other and do not touch', async () => {
  const tensor = await preprocess([picture(9, 5, () => red), picture(5, 9, () => blue)], tinyImage)
  expect(planes(tensor.slice(0, 48))).toEqual([
    [1, 1, 1, 1],
    [0, 0, 0, 0],
    [0, 0, 0, 0]
  ])
  expect(planes(tensor.slice(48))).toEqual([
    [0, 0, 0, 0],
    [0, 0, 0, 0],
    [1, 1, 1, 1]
  ])
})

test('fine stripes become their mean colour when shrunk: nothing aliases', async () => {
  const stripes = picture(64, 64, x => (x % 2 === 0 ? white : [0, 0, 0]))
  for (const value of await preprocess([stripes], tinyImage)) expect(value).toBeCloseTo(0.5, 1)
})

test('a picture of one pixel fills the whole input', async () => {
  expect(planes(await preprocess([picture(1, 1, () => green)], tinyImage))).toEqual([
    [0, 0, 0, 0],
    [1, 1, 1, 1],
    [0, 0, 0, 0]
  ])
})
