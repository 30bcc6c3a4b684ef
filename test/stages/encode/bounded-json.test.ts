import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBoundedJson } from '../../../src/main/engine/stages/encode/bounded-json.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const path = join(temporaryFolder(), 'file.json')
function read(text: string, sizeBytes = 1e8): Promise<unknown> {
  writeFileSync(path, text)
  return readBoundedJson(path, { sizeBytes })
}

test('JSON comes back as it was, whatever stands in its texts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async value => {
      expect(await read(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
    { numRuns: 100 }
  )
  expect(await read(JSON.stringify('[{,'.repeat(1000) + '\\"'))).toBe('[{,'.repeat(1000) + '\\"')
})

test('what is too large, too deep or too much is refused before it is parsed', async () => {
  await expect(read('[1,2,3]', 6)).rejects.toThrow('is larger than')
  expect(await read('['.repeat(64) + ']'.repeat(64))).toHaveLength(1)
  await expect(read('['.repeat(65) + ']'.repeat(65))).rejects.toThrow('nested more than 64 levels deep')
  await expect(read('{"a":'.repeat(1e6))).rejects.toThrow('nested more than 64 levels deep')
  await expect(read(`[${'0,'.repeat(8e6)}0]`)).rejects.toThrow('more than 8000000 values')
  for (const text of ['', '{', '"', '"\\', ']]]]', 'nul']) await expect(read(text)).rejects.toThrow('is not JSON')
})
