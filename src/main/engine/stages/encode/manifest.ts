import { z } from 'zod'

/**
 * `model.json`: what a model pack says about its own files. Format 1. Every setting that shapes a vector stands here, so
 * that two packs with the same files and settings give the same vectors, and none is guessed from the model's name.
 */

/** Inside the pack's folder: relative, `/` between parts, no way out. */
const path = z
  .string()
  .min(1)
  .max(240)
  .refine(
    text => !/[\\:\0]/.test(text) && text.split('/').every(part => part !== '' && part !== '.' && part !== '..'),
    'must be a relative path inside the folder, with / between its parts'
  )

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
const file = z.strictObject({ file: path, sha256 })

/** An ONNX file; `data` lists every file that holds weights for it outside the ONNX file itself. */
const onnx = z.strictObject({
  // ONNX Runtime takes another extension for another format.
  file: path.refine(text => text.endsWith('.onnx'), 'must end in .onnx'),
  sha256,
  data: z.array(file).max(64).default([])
})

const dimension = z.int().min(1).max(16_384)
const perChannel = z.tuple([z.number(), z.number(), z.number()])
const notZero = z.number().refine(value => value !== 0, 'must not be 0')

const image = z.strictObject({
  model: onnx,
  input: z.strictObject({
    name: z.string(),
    widthPx: z.int().min(1).max(2048),
    heightPx: z.int().min(1).max(2048),
    layout: z.enum(['NCHW', 'NHWC']),
    channels: z.enum(['RGB', 'BGR']),
    type: z.enum(['float32', 'float16']),
    /** value = (byte · scale − mean) / std; mean and std in the order of `channels`. */
    scale: notZero,
    mean: perChannel,
    std: z.tuple([notZero, notZero, notZero])
  }),
  resize: z.strictObject({
    /**
     * `squash`: the whole picture, its shape given up. `centre-crop`: the largest centred window of the input's shape, times
     * `cropFraction` (0.875 is the usual "resize to 256, cut out 224"). `letterbox`: the whole picture in its shape, the rest
     * filled with the mean.
     */
    rule: z.enum(['squash', 'centre-crop', 'letterbox']),
    cropFraction: z.number().min(0.1).max(1).default(1),
    /** Widened when shrinking, as in Pillow: `linear` is its BILINEAR, `cubic` its BICUBIC. */
    filter: z.enum(['linear', 'cubic'])
  }),
  output: z.strictObject({
    name: z.string(),
    /** `none`: [n, d] or [n, d, 1, 1]. `first`, `mean`: over the tokens of [n, t, d]. `global-average`: over the places of [n, d, h, w]. */
    pooling: z.enum(['none', 'first', 'mean', 'global-average']).default('none'),
    /**
     * Each value x becomes sign(x) · |x|^power before the row is made unit. 1 for an output that is an embedding by itself;
     * less evens out the activations of a classifier, of which a few are loud.
     */
    power: z.number().min(0.1).max(1).default(1)
  }),
  dimension,
  maxBatch: z.int().min(1).max(64).default(8)
})

const textPart = z.strictObject({
  model: onnx,
  /** A `tokenizer.json` of Hugging Face. */
  tokenizer: file,
  /** Most tokens, with the special ones; a longer text is cut. */
  contextLength: z.int().min(4).max(32_768),
  inputs: z.strictObject({ ids: z.string(), mask: z.string().optional(), types: z.string().optional() }),
  output: z.strictObject({
    name: z.string(),
    /** `none`: [n, d]. `first`, `last`, `mean`: over the tokens of [n, t, d], padding left out. */
    pooling: z.enum(['none', 'first', 'last', 'mean']).default('none')
  }),
  dimension,
  /** Written before each text. */
  prefix: z.string().max(200).default(''),
  lowercase: z.boolean().default(false),
  /** `context` for a model that was trained on, or exported with, one fixed length. */
  padding: z.enum(['longest', 'context']).default('longest'),
  padId: z.int().min(0).default(0),
  /** What becomes of tokens that the vocabulary does not have: averaging models want them left out. */
  unknownTokens: z.enum(['keep', 'drop']).default('keep'),
  /** How much this part counts where several are concatenated. */
  weight: z.number().positive().max(100).default(1),
  maxBatch: z.int().min(1).max(256).default(32)
})

export const manifestSchema = z
  .strictObject({
    format: z.literal(1),
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'must be lower-case letters, digits, dots, dashes and underscores'),
    name: z.string().min(1).max(100),
    licence: z.string().min(1).max(500),
    /** BCP 47 tags of the languages that the text tower was trained on. */
    languages: z.array(z.string().min(2).max(35)).max(300),
    /** Whether the towers were trained together, so that a picture and its caption are near each other as they come. */
    sharedSpace: z.boolean(),
    image,
    /** One or more; their unit outputs, each times its weight, are concatenated and made unit again. */
    text: z.array(textPart).min(1).max(8),
    /** The pack's own map into a common space. */
    baseProjector: file.optional(),
    /** Embeddings of captioned photos of others: what training on a library must not spoil. */
    generalProbe: file.optional(),
    /** The same of photos that the base projector was fitted on: training on a library goes over them again. */
    rehearsal: file.optional(),
    /** Embeddings of neutral photos: what a question scores by chance. */
    cohort: file.optional(),
    /** What the pack reaches on a general probe set. */
    probe: z
      .strictObject({
        set: z.string(),
        textToImageRecallAt10: z.number().min(0).max(1),
        imageToTextRecallAt10: z.number().min(0).max(1)
      })
      .optional()
  })
  .refine(pack => !pack.sharedSpace || pack.image.dimension === textDimension(pack.text), {
    message: 'towers that share a space must have the same dimension',
    path: ['sharedSpace']
  })

export type Manifest = z.infer<typeof manifestSchema>
export type ImageTowerSettings = z.infer<typeof image>
export type TextPartSettings = z.infer<typeof textPart>

/** Numbers in a text embedding [d]: its parts stand one after the other. */
export function textDimension(parts: readonly { readonly dimension: number }[]): number {
  return parts.reduce((sum, part) => sum + part.dimension, 0)
}

/** Every file that a pack needs, each once. */
export function filesOf({ image, text, baseProjector, generalProbe, rehearsal, cohort }: Manifest): string[] {
  const models = [image.model, ...text.map(({ model }) => model)]
  const others = [...text.map(({ tokenizer }) => tokenizer), baseProjector, generalProbe, rehearsal, cohort]
  const all = [...models, ...models.flatMap(({ data }) => data), ...others]
  return [...new Set(all.flatMap(one => (one === undefined ? [] : [one.file])))]
}
