import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { config } from '../../base/config.ts'
import type { EncodedText } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { limit } from '../../base/limit.ts'

const lineSchema = z.object({
  image: z.string().min(1),
  captions: z.array(z.string()).optional(),
  text: z.string().optional(),
  split: z.string().optional()
})

/** A photo and the texts that describe it, as a line of a pairs file says. */
export interface PairLine {
  /** Absolute. */
  readonly image: string
  readonly captions: readonly string[]
}

export interface EncodedPairs {
  /** Unit rows, one a photo. */
  readonly images: readonly Float32Array[]
  /** One a caption; null for one without a known word, which finds nothing. */
  readonly texts: readonly (EncodedText | null)[]
  /** The photo that each caption describes: an index into `images`. */
  readonly imageOfText: readonly number[]
  /** Photos that could not be read, with the reason. */
  readonly skipped: readonly string[]
}

/**
 * Reads a file of JSON lines, each with `image` (relative to the file) and `captions` or `text`, and optionally `split`.
 * @throws EngineError bad-input with the line that is not understood
 */
export async function readPairsFile(path: string, split: string | null): Promise<PairLine[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new EngineError(
      'not-found',
      `The pairs file ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`
    )
  })
  const lines = text
    .split('\n')
    .flatMap((line, i) => (line.trim() === '' ? [] : [{ number: i + 1, ...parseLine(line, i + 1, path) }]))
  const chosen = lines.filter(line => split === null || line.split === split)
  if (chosen.length === 0)
    throw new EngineError(
      'bad-input',
      `The pairs file ${path} has no line${split === null ? '' : ` with the split “${split}”`}.`
    )
  return chosen.map(line => ({
    image: resolve(dirname(path), line.image),
    captions: line.captions ?? (line.text === undefined ? [] : [line.text])
  }))
}

function parseLine(line: string, number: number, path: string): z.infer<typeof lineSchema> {
  try {
    const parsed = lineSchema.parse(JSON.parse(line))
    if (parsed.captions !== undefined || parsed.text !== undefined) return parsed
  } catch {
    // Said below, with the line's number.
  }
  throw new EngineError(
    'bad-input',
    `Line ${number} of ${path} is not understood: it must be a JSON object with “image” and “captions” or “text”.`
  )
}

/** Runs photos and captions through the encoder process. */
export async function encodePairs(
  lines: readonly PairLine[],
  encoder: EncoderProcess,
  onProgress: (done: number, total: number) => void,
  signal?: AbortSignal
): Promise<EncodedPairs> {
  const skipped: string[] = []
  const atOnce = limit(config.readsInFlight)
  let done = 0
  const pictures = await Promise.all(
    lines.map(line =>
      atOnce(async () => {
        const picture = await encoder.openPicture({ path: line.image }, signal)
        onProgress(++done, lines.length)
        if ('kind' in picture) skipped.push(`${line.image}: ${picture.reason}`)
        return 'kind' in picture ? null : picture.embedding
      })
    )
  )
  const images: Float32Array[] = []
  const captions: { image: number; text: string }[] = []
  pictures.forEach((picture, i) => {
    if (picture === null) return
    for (const text of lines[i]?.captions ?? []) captions.push({ image: images.length, text })
    images.push(picture)
  })

  const texts: (EncodedText | null)[] = []
  for (let from = 0; from < captions.length; from += config.pageSize) {
    const page = captions.slice(from, from + config.pageSize)
    texts.push(
      ...(await encoder.encodeTexts(
        page.map(({ text }) => text),
        signal
      ))
    )
  }
  return { images, texts, imageOfText: captions.map(({ image }) => image), skipped }
}
