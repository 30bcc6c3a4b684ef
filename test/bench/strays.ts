/**
 * What the gate says of captions of which some stand beside other photos: photos of Flickr8k that the model in the box was not trained on,
 * each with one of its captions, and the same with a share of the captions passed on to the next photo.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { passedOn } from '../tools/passed-on.ts'
import { sharedData } from '../tools/shared-data.ts'
import { openBenchEngine } from './engine.ts'

const photos = 600
const starter = resolve(import.meta.dirname, '../../resources/models/starter')

export async function bench(): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'reverie-strays-'))
  const pictures = join(folder, 'pictures')
  mkdirSync(pictures)
  const taken = readFileSync(join(data, 'flickr8k/pairs.jsonl'), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as { image: string; captions: readonly string[]; split: string })
    .filter(({ split }) => split === 'dev')
    .slice(0, photos)
  const captions = taken.map(one => one.captions[0] ?? '')
  const copies = taken.map(({ image }) => join(pictures, basename(image)))
  taken.forEach(({ image }, i) => cpSync(join(data, 'flickr8k', image), copies[i] ?? ''))
  const engine = await openBenchEngine({ dataFolder: join(folder, 'data'), modelFolders: [starter] })
  try {
    await engine.client.addFolder({ path: pictures })
    await engine.idle()
    console.log('captions of others   decision   reason')
    for (const share of [0, 0.1, 0.3, 1])
      for (const seed of [1, 2, 3]) {
        const file = join(folder, 'pairs.jsonl')
        const texts = passedOn(captions, share, seed)
        const lines = copies.map((image, i) => JSON.stringify({ image, text: texts[i] }))
        writeFileSync(file, lines.join('\n'))
        await engine.client.activateProjector({ versionId: null })
        await engine.idle()
        await engine.train({ pairsFile: file, device: 'cpu', seed })
        await engine.idle()
        const [version] = await engine.client.projectors({})
        const verdict = version?.verdict
        console.log(
          `${share.toFixed(1).padEnd(21)}${verdict?.isAccepted === true ? 'accepted' : 'refused '}   ${verdict?.reason ?? 'no version'}`
        )
      }
  } finally {
    await engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
