import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawOwnWords } from '../stages/library/drawn/own-words.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  ask,
  expectAccessible,
  openBrowser,
  openPage,
  startReverie,
  takePicture,
  type RunningReverie
} from './reverie.ts'

/** A person whose library has words of its own: they press the button, see what it brought, and go back and forth. */
describe('learning a library', () => {
  vi.setConfig({ testTimeout: 240_000 })
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  const photos = join(folder, 'photos')
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    await drawOwnWords(photos, 220)
    await buildDrawnPack(join(data, 'models'))
    reverie = await startReverie(data)
    browser = await openBrowser()
    ;({ page, problems } = await openPage(browser, reverie.address))
    await page.getByRole('textbox', { name: 'Path of the folder' }).fill(photos)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Start searching' }).click()
    await page.getByRole('button', { name: /^Library: 440 items/u }).waitFor()
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const panel = () => page.getByRole('dialog', { name: 'Retrain on my library' })

  test('it learns while they watch, and says what the held-out photos gained', async () => {
    await page.getByRole('button', { name: 'Retrain on my library' }).click()
    await panel().getByRole('meter', { name: 'Readiness' }).waitFor()
    await panel().getByRole('button', { name: 'Retrain on my library' }).click()
    await panel().getByText('Accepted and in use').waitFor({ timeout: 200_000 })
    await panel().getByRole('table', { name: 'Words find their photo' }).waitFor()
    await panel().getByText('Gain in MRR, both directions').waitFor()
    await panel()
      .getByText(/questions? with other answers/u)
      .waitFor()
    await expectAccessible(page, 'an accepted version')
    await takePicture(page, 'training-accepted', 'light')
  })

  test('rolling back and forth is one press each, and search follows', async () => {
    await panel().getByRole('button', { name: 'Roll back' }).click()
    await panel().getByText('Rolled back. Search uses the version from before.').waitFor()
    await panel()
      .getByRole('row', { name: /The model’s own map.*in use/u })
      .waitFor()
    await page.keyboard.press('Escape')
    await ask(page, 'a blue boat')
    await page.getByRole('button', { name: 'Retrain on my library' }).click()
    await panel().getByRole('button', { name: /^Use /u }).first().click()
    await panel()
      .getByRole('row', { name: /not in use/u })
      .filter({ hasText: 'The model’s own map' })
      .waitFor()
    await expectAccessible(page, 'history')
    expect(problems).toEqual([])
  })
})
