/**
 * How well captions find photos, and photos captions, with the pack of real encoders and the base projector that
 * `reverie fit` makes of Flickr8k's training part: on its development part, and on photos by others that nothing was chosen on.
 */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPack } from '../../src/main/engine/engine.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sharedData } from '../tools/shared-data.ts'
import { fittedPack } from './features.ts'
import { sourceWorkers } from '../tools/source-workers.ts'

const root = resolve(import.meta.dirname, '../..')

export async function bench(): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const pack = await fittedPack(data)
  const startWorker = nodeWorkers(sourceWorkers)
  const tools = await openPack(pack, { dataFolder: pack, resourcesFolder: join(root, 'resources'), startWorker })
  console.log('set           direction       R@1   R@5  R@10   MRR  median rank')
  for (const [name, split] of [
    ['coco_mini', null],
    ['flickr8k', 'dev']
  ] as const) {
    const report = await tools.evaluate(join(data, name, 'pairs.jsonl'), { split, projector: null }, () => undefined)
    for (const direction of ['text_to_image', 'image_to_text'] as const) {
      const { r1, r5, r10, mrr, median_rank } = report[direction]
      console.log(
        `${name.padEnd(13)} ${direction}  ${[r1, r5, r10, mrr].map(value => value.toFixed(3)).join(' ')}  ${median_rank}`
      )
    }
  }
  await tools.close()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench()
