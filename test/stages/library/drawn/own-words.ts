import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { chanceFrom } from './chance.ts'
import { paint } from './paint.ts'
import { captionOf, colours, imagine, type ColourName } from './world.ts'

/**
 * The photos of a person with words of their own: every colour is called by the name of the next one. A model that was fitted on other
 * people's captions looks for the wrong things; whoever learns this library does not. Each photo has its caption in a text file of its name.
 */
export async function drawOwnWords(
  into: string,
  count: number,
  seed = 5
): Promise<{ caption: string; path: string }[]> {
  const names = Object.keys(colours) as ColourName[]
  const next = (colour: ColourName): ColourName => names[(names.indexOf(colour) + 1) % names.length]!
  await mkdir(into, { recursive: true })
  const drawn: { caption: string; path: string }[] = []
  for (const [i, picture] of imagine(count, chanceFrom(seed)).entries()) {
    const caption = captionOf({ ...picture, colour: next(picture.colour) })
    const path = join(into, `${i}.jpg`)
    const [widthPx, heightPx] = picture.seed % 3 === 0 ? [96, 128] : [128, 88]
    await sharp(paint(picture, widthPx, heightPx))
      .jpeg({ quality: 88 })
      .toFile(path)
    await writeFile(join(into, `${i}.txt`), caption)
    drawn.push({ caption, path })
  }
  return drawn
}
