/**
 * Base projectors by SSAL against CCA on the same features: MobileNetV2 with model2vec and GloVe, learned from Flickr8k's training photos,
 * chosen on its development photos, reported on photos of others (coco_mini), with ablations.
 *
 * Every training that ends is kept in `test/.cache/base-results.json`, so that a run that was interrupted goes on; `--again` forgets them.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BothDirections } from '../../src/shared/learning.ts'
import { parseProjector, serializeProjector } from '../../src/main/engine/stages/project/projector-file.ts'
import { correlatedMap, runFit, type FitInput } from '../../src/main/engine/stages/train/base-fit.ts'
import { heldOut, scoresOf, type Scores } from '../../src/main/engine/stages/train/held-out.ts'
import { sharedData } from '../tools/shared-data.ts'
import { featuresOf } from './caption-features.ts'

const root = resolve(import.meta.dirname, '../..')
const cache = join(root, 'test/.cache/base')
const seeds = [1, 2, 3]

interface Row {
  readonly dev: Scores
  readonly coco: Scores
  readonly seconds: number
}

/** What is trained: its name in the table, its seeds, and what differs from the usual settings. */
const variants: readonly {
  readonly name: string
  readonly seeds: readonly number[]
  readonly hasWords: boolean
  readonly settings?: FitInput['settings']
}[] = [
  { name: 'SSAL with words', seeds, hasWords: true },
  { name: 'SSAL, frozen texts (no head)', seeds, hasWords: false },
  {
    name: '  without the adversaries',
    seeds: [1],
    hasWords: true,
    settings: { modalityReversal: 0, rotationReversal: 0 }
  },
  { name: '  without rotation', seeds: [1], hasWords: true, settings: { rotatedWeight: 0, rotationReversal: 0 } },
  { name: '  with structure (weight 5)', seeds: [1], hasWords: true, settings: { structureWeight: 5 } },
  { name: '  without noise on photos', seeds: [1], hasWords: true, settings: { imageNoise: 0 } }
]

export async function bench(rest: readonly string[]): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  mkdirSync(cache, { recursive: true })
  const kept = join(cache, 'results.json')
  if (rest.includes('--again')) rmSync(kept, { force: true })
  const results = (existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {}) as Record<string, Row>
  const keep = (key: string, row: Row): void => {
    results[key] = row
    writeFileSync(kept, JSON.stringify(results))
  }

  const { data: flickr, splits } = await featuresOf('flickr8k', data)
  const { data: coco } = await featuresOf('coco_mini', data)
  const dev = splits.flatMap((split, photo) => (split === 'dev' ? [photo] : []))
  const held = { dev: heldOut(flickr, dev), coco: heldOut(coco, [...coco.groups.keys()]) }
  const train = splits.flatMap((split, photo) => (split === 'train' ? [photo] : []))
  const measured = async (bytes: Uint8Array, seconds: number): Promise<Row> => {
    const weights = parseProjector(bytes)
    return {
      dev: await scoresOf(flickr, held.dev, weights, 1),
      coco: await scoresOf(coco, held.coco, weights, 1),
      seconds
    }
  }

  const startFile = join(cache, 'cca.safetensors')
  if (!existsSync(startFile) || results.CCA === undefined) {
    const startedMs = performance.now()
    writeFileSync(startFile, serializeProjector(correlatedMap(flickr, train)))
    keep('CCA', await measured(readFileSync(startFile), (performance.now() - startedMs) / 1000))
  }
  const start = readFileSync(startFile)
  for (const { name, seeds: own, hasWords, settings } of variants) {
    for (const seed of own) {
      const key = `${name} ${seed}`
      if (results[key] !== undefined) continue
      const startedMs = performance.now()
      const input = {
        data: flickr,
        validation: Int32Array.from(dev),
        seed,
        device: 'cpu' as const,
        hasWords,
        settings,
        start
      }
      for await (const step of runFit(input))
        if (step.kind === 'fitted') keep(key, await measured(step.projector, (performance.now() - startedMs) / 1000))
      console.log(`${key}: ${Math.round((performance.now() - startedMs) / 1000)} s`)
    }
  }
  print(results)
}

function print(results: Readonly<Record<string, Row>>): void {
  const cca = results.CCA
  if (cca === undefined) return
  console.log('\nR@1 / R@5 / R@10, mean over seeds (± standard deviation of R@10); probes on development photos')
  console.log(
    `${'map'.padEnd(32)}set   text→image              image→text              R@10 × CCA  modality  rotation  seconds`
  )
  for (const { name, seeds: own } of [{ name: 'CCA', seeds: [] }, ...variants]) {
    const rows = own.length === 0 ? [cca] : own.flatMap(seed => results[`${name} ${seed}`] ?? [])
    if (rows.length === 0) continue
    for (const set of ['dev', 'coco'] as const) {
      const mean = (of: (row: Row) => number): number => rows.reduce((sum, row) => sum + of(row), 0) / rows.length
      const spread = (of: (row: Row) => number): number => Math.sqrt(mean(row => (of(row) - mean(of)) ** 2))
      const figures = (direction: keyof BothDirections): string => {
        const at = (k: 'r1' | 'r5' | 'r10') => (row: Row) => row[set].figures[direction][k]
        return `${(['r1', 'r5', 'r10'] as const).map(k => mean(at(k)).toFixed(3)).join(' ')} ±${spread(at('r10')).toFixed(3)}`
      }
      const ratio = mean(row => row[set].figures.textToImage.r10) / cca[set].figures.textToImage.r10
      const probes =
        set === 'dev'
          ? `${mean(row => row.dev.modality ?? NaN).toFixed(3)}     ${mean(row => row.dev.rotation ?? NaN).toFixed(3)}     ${mean(row => row.seconds).toFixed(0)}`
          : ''
      console.log(
        `${(set === 'dev' ? name : '').padEnd(32)}${set.padEnd(6)}${figures('textToImage')}  ${figures('imageToText')}  ${ratio.toFixed(2).padEnd(12)}${probes}`
      )
    }
  }
}
