import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { contentStems } from '../../src/main/engine/stages/search/commonness.ts'
import { sharedData } from './shared-data.ts'

const mostStems = 3000
const written = resolve(import.meta.dirname, '../../resources/commonness.txt')

/** The table that `parseCommonness` reads: in how many of these captions each of the commonest stems stands. */
export function countStems(captions: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const caption of captions)
    for (const stem of contentStems(caption)) counts.set(stem, (counts.get(stem) ?? 0) + 1)
  const commonest = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostStems)
  return [captions.length, ...commonest.map(([stem, count]) => `${stem} ${count}`)].join('\n') + '\n'
}

/** `node test/tools/count-stems.ts` counts the captions of COCO anew. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const data = sharedData()
  if (data === null) throw new Error('The captions are not on this machine.')
  const captions = readFileSync(join(data, 'coco_captions/captions.txt'), 'utf8').trim().split('\n')
  writeFileSync(written, countStems(captions))
}
