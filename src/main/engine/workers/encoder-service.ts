import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { createHash } from 'node:crypto'
import { config } from '../base/config.ts'
import type { NoteReading, PackCard, Passage, Pixels, ReadFailure } from '../base/domain.ts'
import { openEncoder, type Encoder } from '../stages/encode/encoder.ts'
import { hasManifest, packCard, readPack } from '../stages/encode/model-pack.ts'
import { describeLayout } from '../stages/encode/transformers-layout.ts'
import { tryPack } from '../stages/encode/trial.ts'
import { EngineError } from '../../../shared/errors.ts'
import { decodeBytes } from '../stages/library/photo/decode-bytes.ts'
import { otherFile } from '../stages/library/photo/other-file.ts'
import { readPhoto } from '../stages/library/photo/read-photo.ts'
import { renderPhoto } from '../stages/library/photo/render-photo.ts'
import { rotatePixels } from '../stages/library/photo/rotate.ts'
import { photoTexts } from '../base/photo-texts.ts'
import { parseCohort } from '../stages/project/cohort-file.ts'
import { parseProjector } from '../stages/project/projector-file.ts'
import { Batcher } from './batcher.ts'
import type { EncoderApi, PictureInput, PictureOutput, ReadMore, ReadOutput, ReadStart } from './encoder-api.ts'
import { mergeSidecar } from './merge-sidecar.ts'
import { identifyFile, sniffFile } from './identify-file.ts'
import { limit } from '../base/limit.ts'
import { LivedTime } from './lived-time.ts'
import { inParts, type NotePart } from './note-parts.ts'
import { ContainedNotes } from './contained-notes.ts'
import { cannotOpen, isInFile, readFile } from './read-file.ts'

/** Short beside the turns of neighbours, so that these count for little. */
const ownTimeEveryMs = 50

/** The work of the encoder process; in a test it runs without one. */
export function createEncoderApi(fileTimeoutMs: number = config.fileTimeoutMs): EncoderApi {
  const withinTime = <T>(work: (clock: () => number) => Promise<T>): Promise<T | ReadFailure> =>
    ownTimeWithin(fileTimeoutMs, work)
  let encoder: Encoder | null = null
  const contained = new ContainedNotes()
  let isInBulk = false
  let underWay = 0
  const decodeSlot = limit(config.decodesInFlight)
  /** Cutting a long text takes a second of this process's only thread: one at a time, and photos go on meanwhile. */
  const longText = limit(1)
  const atOnce = <T>(work: () => Promise<T>): Promise<T> => work()
  const pictures = new Batcher<Pixels, Float32Array | null>(config.encodeBatch, config.encodeBatchWaitMs, batch =>
    encodeBatch(need(encoder), batch)
  )

  /** A batch need not wait for company when nothing more is being decoded. */
  const encodePicture = (pixels: Pixels): Promise<Float32Array | null> => {
    const vector = pictures.add(pixels)
    if (underWay === 0) pictures.flush()
    return vector
  }

  /** The notes of which the engine has not asked for everything yet. */
  const notes = new Map<number, ReturnType<typeof inParts>>()
  let lastReadId = 0

  const encodeParts = async (parts: readonly { readonly part: number; readonly text: string }[]) => {
    if (encoder === null || parts.length === 0) return []
    const encoded = await encoder.encodeTexts(parts.map(({ text }) => text))
    return parts.flatMap(({ part }, i) => {
      const text = encoded[i]
      return text == null ? [] : [{ part, ...text }]
    })
  }

  const encodePassages = (passages: readonly Passage[]): Promise<ReadOutput['texts']> =>
    encodeParts(passages.filter(({ part }) => part < config.encodedPassages))

  const startNote = async (whole: NoteReading): Promise<ReadStart> => {
    const parts = inParts(whole)
    const { passages, links, isLast } = parts.next().value as NotePart & { isLast: boolean }
    const readId = isLast ? null : ++lastReadId
    if (readId !== null) notes.set(readId, parts)
    // The engine has no use for the text that passages were cut from.
    return {
      reading: { ...whole, text: '', passages, links },
      picture: null,
      texts: await encodePassages(passages),
      readId
    }
  }

  const decoding = async <T>(work: () => Promise<T>): Promise<T> => {
    underWay++
    try {
      return await decodeSlot(work)
    } finally {
      underWay--
      if (underWay === 0) queueMicrotask(() => underWay === 0 && pictures.flush())
    }
  }

  return {
    async open({ packFolder, threads, isBulk = false }): Promise<PackCard | null> {
      isInBulk = isBulk
      const previous = encoder
      if (packFolder === null) {
        encoder = null
        await previous?.close()
        return null
      }
      const pack = await readPack(packFolder)
      encoder = openEncoder(pack, { threads })
      await previous?.close()
      const { projectorBytes, cohortBytes } = pack
      return packCard(
        pack,
        projectorBytes === null ? null : parseProjector(projectorBytes),
        cohortBytes === null ? null : parseCohort(cohortBytes, pack.image.dimension)
      )
    },

    async read(input): Promise<ReadStart> {
      const isLong = await withinTime(() => isLongText(input.path))
      const turn = isLong === true ? longText : atOnce
      const read =
        typeof isLong !== 'boolean'
          ? isLong
          : await turn(() => decoding(() => withinTime(clock => readFile(input, clock, contained))))
      if (read.kind === 'failure') return { reading: read, picture: null, texts: [], readId: null }
      if (read.kind === 'note') return startNote(read)
      const { reading, pixels } = read
      if (encoder === null) return { reading, picture: null, texts: [], readId: null }
      const [picture, texts] = await Promise.all([
        !input.encodePicture ? null : encodePicture(pixels),
        encodeParts(photoTexts(reading.metadata))
      ])
      return { reading, picture, texts, readId: null }
    },

    listContained: ({ path }) => withinTime(() => contained.list(path).catch(cannotOpen)),

    async readMore({ readId }): Promise<ReadMore> {
      const part = notes.get(readId)?.next()
      if (part === undefined || part.done === true) throw new Error(`No note is handed over as ${readId}.`)
      if (part.value.isLast) notes.delete(readId)
      return { ...part.value, texts: await encodePassages(part.value.passages) }
    },

    stopReading({ readId }) {
      notes.delete(readId)
      return null
    },

    encodeTexts: async ({ texts }) => need(encoder).encodeTexts(texts),

    async encodeRotated({ path, rotations }) {
      need(encoder)
      const decoded = await decoding(() => withinTime(() => decodePicture({ path })))
      if ('kind' in decoded) return decoded
      const vectors = await Promise.all(
        rotations.map(rotationDeg => encodePicture(rotatePixels(decoded.pixels, rotationDeg)))
      )
      const rows = vectors.filter(vector => vector !== null)
      return rows.length === rotations.length ? rows : null
    },

    async openPicture(input: PictureInput): Promise<PictureOutput | ReadFailure> {
      const decoded = await decoding(() => withinTime(() => decodePicture(input)))
      if ('kind' in decoded) return decoded
      const { pixels, ...rest } = decoded
      if (encoder === null) return { ...rest, embedding: null }
      const embedding = encodePicture(pixels)
      // Somebody waits for this one: it does not wait for others.
      if (!isInBulk) pictures.flush()
      return { ...rest, embedding: await embedding }
    },

    render: ({ path, maximumPx }) =>
      decodeSlot(() =>
        withinTime(async () => {
          const sniffed = await sniffFile(path)
          if (sniffed.kind === 'failure') return sniffed
          return sniffed.kind === 'photo'
            ? renderPhoto(path, sniffed.format, maximumPx)
            : otherFile('no picture', basename(path), null)
        })
      ),

    showNote: ({ path, contentHash }) =>
      withinTime(async () => {
        // A file that is not there, or in which the note is one of many, is no page: what was read of it is shown.
        const sniffed = await sniffFile(path).catch(() => null)
        if (sniffed?.kind !== 'note' || sniffed.format !== 'markdown') return null
        const { showNote } = await import('../stages/library/note/show-note.ts')
        return showNote(path, contentHash)
      }),

    mergeSidecar,

    async describeLayout({ folder, about }) {
      if (!(await hasManifest(folder))) return describeLayout(folder, about)
      return { manifest: (await readPack(folder)).manifest, notes: [] }
    },

    async tryPack({ packFolder, threads }) {
      await tryPack(await readPack(packFolder), { threads })
      return null
    }
  }
}

/**
 * A picture of which the model makes nothing (a zero or infinite row) has no embedding, and costs the others of its batch
 * nothing; a model that fails in any other way fails for all.
 */
async function encodeBatch(encoder: Encoder, batch: readonly Pixels[]): Promise<readonly (Float32Array | null)[]> {
  try {
    return await encoder.encodePixels(batch)
  } catch (error) {
    if (!(error instanceof EngineError) || error.detail.index === undefined) throw error
    if (batch.length === 1) return [null]
  }
  const alone: (Float32Array | null)[] = []
  for (const pixels of batch) alone.push(...(await encodeBatch(encoder, [pixels])))
  return alone
}

function need(encoder: Encoder | null): Encoder {
  if (encoder === null)
    throw new EngineError('model-missing', 'No model is open, so nothing can be encoded. Words still work.')
  return encoder
}

async function isLongText(path: string): Promise<boolean | ReadFailure> {
  try {
    return (await stat(path)).size > config.longTextBytes && (await sniffFile(path)).kind === 'note'
  } catch (error) {
    return isInFile(error) ? false : cannotOpen(error)
  }
}

async function decodePicture(
  input: PictureInput
): Promise<(Omit<PictureOutput, 'embedding'> & { pixels: Pixels }) | ReadFailure> {
  if ('bytes' in input) {
    const decoded = await decodeBytes(input.bytes)
    if ('kind' in decoded) return decoded
    const contentHash = createHash('sha256').update(input.bytes).digest('hex')
    return { ...decoded, thumbnail: decoded.thumbnail.jpeg, contentHash }
  }
  try {
    const file = await identifyFile(input.path)
    if ('kind' in file) return file
    const { sniffed, contentHash } = file
    if (sniffed.kind !== 'photo') return otherFile('a note', basename(input.path), null)
    const read = await readPhoto(input.path, sniffed.format, [], { modifiedMs: 0, contentHash })
    if ('kind' in read) return read
    const { widthPx, heightPx, thumbnail } = read.reading
    return { widthPx, heightPx, thumbnail: thumbnail.jpeg, contentHash, pixels: read.pixels }
  } catch (error) {
    return cannotOpen(error)
  }
}

/**
 * What takes longer is answered without; the process is started anew then, because a native decoder cannot be stopped. A
 * file's time is its own: while a neighbour has the thread (a long text, a batch of pictures), it does not run.
 */
async function ownTimeWithin<T>(mostMs: number, work: (clock: () => number) => Promise<T>): Promise<T | ReadFailure> {
  const own = new LivedTime(ownTimeEveryMs, performance.now())
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<ReadFailure>(resolve => {
    timer = setInterval(() => {
      if (own.look(performance.now()) >= mostMs) resolve(tooSlow(mostMs))
    }, ownTimeEveryMs)
  })
  try {
    return await Promise.race([work(() => own.livedMs), timeout])
  } finally {
    clearInterval(timer)
  }
}

function tooSlow(mostMs: number): ReadFailure {
  const reason = `Reading this file was given up after ${mostMs / 1000} seconds.`
  return { kind: 'failure', code: 'too-slow', reason, contentHash: null }
}
