import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { describeWithData } from '../tools/shared-data.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  addFirstFolder,
  ask,
  openBrowser,
  openPage,
  photoTile,
  rankOf,
  startReverie,
  type RunningReverie
} from './reverie.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

const photosTaken = 60
const questions = 20

/** A fresh clone, no flag, no download: the model in the box and photos whose names say nothing. */
describeWithData('the model in the box', ['coco_mini', 'pairs.jsonl'], list => {
  const folder = temporaryFolder()
  const pictures = join(folder, 'Pictures')
  const photos = readFileSync(list, 'utf8')
    .split('\n', photosTaken)
    .map((line, i) => {
      const { image, captions } = JSON.parse(line) as { image: string; captions: readonly string[] }
      return { from: join(list, '..', image), path: join(pictures, `IMG_${1000 + i}.jpg`), captions }
    })
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    for (const { from, path } of photos) cpSync(from, path)
    reverie = await startReverie(join(folder, 'data'))
    browser = await openBrowser()
    ;({ page, problems } = await openPage(browser, reverie.address))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  test('finds photos by caption right after the first folder was added', async () => {
    await addFirstFolder(page, {
      folder: pictures,
      expected: { eligible: photosTaken, indexed: photosTaken, failed: 0 }
    })
    let found = 0
    for (const { path, captions } of photos.slice(0, questions)) {
      await ask(page, captions[0] ?? '')
      if ((await rankOf(page, photoTile(path))) <= 10) found++
    }
    // Seventeen were when this was written; by chance three or four of twenty would be among the first ten of sixty.
    expect(found).toBeGreaterThanOrEqual(15)
  })

  test('and says nothing of a missing model, and asks nobody else', async () => {
    expect(await page.getByText('No model is installed').count()).toBe(0)
    expect(problems).toEqual([])
  })
})
