import { z } from 'zod'
import { CannotDo } from './layout-refusal.ts'
import type { ImageTowerSettings } from './manifest.ts'
import type { OnnxOutline, OnnxPort } from './onnx-outline.ts'

/** How a family of models prepares pictures where its settings do not say. */
export interface ImageDefaults {
  /** What a single number for the size means: the shorter side, or both. */
  readonly sizeIs: 'shortest' | 'both'
  readonly sizePx: number
  readonly mean: readonly [number, number, number]
  readonly std: readonly [number, number, number]
}

const side = z.int().min(1).max(4096)
const size = z.union([
  side.transform(one => ({ one })),
  z.object({ height: side, width: side }),
  z.object({ shortest_edge: side })
])
const channels = z.union([
  z.number().transform((one): [number, number, number] => [one, one, one]),
  z.tuple([z.number(), z.number(), z.number()])
])

/** What of a `preprocessor_config.json` shapes a picture. Jina's processor has its own words for some of it. */
export const pictureSettings = z.object({
  do_resize: z.boolean().nullish(),
  do_center_crop: z.boolean().nullish(),
  do_rescale: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  do_flip_channel_order: z.boolean().nullish(),
  size: size.nullish(),
  crop_size: size.nullish(),
  resample: z.int().nullish(),
  interpolation: z.string().max(20).nullish(),
  resize_mode: z.string().max(20).nullish(),
  rescale_factor: z.number().positive().nullish(),
  image_mean: channels.nullish(),
  image_std: channels.nullish(),
  mean: channels.nullish(),
  std: channels.nullish()
})

type PictureSettings = z.infer<typeof pictureSettings>
type Size = z.infer<typeof size>

/**
 * Input and resizing of an image tower, from what its graph takes and what its processor's settings say.
 *
 * @throws CannotDo
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/models/clip/image_processing_clip.py
 */
export function imageInput(
  { inputs }: OnnxOutline,
  settings: PictureSettings,
  defaults: ImageDefaults
): Pick<ImageTowerSettings, 'input' | 'resize'> {
  const taken = inputs.find(({ name }) => name === 'pixel_values') ?? inputs[0]
  if (taken === undefined) throw new CannotDo('its image model takes nothing')
  const other = inputs.find(port => port !== taken)
  if (other !== undefined)
    throw new CannotDo(`its image model wants “${other.name}” beside the picture, which Reverie cannot give`)
  const { type, shape } = taken
  if (type !== 'float32' && type !== 'float16')
    throw new CannotDo('its image model does not take a picture as float32 or float16')
  if (shape.length !== 4)
    throw new CannotDo(`its image model takes something of ${shape.length} sizes, and a picture has four`)

  const { crop, resize } = resizing(settings, defaults)
  const layout = shape[3] === 3 && shape[1] !== 3 ? 'NHWC' : 'NCHW'
  checkSide(layout === 'NCHW' ? shape[2] : shape[1], crop.heightPx)
  checkSide(layout === 'NCHW' ? shape[3] : shape[2], crop.widthPx)
  return { input: { name: taken.name, ...crop, layout, type, ...values(settings, defaults) }, resize }
}

function checkSide(inGraph: OnnxPort['shape'][number] | undefined, inSettings: number): void {
  if (typeof inGraph === 'number' && inGraph !== inSettings)
    throw new CannotDo(`its settings speak of pictures of ${inSettings} pixels, and its image model takes ${inGraph}`)
}

interface Crop {
  readonly widthPx: number
  readonly heightPx: number
}

function resizing(
  settings: PictureSettings,
  defaults: ImageDefaults
): { crop: Crop; resize: ImageTowerSettings['resize'] } {
  if (settings.do_resize === false) throw new CannotDo('its settings ask for pictures that are not resized')
  const filter = filterOf(settings)
  const asked: Size = settings.size ?? { one: defaults.sizePx }
  const isSquashed =
    'height' in asked || settings.resize_mode === 'squash' || ('one' in asked && defaults.sizeIs === 'both')
  if (settings.resize_mode != null && !['shortest', 'squash'].includes(settings.resize_mode))
    throw new CannotDo(`its settings ask to resize by “${settings.resize_mode}”, which Reverie does not know`)
  const cropped = settings.crop_size ?? null
  const asks = settings.do_center_crop ?? (!isSquashed || (cropped !== null && !('height' in asked)))

  if (isSquashed) {
    const whole = rectangle(asked)
    const window = asks && cropped !== null ? rectangle(cropped) : whole
    if (window.widthPx !== whole.widthPx || window.heightPx !== whole.heightPx)
      throw new CannotDo('its settings ask to squash the picture and cut from it, which Reverie does not do')
    return { crop: whole, resize: { rule: 'squash', cropFraction: 1, filter } }
  }
  if (!asks) throw new CannotDo('its settings ask for pictures of any shape, and Reverie gives rectangles of one')
  const shortest = 'one' in asked ? asked.one : 'shortest_edge' in asked ? asked.shortest_edge : 0
  const crop = rectangle(cropped ?? asked)
  const cropFraction = Math.max(crop.widthPx, crop.heightPx) / shortest
  if (cropFraction > 1 || cropFraction < 0.1)
    throw new CannotDo(
      `its settings ask to cut ${crop.widthPx} × ${crop.heightPx} from pictures whose shorter side is ${shortest}`
    )
  if (crop.widthPx !== crop.heightPx) throw new CannotDo('its settings ask for a window that is not square')
  return { crop, resize: { rule: 'centre-crop', cropFraction, filter } }
}

function rectangle(size: Size): Crop {
  if ('height' in size) return { widthPx: size.width, heightPx: size.height }
  const one = 'one' in size ? size.one : size.shortest_edge
  return { widthPx: one, heightPx: one }
}

/** Pillow's numbers for its filters: 2 is BILINEAR, 3 BICUBIC. Every family here has cubic where nothing is said. */
function filterOf({ resample, interpolation }: PictureSettings): 'linear' | 'cubic' {
  const asked = interpolation ?? resample ?? 3
  if (asked === 2 || asked === 'bilinear') return 'linear'
  if (asked === 3 || asked === 'bicubic') return 'cubic'
  throw new CannotDo(`its settings ask for the resampling filter ${asked}, and Reverie has bilinear and bicubic`)
}

function values(
  settings: PictureSettings,
  defaults: ImageDefaults
): Pick<ImageTowerSettings['input'], 'channels' | 'scale' | 'mean' | 'std'> {
  const isNormalised = settings.do_normalize !== false
  return {
    channels: settings.do_flip_channel_order === true ? 'BGR' : 'RGB',
    scale: settings.do_rescale === false ? 1 : (settings.rescale_factor ?? 1 / 255),
    mean: isNormalised ? (settings.image_mean ?? settings.mean ?? [...defaults.mean]) : [0, 0, 0],
    std: isNormalised ? (settings.image_std ?? settings.std ?? [...defaults.std]) : [1, 1, 1]
  }
}
