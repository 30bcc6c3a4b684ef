import { execFile } from 'node:child_process'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { paint } from '../stages/library/drawn/paint.ts'
import { imagine } from '../stages/library/drawn/world.ts'
import { assemblePack } from '../tools/assemble-packs.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'

/** The pack named by `--pack <folder>`; else MobileNetV2 where this machine has it; else the drawn world's. */
export async function benchPack(rest: readonly string[], into: string): Promise<string> {
  const named = rest[rest.indexOf('--pack') + 1]
  if (rest.includes('--pack') && named !== undefined) return named
  return assemblePack('mobilenet-text', into) ?? (await buildDrawnPack(into))
}

/** `--photos <n>`, else `otherwise`. */
export function benchCount(rest: readonly string[], otherwise: number): number {
  const count = Number(rest[rest.indexOf('--photos') + 1])
  return rest.includes('--photos') && count > 0 ? count : otherwise
}

export interface BenchPhotos {
  readonly count: number
  /** How many different pictures. */
  readonly drawn: number
  readonly widthPx: number
  readonly heightPx: number
}

/**
 * Writes `count` JPEGs: `drawn` different pictures with the grain of a camera, so that they weigh what photos weigh, each
 * repeated with a few bytes of its own after the end of the picture, so that no two files are the same.
 */
export async function writePhotos(into: string, options: BenchPhotos): Promise<string[]> {
  const { count, drawn, widthPx, heightPx } = options
  await mkdir(into, { recursive: true })
  const noise = { type: 'gaussian', mean: 128, sigma: 12 } as const
  const grain = await sharp({ create: { width: widthPx, height: heightPx, channels: 3, background: '#808080', noise } })
    .png()
    .toBuffer()
  const paths = Array.from({ length: count }, (_, i) => join(into, `IMG_${String(i).padStart(5, '0')}.jpg`))
  for (const [i, picture] of imagine(drawn, chanceFrom(7)).entries())
    await sharp(paint(picture, widthPx, heightPx))
      .composite([{ input: grain, blend: 'soft-light' }])
      .jpeg({ quality: 90 })
      .toFile(paths[i]!)
  for (let i = drawn; i < count; i++) await copyFile(paths[i % drawn]!, paths[i]!)
  for (const [i, path] of paths.entries()) await writeFile(path, `photo ${i}`, { flag: 'a' })
  return paths
}

/** The same in a process of its own: what drawing needs is then not counted as this process's memory. */
export async function writePhotosElsewhere(into: string, options: BenchPhotos): Promise<void> {
  await promisify(execFile)(process.execPath, [import.meta.filename, into, JSON.stringify(options)])
}

if (import.meta.main) {
  const [into = '', options = ''] = process.argv.slice(2)
  await writePhotos(into, JSON.parse(options) as BenchPhotos)
}
