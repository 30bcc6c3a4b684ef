import type { Pixels } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { makeUnit } from '../../math/vectors.ts'
import type { ImageTowerSettings } from './manifest.ts'
import { pool } from './pooling.ts'
import { newPictureValues, preprocess, type PictureValues } from './preprocess.ts'
import { broken, inputOf, openSession, pictureTensor, runSession, type SessionOptions } from './session.ts'

export interface ImageTower {
  /** Unit rows [d], one per picture. @throws EngineError model-broken when the model gives no direction for one */
  encode(pictures: readonly Pixels[]): Promise<Float32Array[]>
  close(): Promise<void>
}

/** Opens the image tower of a pack and compares it with its manifest. @throws EngineError model-broken where the two differ */
export async function openImageTower(
  modelPath: string,
  tower: ImageTowerSettings,
  options: SessionOptions
): Promise<ImageTower> {
  const session = await openSession(modelPath, options)
  const { input, output, dimension } = tower
  const { type, shape } = inputOf(session, input.name)
  if (type !== input.type) throw broken(`it takes ${type}, not ${input.type}`)
  const [, height, width] = input.layout === 'NCHW' ? [shape[1], shape[2], shape[3]] : [shape[3], shape[1], shape[2]]
  if (isOther(height, input.heightPx) || isOther(width, input.widthPx))
    throw broken(`it takes pictures of ${width} × ${height} pixels`)
  const [batch] = shape
  // A model that was exported for one picture takes them one by one.
  const maxBatch = typeof batch === 'number' ? batch : tower.maxBatch
  if (typeof batch === 'number' && batch !== 1) throw broken(`it takes exactly ${batch} pictures at a time`)

  // A batch's values are megabytes; made anew each time they would keep the garbage collector busy.
  let spare: PictureValues | null = null
  const borrowValues = (): PictureValues => {
    const values = spare ?? newPictureValues(maxBatch, input)
    spare = null
    return values
  }

  const encodeBatch = async (pictures: readonly Pixels[]): Promise<Float32Array[]> => {
    const { widthPx, heightPx } = input
    const borrowed = borrowValues()
    const into = borrowed.subarray(0, pictures.length * 3 * widthPx * heightPx)
    const dims =
      input.layout === 'NCHW' ? [pictures.length, 3, heightPx, widthPx] : [pictures.length, heightPx, widthPx, 3]
    const feeds = { [input.name]: pictureTensor(input.type, await preprocess(pictures, tower, into), dims) }
    const rows = pool(await runSession(session, feeds, output.name), output.pooling, pictures.length, dimension)
    spare = borrowed
    return rows
  }

  return {
    async encode(pictures) {
      const rows: Float32Array[] = []
      for (let i = 0; i < pictures.length; i += maxBatch)
        rows.push(...(await encodeBatch(pictures.slice(i, i + maxBatch))))
      rows.forEach((row, index) => {
        if (output.power !== 1) evenOut(row, output.power)
        if (makeUnit(row)) return
        throw new EngineError(
          'model-broken',
          'The model gave no usable numbers for a picture. The picture is unharmed; another model may be able to read it.',
          { index }
        )
      })
      return rows
    },
    close: () => session.release()
  }
}

/** @see Perronnin et al., Improving the Fisher kernel, ECCV 2010 (power normalisation) */
function evenOut(row: Float32Array, power: number): void {
  row.forEach((value, i) => (row[i] = Math.sign(value) * Math.abs(value) ** power))
}

function isOther(size: number | string | undefined, expected: number): boolean {
  return typeof size === 'number' && size !== expected
}
