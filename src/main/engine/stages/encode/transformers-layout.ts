import { dirname, join, posix } from 'node:path'
import { z } from 'zod'
import { hashFile } from '../../base/hash-file.ts'
import { externalDataOf } from './external-data.ts'
import { LayoutFolder } from './layout-folder.ts'
import { imageInput, pictureSettings, type ImageDefaults } from './layout-image.ts'
import { CannotDo } from './layout-refusal.ts'
import { textConfig, textInput, tokenizerFile, tokenizerSettings, type TextDefaults } from './layout-text.ts'
import { manifestSchema, type Manifest } from './manifest.ts'
import { BrokenGraph, outlineOf, type OnnxOutline } from './onnx-outline.ts'

/** What a folder does not say of its model, and which of its versions is wanted. */
export interface AboutLayout {
  readonly id: string
  readonly name: string
  readonly licence: string
  readonly languages: readonly string[]
  /** `fp32` when absent. */
  readonly prefer?: Precision | undefined
}

type Precision = 'fp32' | 'fp16' | 'int8'

export interface DescribedLayout {
  readonly manifest: Manifest
  /** Sentences on what was chosen otherwise than asked. */
  readonly notes: readonly string[]
}

/**
 * A model pack's manifest from a folder in the layout of transformers.js: `config.json`, `preprocessor_config.json`,
 * `tokenizer.json`, and two ONNX towers. What shapes a vector is taken from the files, and from what the family of models
 * is known to have been trained with where they are silent; what is neither said nor known is refused, since a wrong
 * guess is a search that is quietly worse.
 *
 * @throws EngineError model-missing or model-broken, with what is wrong and what to do
 */
export async function describeLayout(folder: string, about: AboutLayout): Promise<DescribedLayout> {
  const files = await LayoutFolder.open(folder)
  try {
    return await describe(files, about)
  } catch (error) {
    if (error instanceof CannotDo) throw files.broken(error.message, 'Choose another export of it, or another model')
    throw error
  }
}

interface Family extends ImageDefaults, TextDefaults {
  /** Outputs that lie in the space that both towers share, in the order of preference; `*` stands for the tower. */
  readonly outputs: readonly string[]
}

const clip: Family = {
  ...{ sizeIs: 'shortest', sizePx: 224 },
  mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
  std: [0.268_629_54, 0.261_302_58, 0.275_777_11],
  ...{ contextLength: 77, lowercase: false, padding: 'end' },
  outputs: ['*_embeds']
}
const siglip: Family = {
  ...{ sizeIs: 'both', sizePx: 224, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  // Both were trained on small letters; SigLIP 2's tokenizer.json does not make them so (transformers, pull request 43101).
  ...{ contextLength: 64, lowercase: true, padding: 'context' },
  outputs: ['*_embeds', 'pooler_output']
}

/** By the `model_type` of `config.json`. */
const families: Readonly<Record<string, Family>> = {
  clip,
  tinyclip: clip,
  mobileclip: { ...clip, sizePx: 256, mean: [0, 0, 0], std: [1, 1, 1], padding: 'context' },
  chinese_clip: { ...clip, contextLength: 52 },
  jina_clip: { ...clip, contextLength: 512, padding: 'own' },
  siglip,
  siglip2: siglip
}

const configFile = z.object({
  model_type: z.string().max(100),
  projection_dim: z.int().positive().nullish(),
  text_config: textConfig.nullish()
})

async function describe(files: LayoutFolder, about: AboutLayout): Promise<DescribedLayout> {
  const config = checked(files, configFile, await files.settings('config.json'), 'config.json')
  const family = Object.hasOwn(families, config.model_type) ? families[config.model_type] : undefined
  if (family === undefined)
    throw new CannotDo(
      `its config.json says that it is a “${config.model_type.slice(0, 40)}”, and Reverie knows ${Object.keys(families).join(', ')}`
    )
  const picture = checked(files, pictureSettings, await pictureFile(files), 'preprocessor_config.json')
  const tokenizer = checked(files, tokenizerFile, await files.tokenizer('tokenizer.json'), 'tokenizer.json')
  const texts = tokenizerSettings.safeParse((await files.settings('tokenizer_config.json')) ?? {}).data ?? {}

  const notes: string[] = []
  const [imageFile, textFile] = await findTowers(files, about.prefer ?? 'fp32', notes)
  const [image, text] = [await readTower(files, imageFile), await readTower(files, textFile)]
  // SigLIP has no projection: its towers are as wide as the space.
  const width = config.projection_dim ?? (family === siglip ? config.text_config?.hidden_size : null)
  const imageOutput = outputOf(image.outline, 'image', family, width)
  const textOutput = outputOf(text.outline, 'text', family, width)
  if (imageOutput.dimension !== textOutput.dimension)
    throw new CannotDo(
      `its image model gives ${imageOutput.dimension} numbers and its text model ${textOutput.dimension}, so they do not meet in one space`
    )

  const manifest = manifestSchema.safeParse({
    format: 1,
    ...{ id: about.id, name: about.name, licence: about.licence, languages: about.languages, sharedSpace: true },
    image: {
      model: image.model,
      ...imageInput(image.outline, picture, family),
      output: { name: imageOutput.name },
      dimension: imageOutput.dimension,
      ...batchOf(image.outline)
    },
    text: [
      {
        model: text.model,
        tokenizer: await hashed(files, 'tokenizer.json'),
        ...textInput(text.outline, tokenizer, texts, config.text_config ?? {}, family),
        output: { name: textOutput.name },
        dimension: textOutput.dimension,
        ...batchOf(text.outline)
      }
    ]
  })
  if (manifest.success) return { manifest: manifest.data, notes }
  const [issue] = manifest.error.issues
  throw new CannotDo(`what it says does not fit a model pack (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`)
}

/** Newer exports keep the settings of pictures and texts in one file. */
async function pictureFile(files: LayoutFolder): Promise<unknown> {
  const own = await files.settings('preprocessor_config.json')
  if (own !== null) return own
  const both = await files.settings('processor_config.json')
  return typeof both === 'object' && both !== null && 'image_processor' in both ? both.image_processor : null
}

function checked<T>(files: LayoutFolder, schema: z.ZodType<T>, content: unknown, file: string): T {
  if (content === null) throw files.broken(`it has no ${file}`, 'Download all of its files, or choose another model')
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw files.broken(
    `its ${file} is not understood (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')})`
  )
}

/** Endings of the files of each precision. Weights of four bits are no more than a last resort. */
const endings: Readonly<Record<Precision | 'q4', readonly string[]>> = {
  fp32: [''],
  fp16: ['_fp16'],
  int8: ['_quantized', '_int8', '_uint8'],
  q4: ['_q4', '_q4f16', '_bnb4']
}

/** What stands in for a precision that is not there: a CPU runs fp32 faster than fp16. */
const insteadOf: Readonly<Record<Precision, readonly (Precision | 'q4')[]>> = {
  fp32: ['fp32', 'fp16', 'int8', 'q4'],
  fp16: ['fp16', 'fp32', 'int8', 'q4'],
  int8: ['int8', 'fp32', 'fp16', 'q4']
}

async function findTowers(files: LayoutFolder, prefer: Precision, notes: string[]): Promise<[string, string]> {
  const find = async (tower: string): Promise<string | null> => {
    for (const precision of insteadOf[prefer]) {
      const names = endings[precision].map(ending => `${tower}${ending}.onnx`)
      const found = await files.findFirst([...names.map(name => `onnx/${name}`), ...names])
      if (found === null) continue
      if (precision !== prefer) notes.push(`There is no ${prefer} version of ${tower}, so ${found} is used.`)
      return found
    }
    return null
  }
  const [image, text] = [await find('vision_model'), await find('text_model')]
  if (image !== null && text !== null) return [image, text]
  const whole = Object.values(endings).flatMap(all => all.map(ending => `model${ending}.onnx`))
  const combined = await files.findFirst([...whole.map(name => `onnx/${name}`), ...whole])
  if (combined !== null)
    throw files.broken(
      `${combined} is both towers in one, and two are needed, since a picture is encoded without a text and a text without a picture`,
      'Choose an export with a vision_model.onnx and a text_model.onnx'
    )
  const missing = image === null ? 'vision_model.onnx' : 'text_model.onnx'
  throw files.broken(`it has no ${missing}`, 'Download all of its files, or choose another model')
}

/** The same file gives the same vector, whatever was indexed beside it: a tower that mixes a batch gets one input at a time. */
function batchOf({ mixesBatch }: OnnxOutline): { maxBatch?: number } {
  return mixesBatch ? { maxBatch: 1 } : {}
}

interface ReadTower {
  readonly model: Manifest['image']['model']
  readonly outline: OnnxOutline
}

async function readTower(files: LayoutFolder, file: string): Promise<ReadTower> {
  const path = join(files.root, file)
  const outline = whatItSays(file, () => outlineOf(path))
  const data: Manifest['image']['model']['data'] = []
  for (const location of whatItSays(file, () => externalDataOf(path))) {
    if (posix.isAbsolute(location) || /[\\:\0]/.test(location) || location.split('/').includes('..'))
      throw files.broken(
        `${file} wants to read a file outside the folder (${location.slice(0, 100)})`,
        'Do not use it: no honest model does'
      )
    data.push(await hashed(files, posix.join(dirname(file), location)))
  }
  return { model: { ...(await hashed(files, file)), data }, outline }
}

function whatItSays<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new CannotDo(error instanceof BrokenGraph ? `${file} ${error.message}` : `${file} is not an ONNX model`)
  }
}

async function hashed(files: LayoutFolder, file: string): Promise<{ file: string; sha256: string }> {
  const path = await files.find(file)
  if (path === null) throw files.broken(`${file} is missing`, 'Download all of its files, or choose another model')
  return { file, sha256: await hashFile(path) }
}

/** The output in the shared space, and how many numbers it has: as the graph says, else as the settings do. */
function outputOf(
  { outputs }: OnnxOutline,
  tower: 'image' | 'text',
  family: Family,
  fromConfig: number | null | undefined
): { name: string; dimension: number } {
  const wanted = family.outputs.map(name => name.replace('*', tower))
  const found = wanted.flatMap(name => outputs.filter(output => output.name === name))[0]
  if (found === undefined) {
    const given = outputs.map(({ name }) => name.slice(0, 40)).join(', ')
    throw new CannotDo(
      `its ${tower} model gives ${given} but no ${wanted.join(' or ')}, so it ends before the space that pictures and texts share`
    )
  }
  const last = found.shape.at(-1)
  const dimension = typeof last === 'number' ? last : fromConfig
  if (found.shape.length !== 2 || dimension == null)
    throw new CannotDo(`its ${tower} model does not say how many numbers its ${found.name} has`)
  return { name: found.name, dimension }
}
