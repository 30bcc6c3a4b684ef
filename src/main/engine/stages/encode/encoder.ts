import { join } from 'node:path'
import type { EncodedText, EncoderCard, Pixels } from '../../base/domain.ts'
import { readBoundedJson, UnreadableJson } from './bounded-json.ts'
import { type ImageTower, openImageTower } from './image-tower.ts'
import { packLimits, type ModelPack } from './model-pack.ts'
import { broken, type SessionOptions } from './session.ts'
import { openTextTower, type TextTower } from './text-tower.ts'

/** Both towers of a model pack. Each is opened at its first use, once, so a text query does not wait for the image model. */
export interface Encoder {
  readonly image: EncoderCard
  readonly text: EncoderCard
  /** Unit rows [d], one per picture, in order. */
  encodePixels(pictures: readonly Pixels[]): Promise<Float32Array[]>
  /** Unit rows [d] with their tokens, in order; null for a text in which the model knows no word. */
  encodeTexts(texts: readonly string[]): Promise<(EncodedText | null)[]>
  close(): Promise<void>
}

/** @throws EngineError model-broken, from here or from the first use of a tower, when ONNX Runtime refuses a model */
export function openEncoder(pack: ModelPack, options: SessionOptions): Encoder {
  let image: Promise<ImageTower> | null = null
  let text: Promise<TextTower> | null = null

  const openImage = (): Promise<ImageTower> => {
    const tower = pack.manifest.image
    return openImageTower(join(pack.folder, tower.model.file), tower, options)
  }
  const openText = async (): Promise<TextTower> => {
    const files = pack.manifest.text.map(async settings => ({
      settings,
      modelPath: join(pack.folder, settings.model.file),
      tokenizer: await readTokenizer(join(pack.folder, settings.tokenizer.file))
    }))
    return openTextTower(await Promise.all(files), options)
  }

  return {
    image: pack.image,
    text: pack.text,
    encodePixels: async pictures => (await (image ??= openImage())).encode(pictures),
    encodeTexts: async texts => (await (text ??= openText())).encode(texts),
    async close() {
      const opened = await Promise.allSettled([image, text])
      image = null
      text = null
      for (const tower of opened) if (tower.status === 'fulfilled') await tower.value?.close()
    }
  }
}

async function readTokenizer(path: string): Promise<unknown> {
  try {
    return await readBoundedJson(path, { sizeBytes: packLimits.tokenizer })
  } catch (error) {
    throw error instanceof UnreadableJson ? broken(`its tokenizer ${error.message}`) : error
  }
}
