import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findPacks } from '../../src/main/engine/features/models/found-packs.ts'

const models = resolve(import.meta.dirname, '../../resources/models')

test('a pack is as large as all that it brings, the sets that a training needs too', async () => {
  const starter = join(models, 'starter')
  const [pack] = await findPacks([models])
  const brought = (await readdir(starter)).filter(name => /\.(onnx|safetensors)$|^tokenizer/.test(name))
  const sizes = await Promise.all(brought.map(async name => (await stat(join(starter, name))).size))
  // Image, text and words, map, probe set, rehearsal set and neutral photos.
  expect(brought).toHaveLength(7)
  expect(pack?.sizeBytes).toBe(sizes.reduce((sum, size) => sum + size, 0))
})
