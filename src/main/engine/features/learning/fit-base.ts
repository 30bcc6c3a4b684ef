import { EngineError } from '../../../../shared/errors.ts'
import type { EncodedText, RotationDeg } from '../../base/domain.ts'
import { config } from '../../base/config.ts'
import type { BothDirections, Device, RunPoint } from '../../../../shared/learning.ts'
import { foldsOf } from '../../stages/train/folds.ts'
import { probeOf, rehearsalOf, serializeProbe } from '../../stages/train/probe-file.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { limit } from '../../base/limit.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import type { PairLine } from './encode-pairs.ts'
import { trainingData, type TrainingRows } from './training-rows.ts'
import { encodeTexts } from './training-set.ts'
import { rotationsDeg } from './rotate-photos.ts'

export interface FitRequest {
  readonly lines: readonly PairLine[]
  /** Photos to choose on; null: a tenth of the others is held back. */
  readonly validation: readonly PairLine[] | null
  readonly seed: number
  readonly device: Device
  /** Whether photos are also trained on rotated: four times the encoding. */
  readonly hasRotations: boolean
  readonly hasWords: boolean
  readonly threads: number
}

export interface FittedBase {
  readonly projector: Uint8Array
  /** A probe file of the held-out photos. */
  readonly generalProbe: Uint8Array
  /** The same of photos that were fitted on. */
  readonly rehearsal: Uint8Array
  readonly images: number
  readonly texts: number
  /** On the held-out photos: of the linear map that it began with, and of what came out. */
  readonly before: BothDirections
  readonly after: BothDirections
  readonly skipped: readonly string[]
}

const mostHeldBack = 1000

/** Encodes photos, rotated too, and captions, and has the trainer process learn the pack's map from them. */
export async function fitBase(
  request: FitRequest,
  { encoder, trainer }: { readonly encoder: EncoderProcess; readonly trainer: TrainerProcess },
  tell: { readonly encoded: (done: number, total: number) => void; readonly point: (point: RunPoint) => void },
  signal: AbortSignal
): Promise<FittedBase> {
  const { validation, seed, device, hasRotations, hasWords, threads } = request
  const lines = [...request.lines, ...(validation ?? [])]
  const rotations: readonly RotationDeg[] = hasRotations ? [0, ...rotationsDeg] : [0]
  const atOnce = limit(config.decodesInFlight)
  let done = 0
  const pictures = await Promise.all(
    lines.map(({ image }) =>
      atOnce(async () => {
        const rows = await encoder.encodeRotated({ path: image, rotations }, signal)
        tell.encoded(++done, lines.length)
        return rows
      })
    )
  )
  const skipped = lines.flatMap(({ image }, i) => (pictures[i] === null ? [`${image}: it could not be read`] : []))
  const photos: { rotations: readonly Float32Array[]; isHeld: boolean; captions: readonly string[] }[] = []
  lines.forEach(({ captions }, i) => {
    const rows = pictures[i] ?? null
    if (rows !== null) photos.push({ rotations: rows, isHeld: i >= request.lines.length, captions })
  })
  const texts: EncodedText[] = []
  const pairs: TrainingRows['pairs'][number][] = []
  const photoOfCaption = photos.flatMap((photo, i) => photo.captions.map(() => i))
  const captions = photos.flatMap(photo => photo.captions)
  for await (const { row, done: encoded } of encodeTexts(captions, encoder, {
    signal,
    pace: () => Promise.resolve()
  })) {
    if (row === null) continue
    pairs.push({ photo: photoOfCaption[encoded - 1] ?? 0, text: texts.length, weight: 1, describes: true })
    texts.push(row)
  }
  const data = await trainingData({
    photos: photos.map((photo, i) => ({ rotations: photo.rotations, alike: i, group: i, label: -1 })),
    texts,
    pairs
  })
  const held =
    validation === null
      ? foldsOf(data.groups, 0, { train: 0.9, validation: 0.1 }).validation.slice(0, mostHeldBack)
      : photos.flatMap(({ isHeld }, i) => (isHeld ? [i] : []))

  for await (const step of trainer.fit(
    { data, validation: Int32Array.from(held), seed, device, hasWords, threads },
    signal
  )) {
    if (step.kind === 'point') {
      tell.point(step.point)
      continue
    }
    const { projector, before, after } = step
    const generalProbe = serializeProbe(probeOf(data, held, hasWords))
    const isHeld = new Set(held)
    const rehearsal = serializeProbe(
      rehearsalOf(
        data,
        photos.flatMap((_, i) => (isHeld.has(i) ? [] : [i])),
        hasWords
      )
    )
    return {
      rehearsal,
      projector,
      generalProbe,
      images: photos.length - held.length,
      texts: texts.length,
      before,
      after,
      skipped
    }
  }
  throw new EngineError('internal', 'The training ended without a map. Nothing was changed.')
}
