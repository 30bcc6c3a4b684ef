import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPack, savePackProjector } from '../../src/main/engine/stages/encode/model-pack.ts'
import { openEncoder } from '../../src/main/engine/stages/encode/encoder.ts'
import { parseProjector, serializeProjector, withId } from '../../src/main/engine/stages/project/projector-file.ts'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const folder = temporaryFolder()

test('a word table changes what a caption finds, and only a caption with its words', async () => {
  const library = await drawLibrary(join(folder, 'library'), { photos: 64, notes: 24 })
  const models = join(folder, 'models')
  const pack = await buildDrawnPack(models)
  const data = join(folder, 'data')
  const [wanted, other] = library.photos.filter(({ path }) => path.endsWith('.jpg'))
  const foundBy = async (captions: readonly string[]): Promise<string[]> => {
    const engine = await openRealEngine(data, [models])
    try {
      await indexAll(engine, (await engine.client.library({})).folders.length > 0 ? undefined : library.folder)
      const found: string[] = []
      for (const text of captions) {
        const { hits } = await engine.client.search({ text, limit: 500 })
        // By cosine: how pictures stand to texts moves with the neutral captions, which go through the map too.
        const pictures = hits.flatMap(({ path, reasons }) =>
          reasons.flatMap(one => (one.kind === 'picture' ? `${one.cosine.toFixed(6)} ${path}` : []))
        )
        found.push(pictures.sort().join('\n'))
      }
      return found
    } finally {
      await engine.close()
    }
  }

  const encoder = openEncoder(await readPack(pack), { threads: 1 })
  const [asked, spared] = await encoder.encodeTexts([wanted!.caption, other!.caption])
  await encoder.close()
  const captions = [wanted!.caption, other!.caption]
  const before = await foundBy(captions)

  const base = parseProjector((await readPack(pack)).projectorBytes!)
  // Only what the first caption says and the second does not: it is led away, to where no picture was.
  const tokens = Int32Array.from(
    [...new Set(asked!.tokens)].filter(token => !spared!.tokens.includes(token)).sort((a, b) => a - b)
  )
  expect(tokens.length).toBeGreaterThan(0)
  const words = {
    tokens,
    vectors: new Float32Array(tokens.length).fill(1),
    mean: new Float32Array(base.dimension).fill(3),
    max: new Float32Array(base.dimension)
  }
  await savePackProjector(pack, serializeProjector(withId({ ...base, text: { ...base.text, words } })))
  const after = await foundBy(captions)
  expect(before.every(found => found !== '')).toBe(true)
  expect(after[0]).not.toBe(before[0])
  expect(after[1]).toBe(before[1])
})
