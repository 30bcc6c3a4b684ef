import { config } from '../../base/config.ts'
import type { EncodedText, RotationDeg } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'
import { stepsInTurns } from '../../base/give-way.ts'
import { limit } from '../../base/limit.ts'
import { readPairsFile, type PairLine } from './encode-pairs.ts'
import type { Control, Progress } from '../../base/job-queue.ts'
import { groupPhotos } from '../../stages/library/photo-groups.ts'
import { enoughPhotos, learnableFrom, refuseTooFew } from '../../stages/train/readiness.ts'
import { hashPairs } from './training-rows.ts'
import { rotationsDeg } from './rotate-photos.ts'
import { encodeTexts, type TrainingEncoder, type TrainingSet } from './training-set.ts'

/**
 * Pairs from a file of photos and captions instead of the library's: for measuring, and for photos that are elsewhere. They
 * are read from disk, and nothing of them is kept but the map that was learned. Photos are grouped by their captions alone, and have no label.
 *
 * @throws EngineError bad-input when there are too few, or with the line that is not understood
 */
export async function* fileTrainingSet(
  path: string,
  { store, encoder }: { readonly store: Store; readonly encoder: TrainingEncoder },
  control: Control
): AsyncGenerator<Progress, TrainingSet> {
  const lines = await readPairsFile(path, null)
  refuseTooFew(learnableFrom(await groupedLines(lines)))
  const wanted = [...new Set(lines.flatMap(({ captions }) => captions))]
  let progress: Progress = { stage: 'pairs', done: 0, total: wanted.length, failed: 0, encoded: 0 }
  const encoded = new Map<string, EncodedText>()
  for await (const { text, row, done } of encodeTexts(wanted, encoder, control)) {
    if (row !== null) encoded.set(text, row)
    if (done % config.pageSize === 0) yield (progress = { ...progress, done })
  }

  const rotations: readonly RotationDeg[] = lines.length >= enoughPhotos ? [0, ...rotationsDeg] : [0]
  const atOnce = limit(config.rotationsInFlight)
  const photos: { image: string; captions: readonly string[]; rotations: readonly Float32Array[] }[] = []
  progress = { ...progress, stage: 'turn', done: 0, total: lines.length }
  for (let from = 0; from < lines.length; from += config.saveBatch) {
    await control.pace()
    const batch = lines.slice(from, from + config.saveBatch)
    const vectors = await Promise.all(
      batch.map(({ image }) => atOnce(() => encoder.encodeRotated({ path: image, rotations }, control.signal)))
    )
    batch.forEach((line, i) => {
      const rows = vectors[i] ?? null
      const captions = line.captions.filter(text => encoded.has(text))
      if (rows !== null && captions.length > 0) photos.push({ ...line, captions, rotations: rows })
    })
    const failed = vectors.filter(rows => rows === null).length
    progress = {
      ...progress,
      done: from + batch.length,
      failed: progress.failed + failed,
      encoded: progress.encoded + batch.length - failed
    }
    yield progress
  }
  const grouped = await groupedLines(photos)
  refuseTooFew(learnableFrom(grouped))

  const texts = [...new Set(photos.flatMap(({ captions }) => captions))].sort()
  const textAt = new Map(texts.map((text, i) => [text, i]))
  const pairs = photos.flatMap(({ image, captions }) => captions.map(text => ({ photoPath: image, text, weight: 1 })))
  return {
    itemIds: photos.map(({ image }) => store.items.findPath(image) ?? null),
    texts,
    pairHash: hashPairs(pairs),
    rows: {
      photos: photos.map((photo, i) => ({
        rotations: photo.rotations,
        alike: i,
        group: grouped[i]?.group ?? i,
        label: -1
      })),
      texts: texts.flatMap(text => encoded.get(text) ?? []),
      pairs: photos.flatMap(({ captions }, photo) =>
        captions.map(text => ({ photo, text: textAt.get(text) ?? 0, weight: 1, describes: true }))
      )
    }
  }
}

/** Photos of one caption, or of two that say nearly the same, are of one group. What a photo shows is not compared. */
export async function groupedLines(
  lines: readonly PairLine[]
): Promise<{ readonly alike: number; readonly group: number }[]> {
  const photos = lines.map(({ image, captions }, alike) => ({ content: image, alike, notes: [], texts: captions }))
  const groups = await stepsInTurns(groupPhotos(photos))
  return Array.from(groups, (group, alike) => ({ alike, group }))
}
