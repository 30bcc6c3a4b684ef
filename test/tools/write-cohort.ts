/**
 * Gives a pack its neutral photos: what a question scores on them, it scores by chance. Half are people and scenes (photos
 * that the map was learned from, evenly spaced), half things and animals (one photo of every second class of ImageNet). Only their
 * embeddings go into the pack. `stages/search/calibrate.ts` was fitted with this mixture: see docs/decisions/020.
 *
 *   node test/tools/write-cohort.ts <pack folder> <data folder>
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { savePackCohort } from '../../src/main/engine/stages/encode/model-pack.ts'
import { serializeCohort } from '../../src/main/engine/stages/project/cohort-file.ts'
import { EncoderProcess } from '../../src/main/engine/workers/encoder-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sourceWorkers } from './source-workers.ts'

const half = 500

/** The 500 training photos of Flickr8k and the 500 of ImageNet that are neutral, as absolute paths. */
function neutralPhotoPaths(data: string): string[] {
  const flickr = readFileSync(join(data, 'flickr8k/pairs.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as { image: string; split: string })
    .filter(({ split }) => split === 'train')
    .map(({ image }) => join(data, 'flickr8k', image))
  const classes = join(data, 'imagenet_sample')
  const things = readdirSync(classes)
    .sort()
    .map(name => join(classes, name))
  return [...spaced(flickr), ...spaced(things)]
}

function spaced(paths: readonly string[]): string[] {
  return Array.from({ length: half }, (_, i) => paths[Math.floor((i * paths.length) / half)] ?? '')
}

/** Encodes the neutral photos with the pack, in its own process, and puts them into it. */
export async function writeCohort(packFolder: string, data: string): Promise<void> {
  const encoder = new EncoderProcess(nodeWorkers(sourceWorkers), 1, { isBulk: true })
  try {
    const card = await encoder.usePack(packFolder)
    if (card === null) throw new Error(`There is no pack in ${packFolder}.`)
    const { dimension } = card.image
    const paths = neutralPhotoPaths(data)
    const rows = await Promise.all(
      paths.map(async path => {
        const picture = await encoder.openPicture({ path })
        if ('kind' in picture || picture.embedding === null) throw new Error(`${path} was not encoded.`)
        return picture.embedding
      })
    )
    const photos = new Float32Array(rows.length * dimension)
    rows.forEach((row, i) => photos.set(row, i * dimension))
    const source = '500 training photos of Flickr8k (people and scenes), 500 of ImageNet (things and animals)'
    await savePackCohort(packFolder, serializeCohort(photos, dimension, source))
  } finally {
    encoder.close()
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [packFolder, data] = process.argv.slice(2)
  if (packFolder === undefined || data === undefined) throw new Error('Say where the pack is, and where the data is.')
  await writeCohort(packFolder, data)
}
