import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { savePackProjector } from '../../src/main/engine/stages/encode/model-pack.ts'
import { runFit } from '../../src/main/engine/stages/train/base-fit.ts'
import { probeOf, rehearsalOf, serializeProbe } from '../../src/main/engine/stages/train/probe-file.ts'
import { assemblePack } from '../tools/assemble-packs.ts'
import { featuresOf } from './caption-features.ts'

const cache = resolve(import.meta.dirname, '../.cache')

/**
 * The folder of a pack of real encoders whose base projector is SSAL's, as `reverie fit flickr8k/pairs.jsonl --split train --validation dev`
 * makes it, with its general probe set; made at the first call: some minutes.
 */
export async function ssalPack(data: string): Promise<string> {
  const kept = join(cache, 'ssal-pack')
  if (existsSync(kept)) return kept
  const building = assemblePack('mobilenet-text', join(cache, `ssal-building-${process.pid}`))
  if (building === null) throw new Error('The encoders of the benchmark are not on this machine.')
  const { data: flickr, splits } = await featuresOf('flickr8k', data)
  const dev = splits.flatMap((split, photo) => (split === 'dev' ? [photo] : []))
  const train = splits.flatMap((split, photo) => (split === 'train' ? [photo] : []))
  const input = { data: flickr, validation: Int32Array.from(dev), seed: 1, device: 'cpu' as const, hasWords: true }
  for await (const step of runFit(input)) {
    if (step.kind === 'fitted') {
      await savePackProjector(building, step.projector, {
        generalProbe: serializeProbe(probeOf(flickr, dev, true)),
        rehearsal: serializeProbe(rehearsalOf(flickr, train, true))
      })
    }
  }
  mkdirSync(cache, { recursive: true })
  renameSync(building, kept)
  return kept
}
