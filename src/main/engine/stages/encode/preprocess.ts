import sharp from 'sharp'
import type { Pixels } from '../../base/domain.ts'
import { toFloat16 } from '../../math/float16.ts'
import type { ImageTowerSettings } from './manifest.ts'

/** What an image tower takes, and how a picture of any shape becomes that rectangle. */
export type ImageInput = Pick<ImageTowerSettings, 'input' | 'resize'>

/** What goes into an input tensor; float16 as its bits. */
export type PictureValues = Float32Array | Uint16Array

/** [count, 3, height, width] or [count, height, width, 3], all zero. */
export function newPictureValues(count: number, { type, widthPx, heightPx }: ImageInput['input']): PictureValues {
  const length = count * 3 * widthPx * heightPx
  return type === 'float16' ? new Uint16Array(length) : new Float32Array(length)
}

/** In whole pixels. */
export interface Rectangle {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * Pictures as one input tensor. The resampling runs in sharp's threads, so it can go on beside ONNX Runtime, which keeps
 * this one.
 *
 * @param into  [n, …] of an earlier batch, to be written over
 * @returns [n, 3, height, width] or [n, height, width, 3]; float16 values as their bits
 */
export async function preprocess(
  pictures: readonly Pixels[],
  tower: ImageInput,
  into?: PictureValues
): Promise<PictureValues> {
  const { input } = tower
  const tables = channelTables(input)
  const size = 3 * input.widthPx * input.heightPx
  const tensor = into?.fill(0) ?? newPictureValues(pictures.length, input)
  const writing = pictures.map(async (pixels, i) => {
    const { from, to } = placePicture(pixels.widthPx, pixels.heightPx, tower)
    writePicture(
      await resample(pixels, from, to, tower.resize.filter),
      to,
      input,
      tables,
      tensor.subarray(i * size, (i + 1) * size)
    )
  })
  await Promise.all(writing)
  return tensor
}

/** Which part of the picture is taken, and where in the tower's rectangle it lands. */
export function placePicture(
  widthPx: number,
  heightPx: number,
  { input, resize }: ImageInput
): { from: Rectangle; to: Rectangle } {
  const whole = { left: 0, top: 0, width: widthPx, height: heightPx }
  const target = { left: 0, top: 0, width: input.widthPx, height: input.heightPx }
  switch (resize.rule) {
    case 'squash':
      return { from: whole, to: target }
    case 'centre-crop': {
      const perPixel = Math.min(widthPx / input.widthPx, heightPx / input.heightPx) * resize.cropFraction
      return { from: centred(input.widthPx * perPixel, input.heightPx * perPixel, widthPx, heightPx), to: target }
    }
    case 'letterbox': {
      const perPixel = Math.max(widthPx / input.widthPx, heightPx / input.heightPx)
      return { from: whole, to: centred(widthPx / perPixel, heightPx / perPixel, input.widthPx, input.heightPx) }
    }
  }
}

function centred(width: number, height: number, insideWidth: number, insideHeight: number): Rectangle {
  const wholeWidth = Math.max(1, Math.round(width))
  const wholeHeight = Math.max(1, Math.round(height))
  return {
    left: Math.floor((insideWidth - wholeWidth) / 2),
    top: Math.floor((insideHeight - wholeHeight) / 2),
    width: wholeWidth,
    height: wholeHeight
  }
}

async function resample(
  pixels: Pixels,
  from: Rectangle,
  to: Rectangle,
  filter: 'linear' | 'cubic'
): Promise<Uint8Array> {
  const raw = { width: pixels.widthPx, height: pixels.heightPx, channels: 3 } as const
  return sharp(pixels.rgb, { raw })
    .extract(from)
    .resize(to.width, to.height, { fit: 'fill', kernel: filter })
    .raw()
    .toBuffer()
}

/** What each byte of each channel becomes: 3 × 256 values instead of a calculation per pixel. */
function channelTables(input: ImageInput['input']): readonly PictureValues[] {
  return [0, 1, 2].map(channel => {
    const table = Float32Array.from({ length: 256 }, (_, byte) => {
      return (byte * input.scale - (input.mean[channel] ?? 0)) / (input.std[channel] ?? 0)
    })
    return input.type === 'float16' ? toFloat16(table) : table
  })
}

/** The tensor is zero where the picture is not: the mean colour of a letterbox. */
function writePicture(
  rgb: Uint8Array,
  to: Rectangle,
  input: ImageInput['input'],
  tables: readonly PictureValues[],
  tensor: PictureValues
): void {
  const [channelStep, pixelStep] = input.layout === 'NCHW' ? [input.widthPx * input.heightPx, 1] : [1, 3]
  tables.forEach((table, channel) => {
    let source = input.channels === 'RGB' ? channel : 2 - channel
    for (let y = 0; y < to.height; y++) {
      let target = channel * channelStep + ((to.top + y) * input.widthPx + to.left) * pixelStep
      for (let x = 0; x < to.width; x++) {
        tensor[target] = table[rgb[source] ?? 0] ?? 0
        source += 3
        target += pixelStep
      }
    }
  })
}
