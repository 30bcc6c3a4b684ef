import type { Pixels } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { openEncoder } from './encoder.ts'
import type { ModelPack } from './model-pack.ts'
import { broken, type SessionOptions } from './session.ts'

/** A model for any of these languages knows a word of one of them. */
const captions = [
  'a photo of a red cat',
  'grass 3',
  '一张猫的照片',
  'фото кота',
  'صورة قطة',
  'बिल्ली की तस्वीर',
  '고양이 사진',
  'Η γάτα'
]

/**
 * Texts on which a pattern that tries every way to cut them never ends: better now than in the middle of a library. Short
 * enough that no tokenizer cuts their end away, which is what such a pattern stumbles over.
 */
const longTexts = ['a', ' ', '1', '-', 'ab ', 'é', '猫', "'"].flatMap(piece => {
  const run = piece.repeat(96 / piece.length)
  return [`${run}!`, `${run}b`, `${run}\n0`]
})

/**
 * Runs both towers of a pack once, on pictures and texts of our own, as a library would. What they give is of the width that
 * the manifest says, and has a direction.
 *
 * @throws EngineError model-broken
 */
export async function tryPack(pack: ModelPack, options: SessionOptions): Promise<void> {
  const encoder = openEncoder(pack, options)
  try {
    await encoder.encodePixels([picture(64, 48), picture(31, 77)]).catch(noNumbers('a picture'))
    const texts = await encoder.encodeTexts([...captions, ...longTexts]).catch(noNumbers('a text'))
    if (texts.every(text => text === null)) throw broken('it knows no word of any text that it was tried with')
  } finally {
    await encoder.close()
  }
}

/** Of the model it is the model that is at fault, and not the picture or text: those are ours. */
function noNumbers(what: string): (error: unknown) => never {
  return error => {
    throw error instanceof EngineError && error.detail.index !== undefined
      ? broken(`it gives no usable numbers for ${what}`)
      : error
  }
}

/** Colours that run from corner to corner. */
function picture(widthPx: number, heightPx: number): Pixels {
  const rgb = Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % widthPx, Math.floor(i / 3 / widthPx)]
    return [(x / widthPx) * 255, (y / heightPx) * 255, ((x + y) % 16) * 16][i % 3] ?? 0
  })
  return { widthPx, heightPx, rgb }
}
