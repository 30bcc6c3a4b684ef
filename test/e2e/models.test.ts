import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeClipLayout } from '../stages/encode/tiny-layout.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { ask, expectAccessible, openOnDrawnLibrary, shownTiles, takePicture, type RunningReverie } from './reverie.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 })

/** A person who looks at the models, adds one of their own, changes over to it and back. */
describe('models', () => {
  const folder = temporaryFolder()
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    ;({ library, reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const panel = () => page.getByRole('dialog', { name: 'Models' })
  const card = (name: string) =>
    panel()
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { name, exact: true }) })

  test('are listed with their size, languages, quality and speed, and what can be had with where it comes from', async () => {
    await page.getByRole('button', { name: 'Models', exact: true }).click()
    await panel().getByText('In use', { exact: true }).waitFor()
    await panel().getByText('Being prepared').waitFor({ state: 'detached' })
    await card('CLIP ViT-B/32, 8 bit').getByText('Licence').waitFor()
    await expectAccessible(page, 'models')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'models', scheme)
  })

  test('nothing is fetched without a yes: the question names size and source, and a no leaves all as it was', async () => {
    const offer = card('CLIP ViT-B/32, 8 bit')
    await offer.getByRole('button', { name: 'Install CLIP ViT-B/32, 8 bit…' }).click()
    await offer.getByRole('group', { name: /^Fetch \d.* from https:\/\/huggingface\.co\/.*\?$/ }).waitFor()
    await expectAccessible(page, 'question before a download')
    await offer.getByRole('button', { name: 'No, leave it' }).click()
    await offer.getByRole('button', { name: 'Install CLIP ViT-B/32, 8 bit…' }).waitFor()
  })

  test('a folder that is no model is refused with a sentence, and stays in the field', async () => {
    const field = panel().getByRole('textbox', { name: 'Path of the model’s folder' })
    await field.fill(library.folder)
    await page.keyboard.press('Enter')
    await page.getByRole('alert').first().waitFor()
    expect(await field.inputValue()).toBe(library.folder)
    await panel().getByRole('button', { name: 'Dismiss' }).click()
  })

  test('a model of the person’s own is added, takes over once the library is encoded with it, and gives way again', async () => {
    const before = await bestFor('a boat at night')
    const own = writeClipLayout(join(folder, 'Tiny CLIP'))
    await open()
    await panel().getByRole('textbox', { name: 'Path of the model’s folder' }).fill(own)
    await page.keyboard.press('Enter')
    await card('Tiny CLIP').getByText('Not in use').waitFor()
    await card('Tiny CLIP').getByRole('button', { name: 'Use Tiny CLIP' }).click()
    await card('Tiny CLIP').getByText('In use', { exact: true }).waitFor({ timeout: 120_000 })
    await panel().getByText('Search uses the chosen model now.').waitFor()

    const drawn = panel()
      .getByRole('listitem')
      .filter({ has: page.getByRole('button', { name: /^Use .*drawn/i }) })
    await drawn.getByRole('button', { name: /^Use / }).click()
    await card('Tiny CLIP').getByText('Not in use').waitFor()
    await card('Tiny CLIP')
      .getByRole('button', { name: /^Delete its embeddings/ })
      .click()
    await card('Tiny CLIP').getByRole('button', { name: 'Yes, do it' }).click()
    await card('Tiny CLIP').getByText('Has encoded 0 of').waitFor()
    await card('Tiny CLIP').getByRole('button', { name: 'Remove Tiny CLIP' }).click()
    await card('Tiny CLIP').getByRole('button', { name: 'Yes, do it' }).click()
    await card('Tiny CLIP').waitFor({ state: 'detached' })
    expect(await bestFor('a boat at night')).toEqual(before)
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })

  async function open(): Promise<void> {
    await page.getByRole('button', { name: /^Models/ }).click()
    await panel().waitFor()
  }

  async function bestFor(question: string): Promise<string[]> {
    for (let dialogs = await page.getByRole('dialog').count(); dialogs > 0; dialogs--)
      await page.keyboard.press('Escape')
    await ask(page, question)
    return (await shownTiles(page)).slice(0, 5)
  }
})
