/**
 * Indexing 12-megapixel JPEGs: the real engine with its encoder process, and one photo at a time as the peer.
 * `npm run bench index-photos -- [--pack <folder>] [--photos <n>]`
 */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import sharp from 'sharp'
import { openEncoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import { openBenchEngine } from './engine.ts'
import { benchCount, benchPack, writePhotos } from './photos.ts'

/** What the project promises on two cores with the MobileNetV2 pack. */
const leastPhotosPerSecond = 25

export async function bench(rest: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-bench-'))
  try {
    const pack = await benchPack(rest, join(folder, 'packs'))
    const paths = await writePhotos(join(folder, 'photos'), {
      count: benchCount(rest, 200),
      drawn: 24,
      widthPx: 4000,
      heightPx: 3000
    })
    const { size } = await stat(paths[0]!)
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    console.log(`${paths.length} JPEGs of 4000 × 3000 px, ${(size / 1e6).toFixed(1)} MB each; pack ${basename(pack)}\n`)

    const engine = await enginePhotosPerSecond(folder, pack, paths.length)
    const peer = await onePhotoAtATime(pack, paths.slice(0, 40))
    console.log(`Reverie          ${engine.toFixed(1)} photos/s`)
    console.log(`one at a time    ${peer.toFixed(1)} photos/s (decode, encode, decode again for the thumbnail)`)
    console.log(`ratio            ${(engine / peer).toFixed(2)}`)
    if (engine < leastPhotosPerSecond) {
      console.log(`Below the promised ${leastPhotosPerSecond} photos/s.`)
      process.exitCode = 1
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function enginePhotosPerSecond(folder: string, pack: string, count: number): Promise<number> {
  const engine = await openBenchEngine({ dataFolder: join(folder, 'data'), modelFolders: [resolve(pack)] })
  try {
    // The first search waits for the model: starting the process is not indexing.
    await engine.client.search({ text: 'warm up' })
    const startedMs = performance.now()
    await engine.client.addFolder({ path: join(folder, 'photos') })
    await engine.idle()
    const seconds = (performance.now() - startedMs) / 1000
    const { indexed, unencoded } = await engine.client.library({})
    if (indexed !== count || unencoded !== 0)
      throw new Error(`Only ${indexed - unencoded} of ${count} photos were encoded.`)
    return count / seconds
  } finally {
    await engine.close()
  }
}

/** What a first version would do: each photo decoded to the encoder's input and encoded, then decoded again for its thumbnail. */
async function onePhotoAtATime(pack: string, paths: readonly string[]): Promise<number> {
  const encoder = openEncoder(await readPack(pack), { threads: cpus().length })
  const one = async (path: string): Promise<void> => {
    const { data, info } = await sharp(path)
      .autoOrient()
      .resize(224, 224, { fit: 'fill' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    await encoder.encodePixels([{ widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) }])
    await sharp(path).autoOrient().resize(320, 320, { fit: 'inside' }).jpeg().toBuffer()
  }
  try {
    await one(paths[0]!)
    const startedMs = performance.now()
    for (const path of paths) await one(path)
    return (paths.length / (performance.now() - startedMs)) * 1000
  } finally {
    await encoder.close()
  }
}
