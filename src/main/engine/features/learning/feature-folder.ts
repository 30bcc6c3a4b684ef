import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { EngineError } from '../../../../shared/errors.ts'
import type { Benchmark, FeaturePairs } from '../../stages/train/paper.ts'

const size = z.number().int().min(1)
const matrix = z.tuple([size, size])
const list = z.tuple([size])

const indexSchema = z.object({
  dtype: z.string().startsWith('float32 little-endian').optional(),
  classes: z.array(z.string()).min(2).max(256),
  files: z.object({
    'train.image.f32': matrix,
    'train.text.f32': matrix,
    'train.label.u8': list,
    'test.image.f32': matrix,
    'test.text.f32': matrix,
    'test.label.u8': list
  })
})

/** Every pair of the test part is compared with every other: as many cosines take 400 MB. */
const mostTested = 10_000

/**
 * A benchmark of ready features as a folder: `index.json` with `classes` and the shapes of its `files`, and each of them beside it, raw
 * float32 (little-endian, row by row) or a byte a label. Row i of pictures, of texts and of labels are one pair.
 *
 * @throws EngineError not-found without an index, bad-input with what does not fit
 */
export async function readFeatureFolder(folder: string): Promise<Benchmark> {
  const { files, classes } = await readIndex(folder)
  const part = async (name: 'train' | 'test'): Promise<FeaturePairs> => {
    const [count] = files[`${name}.label.u8`]
    for (const side of ['image', 'text'] as const)
      if (files[`${name}.${side}.f32`][0] !== count)
        throw refused(
          folder,
          `${name}.${side}.f32 has ${files[`${name}.${side}.f32`][0]} rows and ${name}.label.u8 has ${count}`
        )
    return {
      images: await readMatrix(folder, `${name}.image.f32`, files[`${name}.image.f32`]),
      texts: await readMatrix(folder, `${name}.text.f32`, files[`${name}.text.f32`]),
      labels: await readLabels(folder, `${name}.label.u8`, count, classes.length)
    }
  }
  const [, imageDimension] = files['train.image.f32']
  const [, textDimension] = files['train.text.f32']
  if (files['test.image.f32'][1] !== imageDimension || files['test.text.f32'][1] !== textDimension)
    throw refused(folder, 'its train and test features are not of one width')
  if (files['test.label.u8'][0] > mostTested)
    throw refused(folder, `it has ${files['test.label.u8'][0]} test pairs, and at most ${mostTested} are compared`)
  return {
    ...{ imageDimension, textDimension, classes: classes.length },
    train: await part('train'),
    test: await part('test')
  }
}

async function readIndex(folder: string): Promise<z.infer<typeof indexSchema>> {
  const text = await readFile(join(folder, 'index.json'), 'utf8').catch((error: unknown) => {
    throw new EngineError(
      'not-found',
      `There is no index.json to be read in ${folder} (${reasonOf(error)}). Nothing was changed. ${whatIsWanted}`
    )
  })
  try {
    return indexSchema.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues
      const place = issue?.path.length === 0 ? '' : ` at “${issue?.path.join(' › ')}”`
      throw refused(folder, `its index.json is not understood${place} (${issue?.message})`)
    }
    throw refused(folder, 'its index.json is not JSON')
  }
}

async function readMatrix(
  folder: string,
  name: string,
  [rows, width]: readonly [number, number]
): Promise<Float32Array> {
  const bytes = await readBytes(folder, name, rows * width * 4)
  const values = new Float32Array(bytes.buffer)
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw refused(folder, `${name} holds something that is no number in row ${Math.floor(wrong / width)}`)
  return values
}

async function readLabels(folder: string, name: string, count: number, classes: number): Promise<Int32Array> {
  const labels = Int32Array.from(await readBytes(folder, name, count))
  const wrong = labels.findIndex(label => label >= classes)
  if (wrong >= 0)
    throw refused(folder, `${name} names class ${labels[wrong]} in row ${wrong}, and index.json lists ${classes}`)
  return labels
}

async function readBytes(folder: string, name: string, expected: number): Promise<Uint8Array<ArrayBuffer>> {
  const found = await readFile(join(folder, name)).catch((error: unknown) => {
    throw refused(folder, `${name} cannot be read (${reasonOf(error)})`)
  })
  if (found.length !== expected)
    throw refused(
      folder,
      `${name} has ${found.length} bytes, and by its shape in index.json it should have ${expected}`
    )
  // A copy begins at the start of its own buffer, where float32 may be looked at.
  return Uint8Array.from(found)
}

function refused(folder: string, why: string): EngineError {
  return new EngineError(
    'bad-input',
    `${folder} is no folder of features: ${why}. Nothing was changed. ${whatIsWanted}`
  )
}

const whatIsWanted =
  'It should hold index.json with “classes” and “files” with their shapes, and train and test.image.f32, .text.f32 and .label.u8.'

function reasonOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown reason'
}
