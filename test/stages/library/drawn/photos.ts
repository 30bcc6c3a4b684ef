import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp, { type Exif } from 'sharp'
import type { Chance } from './chance.ts'
import { paint } from './paint.ts'
import { captionOf, imagine, paraphraseOf, type Picture } from './world.ts'

/** A photo of the drawn library and all that is true of it. */
export interface DrawnPhoto {
  /** Relative to the library's folder, `/` between parts. */
  readonly path: string
  readonly picture: Picture
  /** What it shows, in plain English. */
  readonly caption: string
  /** The same in other words. */
  readonly paraphrase: string
  /** Of the upright picture. */
  readonly widthPx: number
  readonly heightPx: number
  /** EXIF orientation that the file was stored with; 1 is upright. */
  readonly orientation: 1 | 3 | 6 | 8
  /** What stands in its EXIF description or in a sidecar; null for most. */
  readonly description: string | null
  /** Wall-clock time of capture as if UTC, milliseconds, from EXIF; null without one. */
  readonly takenMs: number | null
  readonly latitude: number | null
  readonly longitude: number | null
}

const folders = [
  '2021 Summer at the lake',
  'Family/Winter 2020',
  'Phone/DCIM/100REVER',
  'Trip to the coast',
  'Bilder für Oma',
  '写真',
  'Sorted later'
]
const sizes = [
  [480, 320],
  [320, 480],
  [480, 360],
  [400, 400],
  [560, 315],
  [384, 512]
] as const
const stores = { 1: 0, 3: 180, 6: 270, 8: 90 } as const

/** `count` photos with names, dates, places and descriptions such as people's photos have. Nothing is written yet. */
export function planPhotos(count: number, chance: Chance): DrawnPhoto[] {
  return imagine(count, chance).map((picture, i) => {
    const [widthPx, heightPx] = sizes[i % sizes.length]!
    const caption = captionOf(picture)
    const isDated = i % 3 !== 2
    const isPlaced = i % 8 === 1
    return {
      path: `${folders[i % folders.length]!}/${nameOf(i, caption)}`,
      picture,
      caption,
      paraphrase: paraphraseOf(picture),
      widthPx,
      heightPx,
      orientation: ([1, 6, 1, 8, 3] as const)[i % 5]!,
      description: i % 4 === 3 ? caption : null,
      takenMs: isDated
        ? Date.UTC(2019 + (i % 4), i % 12, 1 + ((i * 7) % 28), 8 + (i % 12), (i * 13) % 60, i % 60)
        : null,
      latitude: isPlaced ? 47.5 + Math.round(chance.between(0, 400)) / 100 : null,
      longitude: isPlaced ? 8.25 + Math.round(chance.between(0, 400)) / 100 : null
    }
  })
}

/** Camera names mostly; one in ten says what it shows. PNG, WebP and one JPEG that calls itself PNG among the JPEGs. */
function nameOf(i: number, caption: string): string {
  if (i === 20) return 'saved from the web.png'
  if (i % 10 === 4) return `${caption.toLowerCase()}.jpg`
  if (i % 10 === 7) return `drawing ${i}.png`
  if (i % 10 === 9) return `download-${i}.webp`
  return i % 2 === 0 ? `IMG_${String(i + 12).padStart(4, '0')}.jpg` : `DSC${String(i + 1200).padStart(5, '0')}.JPG`
}

export async function writePhoto(into: string, photo: DrawnPhoto): Promise<void> {
  const path = join(into, photo.path)
  await mkdir(dirname(path), { recursive: true })
  const upright = sharp(
    await sharp(paint(photo.picture, photo.widthPx, photo.heightPx))
      .png()
      .toBuffer()
  )
  const stored = upright
    .rotate(stores[photo.orientation])
    .withExif(exifOf(photo))
    .withMetadata({ orientation: photo.orientation })
  const isPng = photo.path.endsWith('.png') && !photo.path.includes('saved from')
  const encoded = isPng
    ? stored.png()
    : photo.path.endsWith('.webp')
      ? stored.webp({ quality: 85 })
      : stored.jpeg({ quality: 85 })
  await writeFile(path, await encoded.toBuffer())
  const modified = new Date(photo.takenMs ?? Date.UTC(2022, 5, 1))
  await utimes(path, modified, modified)
}

function exifOf(photo: DrawnPhoto): Exif {
  const { takenMs, latitude, longitude, description } = photo
  const image: Record<string, string> = { Make: 'Reverie', Model: 'Crayon 1' }
  // Cameras write such a line of their own accord: it is no description.
  image.ImageDescription = description ?? 'OLYMPUS DIGITAL CAMERA'
  const exif: Exif = { IFD0: image }
  if (takenMs !== null) {
    const [date, time] = new Date(takenMs).toISOString().split('T') as [string, string]
    exif.IFD2 = { DateTimeOriginal: `${date.replaceAll('-', ':')} ${time.slice(0, 8)}`, OffsetTimeOriginal: '+02:00' }
  }
  if (latitude !== null && longitude !== null)
    exif.IFD3 = {
      GPSLatitudeRef: 'N',
      GPSLatitude: rational(latitude),
      GPSLongitudeRef: 'E',
      GPSLongitude: rational(longitude)
    }
  return exif
}

/** Degrees as EXIF has them: whole degrees, minutes, hundredths of a second. */
function rational(degrees: number): string {
  const seconds = Math.round(degrees * 3600 * 100)
  return `${Math.floor(seconds / 360_000)}/1 ${Math.floor((seconds % 360_000) / 6000)}/1 ${seconds % 6000}/100`
}
