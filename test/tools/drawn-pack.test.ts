import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEncoder, type Encoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import type { ProjectorWeights } from '../../src/main/engine/base/domain.ts'
import { dot } from '../../src/main/engine/math/vectors.ts'
import { parseProjector } from '../../src/main/engine/stages/project/projector-file.ts'
import { project } from '../../src/main/engine/stages/project/projector.ts'
import { drawLibrary, drawnPairs } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack, encodeDrawnPairs } from './drawn-pack.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What the end-to-end tests rely on. */
describe('the model pack of the drawn world', () => {
  const folder = temporaryFolder()
  let encoder: Encoder
  let projector: ProjectorWeights

  beforeAll(async () => {
    const pack = await readPack(await buildDrawnPack(folder))
    encoder = openEncoder(pack, { threads: 2 })
    projector = parseProjector(pack.projectorBytes!)
  })
  afterAll(() => encoder.close())

  /** The place of each text's picture among all pictures, 1 for the best. */
  async function ranksOf(list: string): Promise<number[]> {
    const { images, texts, imageOfText } = await encodeDrawnPairs(list, encoder)
    const pictures = project(projector, 'image', images)
    return project(projector, 'text', texts).map((text, i) => {
      const own = dot(pictures[imageOfText[i]!]!, text)
      return 1 + pictures.filter(picture => dot(picture, text) > own).length
    })
  }
  const share = (ranks: readonly number[], atMost: number): number =>
    ranks.filter(rank => rank <= atMost).length / ranks.length

  test('finds pictures that it was not fitted on by their captions', async () => {
    const ranks = await ranksOf(await drawnPairs(join(folder, 'held-out'), 300, 2002))
    console.log(
      `drawn pack, 300 held-out pictures: R@1 ${share(ranks, 1).toFixed(2)}, R@5 ${share(ranks, 5).toFixed(2)}, R@10 ${share(ranks, 10).toFixed(2)}`
    )
    expect(share(ranks, 1)).toBeGreaterThan(0.75)
    expect(share(ranks, 10)).toBeGreaterThan(0.98)
  })

  test('finds every photo of the drawn library among the first three, by caption and by other words', async () => {
    const library = await drawLibrary(join(folder, 'library'))
    const lines = library.photos.map(({ path, caption, paraphrase }) =>
      JSON.stringify({ image: path, captions: [caption, paraphrase] })
    )
    const list = join(library.folder, 'list.jsonl')
    writeFileSync(list, lines.join('\n'))
    expect(share(await ranksOf(list), 3)).toBe(1)
  })

  test('knows no meaning of an empty text and of a word that it never met', async () => {
    const [empty, unknown, mixed] = await encoder.encodeTexts(['', 'Quetzalcoatlus', 'Quetzalcoatlus on the beach'])
    expect([empty, unknown]).toEqual([null, null])
    expect(mixed?.vector).toHaveLength(projector.text.linear!.mean.length)
  })
})
