/**
 * What a person's own training is worth by note: two public libraries of notes that show photos, on the model in the box, seeds 1 to 5 each. Then what
 * must be refused: captions shuffled, three in ten of them shuffled, and captions of words drawn at random.
 *
 *   npm run bench notes [seeds] [wrong seeds] [library …]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { BothDirections, Difference, ProjectorStatus } from '../../src/shared/learning.ts'
import type { Engine } from '../../src/main/engine/engine.ts'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { passedOn } from '../tools/passed-on.ts'
import { sharedData } from '../tools/shared-data.ts'
import { openBenchEngine } from './engine.ts'

const starter = resolve(import.meta.dirname, '../../resources/models/starter')

export async function bench([seeds = '5', wrongSeeds = seeds, ...named]: readonly string[]): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  for (const name of named.length === 0 ? ['blog_remy', 'recipes_basedcooking'] : named) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'reverie-notes-'))
    const engine = await openBenchEngine({ dataFolder, modelFolders: [starter] })
    try {
      await engine.client.addFolder({ path: join(data, 'library', name) })
      await engine.idle()
      const { readiness, pairs } = await engine.client.pairs({ limit: 10_000 })
      console.log(`\n${name}: ${JSON.stringify(readiness)}`)
      for (let seed = 1; seed <= Number(seeds); seed++) await train(engine, 'as mined', seed, undefined)

      const words = pairs.flatMap(({ text }) => text.split(' '))
      const wrong: Readonly<Record<string, (seed: number) => readonly string[]>> = {
        shuffled: seed =>
          passedOn(
            pairs.map(({ text }) => text),
            1,
            seed
          ),
        '30 % wrong': seed =>
          passedOn(
            pairs.map(({ text }) => text),
            0.3,
            seed
          ),
        noise: seed => {
          const random = seededRandom(seed)
          return pairs.map(({ text }) =>
            text
              .split(' ')
              .map(() => words[random.below(words.length)] ?? '')
              .join(' ')
          )
        }
      }
      for (const [what, textsOf] of Object.entries(wrong))
        for (let seed = 1; seed <= Number(wrongSeeds); seed++) {
          const texts = textsOf(seed)
          const captions = Map.groupBy(pairs.keys(), i => pairs[i]?.photoPath ?? '')
          const lines = [...captions].map(([image, own]) => ({ image, captions: own.map(i => texts[i] ?? '') }))
          const file = join(dataFolder, 'wrong.jsonl')
          writeFileSync(file, lines.map(line => JSON.stringify(line)).join('\n'))
          await train(engine, what, seed, file)
        }
    } finally {
      await engine.close()
      rmSync(dataFolder, { recursive: true, force: true })
    }
  }
}

/** From the model's own map. */
async function train(engine: Engine, what: string, seed: number, pairsFile: string | undefined): Promise<void> {
  await engine.client.activateProjector({ versionId: null })
  await engine.idle()
  const startedMs = performance.now()
  await engine.train({ device: 'cpu', seed, ...(pairsFile === undefined ? {} : { pairsFile }) })
  await engine.idle()
  const run = await engine.client.run({})
  const version = (await engine.client.projectors({})).find(({ versionId }) => versionId === run?.versionId)
  const job = (await engine.client.jobs({})).find(({ kind }) => kind === 'train')
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  console.log(
    `${what}, seed ${seed}, ${seconds} s: ${version === undefined ? (job?.message ?? 'no version') : line(version)}`
  )
}

function line({ verdict }: ProjectorStatus): string {
  if (verdict === null) return 'no verdict'
  const { isAccepted, mrrGain, share, judged, known, heldOutPhotos, general, reason } = verdict
  const counted =
    judged === null ? '' : `${judged.captions} captions of ${judged.groups} groups among ${judged.gallery}; `
  return [
    `${isAccepted ? 'accepted' : 'refused'}, share ${share}, ${counted}${heldOutPhotos} photos`,
    `new notes ${gain(mrrGain)} (${mrr(verdict)}), R@10 ${verdict.before.textToImage.r10.toFixed(3)} → ${verdict.after.textToImage.r10.toFixed(3)}`,
    ...(known === null
      ? []
      : [`known notes ${gain(known.mrrGain)} (${mrr(known)}; ${known.photos} photos of ${known.groups})`]),
    ...(general === null ? [] : [`others ${general.before.toFixed(3)} → ${general.after.toFixed(3)}`]),
    reason
  ].join('\n    ')
}

function mrr({ before, after }: { readonly before: BothDirections; readonly after: BothDirections }): string {
  const of = ({ textToImage, imageToText }: BothDirections): string =>
    ((textToImage.mrr + imageToText.mrr) / 2).toFixed(3)
  return `MRR ${of(before)} → ${of(after)}`
}

function gain({ mean, low, high }: Difference): string {
  return [mean, low, high].map(value => value.toFixed(3)).join(' ')
}
