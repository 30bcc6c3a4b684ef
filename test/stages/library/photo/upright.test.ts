import { expect, test } from 'vitest'
import { upright } from '../../../../src/main/engine/stages/library/photo/upright.ts'
import { quarterError, storedFor } from './drawn-photo.ts'

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'orientation %i of a stored picture puts every colour into its corner',
  async orientation => {
    const { data, info } = await (await storedFor(orientation, 60, 40)).raw().toBuffer({ resolveWithObject: true })
    const stored = {
      pixels: { widthPx: info.width, heightPx: info.height, rgb: data },
      widthPx: info.width * 10,
      heightPx: info.height * 10
    }
    const turned = upright(stored, orientation)
    expect([turned.widthPx, turned.heightPx, turned.pixels.widthPx, turned.pixels.heightPx]).toEqual([600, 400, 60, 40])
    expect(quarterError(turned.pixels)).toBe(0)
  }
)
