import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  addFirstFolder,
  expectAccessible,
  openBrowser,
  openPage,
  startReverie,
  takePicture,
  type RunningReverie
} from './reverie.ts'

/** A person whose library is too small to learn from, and who looks at what Reverie takes for pairs. */
describe('learning from a small library', () => {
  vi.setConfig({ testTimeout: 180_000 })
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    library = await drawLibrary(join(folder, 'My files'))
    await buildDrawnPack(join(data, 'models'))
    reverie = await startReverie(data)
    browser = await openBrowser()
    ;({ page, problems } = await openPage(browser, reverie.address))
    await addFirstFolder(page, library)
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const opener = () => page.getByRole('button', { name: 'Retrain on my library' })
  const panel = () => page.getByRole('dialog', { name: 'Retrain on my library' })
  const start = () => panel().getByRole('button', { name: 'Retrain on my library' })
  const sentence = async (): Promise<string> =>
    (await panel().getByRole('meter', { name: 'Readiness' }).getAttribute('aria-valuetext')) ?? ''
  const pairs = async (): Promise<number> => Number(/^\d+/u.exec(await sentence())?.[0] ?? 0)

  test('the meter says where the pairs come from and that they are not enough', async () => {
    await opener().click()
    await panel().getByRole('meter', { name: 'Readiness' }).waitFor()
    expect(await sentence()).toMatch(/^\d+ pairs from .*captions.*; not enough yet$/u)
    const groups = Number(await panel().getByRole('meter').getAttribute('aria-valuenow'))
    expect(groups).toBeGreaterThan(0)
    await panel()
      .getByText(`${100 - groups} more photos with words are needed. Bursts`)
      .waitFor()
    await expectAccessible(page, 'too few pairs')
    await takePicture(page, 'training-too-few', 'light')
  })

  test('the button rests, and its reason stands beside it', async () => {
    const groups = Number(await panel().getByRole('meter').getAttribute('aria-valuenow'))
    expect(await start().isDisabled()).toBe(true)
    const reasonId = (await start().getAttribute('aria-describedby')) ?? ''
    const reason = page.locator(`[id="${reasonId}"]`)
    expect(await reason.innerText()).toBe(`${100 - groups} more photos with words are needed first.`)
    await panel().getByText('Nothing was trained yet.').waitFor()
  })

  test('a rejected pair is no longer counted, until it is taken back', async () => {
    const before = await pairs()
    await panel().getByText('Look at the pairs').click()
    await panel()
      .getByRole('combobox', { name: 'From' })
      .selectOption({
        label: (
          await panel()
            .getByRole('option', { name: /^Caption/u })
            .innerText()
        ).trim()
      })
    const reject = panel()
      .getByRole('button', { name: /^They do not:/u })
      .first()
    await reject.click()
    await panel().getByText('Rejected: not trained on').waitFor()
    await expect.poll(pairs).toBe(before - 1)
    expect(await reject.getAttribute('aria-pressed')).toBe('true')
    expect(await reject.evaluate(button => button === document.activeElement)).toBe(true)
    await expectAccessible(page, 'list of pairs')
    await reject.click()
    await expect.poll(pairs).toBe(before)
  })

  test('each device says how its self-test went, and only what passed can be chosen', async () => {
    await panel().getByText('Trains on: automatic choice').click()
    const cpu = panel().getByRole('radio', { name: /^CPU/u })
    // Each device is tried in a process of its own first.
    await cpu.waitFor({ timeout: 150_000 })
    expect(
      await panel()
        .getByRole('radio', { name: /^Automatic/u })
        .isChecked()
    ).toBe(true)
    await cpu.check()
    await panel().getByText('Trains on: CPU').waitFor()
    await expectAccessible(page, 'devices')
  })

  test('Esc goes back to where it was opened', async () => {
    await page.keyboard.press('Escape')
    await panel().waitFor({ state: 'hidden' })
    expect(await opener().evaluate(button => button === document.activeElement)).toBe(true)
    expect(problems).toEqual([])
  })
})
