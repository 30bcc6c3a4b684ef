import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readFeatureFolder } from '../../../src/main/engine/features/learning/feature-folder.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import { drawnBenchmark, writeBenchmark } from '../../stages/train/drawn-benchmark.ts'

const root = temporaryFolder()
let folders = 0

/** A sound folder of its own for each test. */
const drawn = (): string => writeBenchmark(join(root, String(folders++)), drawnBenchmark(20, 8))

interface Index {
  dtype: string
  classes: string[]
  files: Record<string, number[]>
}

function changeIndex(folder: string, change: (index: Index) => void): void {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index
  change(index)
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
}

test('a folder is read as it was written', async () => {
  expect(await readFeatureFolder(drawn())).toEqual(drawnBenchmark(20, 8))
})

test.each<[string, (folder: string) => void, RegExp]>([
  ['no index', folder => rmSync(join(folder, 'index.json')), /no index\.json to be read.*ENOENT/],
  ['an index that is not JSON', folder => writeFileSync(join(folder, 'index.json'), '{'), /is not JSON/],
  ['an index of something else', folder => writeFileSync(join(folder, 'index.json'), '3'), /not understood \(/],
  [
    'a shape that is missing',
    folder => changeIndex(folder, index => delete index.files['test.text.f32']),
    /at “files › test\.text\.f32”/
  ],
  ['another kind of numbers', folder => changeIndex(folder, index => (index.dtype = 'float64')), /at “dtype”/],
  [
    'sides of unequal length',
    folder => changeIndex(folder, index => (index.files['train.text.f32'] = [19, 6])),
    /train\.text\.f32 has 19 rows and train\.label\.u8 has 20/
  ],
  [
    'a test part of another width',
    folder => changeIndex(folder, index => (index.files['test.image.f32'] = [8, 4])),
    /not of one width/
  ],
  [
    'a file that is cut off',
    folder => writeFileSync(join(folder, 'train.image.f32'), Buffer.alloc(639)),
    /train\.image\.f32 has 639 bytes.* 640/
  ],
  [
    'a file that is missing',
    folder => rmSync(join(folder, 'test.label.u8')),
    /test\.label\.u8 cannot be read \(ENOENT/
  ],
  [
    'a folder in a file’s place',
    folder => {
      rmSync(join(folder, 'test.label.u8'))
      mkdirSync(join(folder, 'test.label.u8'))
    },
    /test\.label\.u8 cannot be read \(EISDIR/
  ],
  [
    'a value that is no number',
    folder => writeFileSync(join(folder, 'train.text.f32'), new Float32Array(120).fill(NaN, 7, 8)),
    /train\.text\.f32 holds something that is no number in row 1/
  ],
  [
    'a class that is not listed',
    folder => writeFileSync(join(folder, 'test.label.u8'), Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 2)),
    /class 2 in row 7, and index\.json lists 2/
  ]
])('%s is refused with what is wrong, what is unharmed and what to do', async (_, spoil, wrong) => {
  const folder = drawn()
  spoil(folder)
  const refused = (await readFeatureFolder(folder).catch((error: unknown) => error)) as Error
  expect(refused).toMatchObject({ name: 'EngineError' })
  expect(refused.message).toMatch(wrong)
  expect(refused.message).toContain(folder)
  expect(refused.message).toMatch(/Nothing was changed\. It should hold index\.json/)
})
