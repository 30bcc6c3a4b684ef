/**
 * Learning a person's library on top of a base projector: two public libraries of notes that show photos, indexed by the real engine, their
 * own pairs mined, a training, and the gate's decision on pairs that were held out; then the same with captions shuffled, which must be refused.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../src/main/engine/engine.ts'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { verdictLines } from '../../src/main/hosts/cli/print-training.ts'
import { sharedData } from '../tools/shared-data.ts'
import { openBenchEngine } from './engine.ts'
import { ssalPack } from './ssal-pack.ts'

export async function bench(): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const pack = await ssalPack(data)
  const libraries = ['recipes_basedcooking', 'blog_remy']
  for (const names of [...libraries.map(name => [name]), libraries]) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'reverie-personal-'))
    const engine = await openBenchEngine({ dataFolder, modelFolders: [pack] })
    try {
      for (const name of names) await engine.client.addFolder({ path: join(data, 'library', name) })
      await engine.idle()
      const { counts, readiness, pairs } = await engine.client.pairs({ limit: 10_000 })
      console.log(
        `\n${names.join(' + ')}: ${readiness.pairs} pairs of ${readiness.photos} photos in ${readiness.groups} groups (${readiness.level})`
      )
      console.log(counts.map(({ reason, pairs: count }) => `${reason} ${count}`).join(', '))
      await train(engine, 'as mined', {})

      const order = [...seededRandom(1).permutation(pairs.length)]
      const shuffled = pairs.map(({ photoPath }, i) => ({ image: photoPath, text: pairs[order[i] ?? 0]?.text ?? '' }))
      const file = join(dataFolder, 'shuffled.jsonl')
      writeFileSync(file, shuffled.map(line => JSON.stringify(line)).join('\n'))
      await engine.client.activateProjector({ versionId: null })
      await engine.idle()
      await train(engine, 'captions shuffled', { pairsFile: file })
    } finally {
      await engine.close()
      rmSync(dataFolder, { recursive: true, force: true })
    }
  }
}

async function train(engine: Engine, what: string, asked: { pairsFile?: string }): Promise<void> {
  const startedMs = performance.now()
  await engine.train({ ...asked, device: 'cpu', seed: 1 })
  await engine.idle()
  const run = await engine.client.run({})
  const version = (await engine.client.projectors({})).find(({ versionId }) => versionId === run?.versionId)
  const job = (await engine.client.jobs({})).find(({ kind }) => kind === 'train')
  console.log(`— ${what}, ${Math.round((performance.now() - startedMs) / 1000)} s`)
  console.log(version === undefined ? (job?.message ?? 'no version') : verdictLines(version).join('\n'))
  const last = version?.points.at(-1)
  const first = version?.points[0]
  if (last !== undefined && first !== undefined)
    console.log(
      `validation MRR ${first.validationMrr.toFixed(3)} → ${last.validationMrr.toFixed(3)}; probes of modality ${(first.modalityProbe ?? NaN).toFixed(3)} → ${(last.modalityProbe ?? NaN).toFixed(3)}, of rotation ${(first.rotationProbe ?? NaN).toFixed(3)} → ${(last.rotationProbe ?? NaN).toFixed(3)}`
    )
}
