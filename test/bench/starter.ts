/**
 * The model in the box: how well captions find photos with it, on Flickr8k's development part, on photos by others, and on those
 * rotated, grey, dark and small; how large it is, how long it takes to open and to encode.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { openEncoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import { openPack } from '../../src/main/engine/engine.ts'
import { median } from '../../src/main/engine/math/statistics.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sharedData } from '../tools/shared-data.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

const resources = resolve(import.meta.dirname, '../../resources')
/** What MobileNetV2 with model2vec and GloVe reaches with its map by SSAL: `npm run bench base`, mean of 3 seeds. */
const reference = { flickr8k: 0.559, coco_mini: 0.732 } as const

const changes: readonly (readonly [string, (photo: Sharp) => Sharp])[] = [
  ['rotated 90°', photo => photo.rotate(90)],
  ['rotated 180°', photo => photo.rotate(180)],
  ['rotated 270°', photo => photo.rotate(270)],
  ['grey', photo => photo.greyscale()],
  ['dark', photo => photo.linear(0.35, 0)],
  ['small (64 px)', photo => photo.resize(64, 64, { fit: 'inside' })]
]

export async function bench(): Promise<void> {
  const packFolder = join(resources, 'models/starter')
  await measureSpeed(packFolder)
  const data = sharedData()
  if (data === null) {
    console.log('skipped: quality needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const scratch = mkdtempSync(join(tmpdir(), 'reverie-starter-'))
  const startWorker = nodeWorkers(sourceWorkers)
  const tools = await openPack(packFolder, { dataFolder: scratch, resourcesFolder: resources, startWorker })
  console.log(
    '\nset                       text→image R@1  R@5  R@10   image→text R@1  R@5  R@10   R@10 of the reference'
  )
  const row = async (name: string, file: string, split: string | null, whole: number | null): Promise<void> => {
    const { text_to_image: t, image_to_text: i } = await tools.evaluate(
      file,
      { split, projector: null },
      () => undefined
    )
    const figures = [t.r1, t.r5, t.r10, i.r1, i.r5, i.r10].map(value => value.toFixed(3)).join('  ')
    console.log(`${name.padEnd(26)}${figures}   ${whole === null ? '' : `${((100 * t.r10) / whole).toFixed(0)} %`}`)
  }
  await row('flickr8k, development', join(data, 'flickr8k/pairs.jsonl'), 'dev', reference.flickr8k)
  await row('coco_mini', join(data, 'coco_mini/pairs.jsonl'), null, reference.coco_mini)
  for (const [name, change] of changes) {
    const list = await changed(join(data, 'coco_mini'), join(scratch, name.replace(/\W+/g, '-')), change)
    await row(`coco_mini, ${name}`, list, null, null)
  }
  await tools.close()
  rmSync(scratch, { recursive: true })
}

async function measureSpeed(packFolder: string): Promise<void> {
  const opened: number[] = []
  let encodeMs = Infinity
  for (let round = 0; round < 5; round++) {
    const pixels = { rgb: new Uint8Array(192 * 192 * 3).fill(128), widthPx: 192, heightPx: 192 }
    const startedMs = performance.now()
    const encoder = openEncoder(await readPack(packFolder), { threads: 1 })
    await encoder.encodePixels([pixels])
    await encoder.encodeTexts(['a boat'])
    opened.push(performance.now() - startedMs)
    const encodedMs = performance.now()
    await encoder.encodePixels(Array.from({ length: 64 }, () => pixels))
    encodeMs = Math.min(encodeMs, (performance.now() - encodedMs) / 64)
    await encoder.close()
  }
  const { sizeBytes } = await readPack(packFolder)
  console.log(
    `${(sizeBytes / 1e6).toFixed(1)} MB; answers its first photo and text after ${median(opened).toFixed(0)} ms; ${encodeMs.toFixed(1)} ms a photo on one thread`
  )
}

/** The same list over photos that were changed. */
async function changed(from: string, into: string, change: (photo: Sharp) => Sharp): Promise<string> {
  mkdirSync(join(into, 'images'), { recursive: true })
  const lines = readFileSync(join(from, 'pairs.jsonl'), 'utf8').trim().split('\n')
  for (const line of lines) {
    const { image } = JSON.parse(line) as { image: string }
    await change(sharp(join(from, image)))
      .jpeg({ quality: 92 })
      .toFile(join(into, image))
  }
  writeFileSync(join(into, 'pairs.jsonl'), `${lines.join('\n')}\n`)
  return join(into, 'pairs.jsonl')
}
