import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FailedItem } from '../../src/shared/items.ts'
import { assemblePack } from '../tools/assemble-packs.ts'
import { describeWithData, sharedData } from '../tools/shared-data.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

describeWithData('real photos and notes', ['library'], libraryFolder => {
  const folder = temporaryFolder()

  test('all of two libraries and a set of photos is accounted for and found', async () => {
    const pack = assemblePack('mobilenet-text', join(folder, 'models'))
    const engine = await openRealEngine(join(folder, 'data'), [pack ?? ''])
    await indexAll(engine, libraryFolder)
    await indexAll(engine, sharedData('coco_mini', 'images') ?? '')
    const { eligible, indexed, failed, waiting, unencoded } = await engine.client.library({})
    expect({ eligible, failed, waiting, unencoded }).toEqual({ eligible: indexed, failed: 0, waiting: 0, unencoded: 0 })
    expect(indexed).toBeGreaterThan(650)
    const { hits } = await engine.client.search({ text: 'apple pie' })
    expect(hits.slice(0, 2).map(({ path }) => path.split(/[\\/]/).at(-1))).toEqual(['apple-pie.md', 'apple-pie.jpg'])
    await engine.close()
  }, 300_000)
})

describeWithData('files of every kind and trouble', ['formats'], formatsFolder => {
  const folder = temporaryFolder()

  test('each is indexed, or failed with a reason of its own; nothing hangs and nothing crashes', async () => {
    const engine = await openRealEngine(join(folder, 'data'))
    await indexAll(engine, formatsFolder)
    const { eligible, indexed, failed, waiting } = await engine.client.library({})
    expect(indexed + failed + waiting).toBe(eligible)
    expect({ eligible, waiting }).toEqual({ eligible: 304, waiting: 0 })
    expect(indexed).toBeGreaterThanOrEqual(221)
    const failures = await engine.client.failures({})
    console.log(table(failures))
    for (const { code, reason } of failures) {
      expect(['corrupt', 'wrong-content', 'unsupported-format', 'empty-file', 'no-preview']).toContain(code)
      expect(reason).toMatch(/^[A-Z].{20,}\.$/s)
    }
    await engine.close()
  }, 300_000)
})

function table(failures: readonly FailedItem[]): string {
  const byCode = Map.groupBy(failures, ({ code }) => code)
  return [...byCode].map(([code, items]) => `${code.padEnd(20)} ${items.length}`).join('\n')
}
