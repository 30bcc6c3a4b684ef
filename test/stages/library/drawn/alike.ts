import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { chanceFrom } from './chance.ts'
import type { DrawnLibrary } from './draw.ts'
import { paint } from './paint.ts'
import { imagine } from './world.ts'

/** What was added to a drawn library; paths are relative to its folder. */
export interface DrawnAlike {
  /** A photo of the library and its copies elsewhere: smaller, saved anew, brighter. */
  readonly copies: readonly string[]
  /** Frames of one view that nothing else in the library shows, a second apart. */
  readonly burst: readonly string[]
  /** The library with them. */
  readonly library: DrawnLibrary
}

/** Copies one photo of a drawn library as other programs do, and adds a burst of five frames. */
export async function drawAlike(library: DrawnLibrary): Promise<DrawnAlike> {
  const at = (path: string): string => join(library.folder, path)
  const copied = library.photos.find(({ path, orientation }) => path.endsWith('.jpg') && orientation === 1)
  if (copied === undefined) throw new Error('The drawn library has no upright JPEG.')
  await mkdir(dirname(at('Shared/small.jpg')), { recursive: true })
  await sharp(at(copied.path))
    .resize(Math.round(copied.widthPx / 2))
    .jpeg({ quality: 60 })
    .toFile(at('Shared/small.jpg'))
  await sharp(at(copied.path)).jpeg({ quality: 40 }).toFile(at('Shared/saved again.jpg'))
  await sharp(at(copied.path)).modulate({ brightness: 1.12 }).jpeg().toFile(at('Shared/brighter.jpg'))

  // Another seed than the library's: a picture that it does not have.
  const [picture] = imagine(1, chanceFrom(99))
  const [width, height] = [480, 360]
  const view = await sharp(paint(picture!, width, height))
    .png()
    .toBuffer()
  const frames = [1, 2, 3, 4, 5]
  await mkdir(dirname(at('Burst/1.jpg')), { recursive: true })
  for (const frame of frames) {
    const taking = new Date(Date.UTC(2022, 4, 5, 12, 0, frame)).toISOString()
    // The hand moves by a hundredth of the picture from one frame to the next.
    await sharp(view)
      .extract({ left: 5 * frame, top: 2 * (5 - frame), width: width - 48, height: height - 36 })
      .withExif({
        IFD0: { Make: 'Reverie', Model: 'Crayon 1' },
        IFD2: { DateTimeOriginal: `${taking.slice(0, 10).replaceAll('-', ':')} ${taking.slice(11, 19)}` }
      })
      .jpeg({ quality: 88 })
      .toFile(at(`Burst/${frame}.jpg`))
  }
  const added = frames.length + 3
  const { eligible, indexed, failed } = library.expected
  return {
    copies: [copied.path, 'Shared/small.jpg', 'Shared/saved again.jpg', 'Shared/brighter.jpg'],
    burst: frames.map(frame => `Burst/${frame}.jpg`),
    library: { ...library, expected: { eligible: eligible + added, indexed: indexed + added, failed } }
  }
}
