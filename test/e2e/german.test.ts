import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { expectAccessible, openOnDrawnLibrary, openPage, takePicture, type RunningReverie } from './reverie.ts'

describe('a German browser', () => {
  const folder = temporaryFolder()
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    // The library is indexed by an English page: who looks says in which language, not the library.
    ;({ reverie, browser } = await openOnDrawnLibrary(folder))
    ;({ page, problems } = await openPage(browser, reverie.address, 'de-DE'))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const bar = () => page.getByRole('combobox', { name: 'Fotos und Notizen durchsuchen' })
  const tiles = () => page.getByRole('grid', { name: 'Ergebnisse' }).getByRole('button')
  const libraryButton = () => page.getByRole('button', { name: /^Bibliothek: \d+ Einträge/u })

  /** Nothing is wider than the window, and no button's words are cut off. */
  async function expectRoom(state: string): Promise<void> {
    const cut = await page.evaluate(() => [
      ...(document.documentElement.scrollWidth > innerWidth
        ? [`the page: ${document.documentElement.scrollWidth}`]
        : []),
      ...[...document.querySelectorAll<HTMLElement>('button, label, select, h2, h3, dialog, dialog .box > *')]
        .filter(one => one.offsetParent !== null && one.clientWidth > 4 && one.scrollWidth > one.clientWidth + 1)
        .map(one => `${one.tagName} ${one.className}: ${one.innerText.slice(0, 60)}`)
    ])
    expect(cut, state).toEqual([])
  }

  async function shown(state: string): Promise<void> {
    for (const width of [1280, 400]) {
      await page.setViewportSize({ width, height: 800 })
      await expectRoom(`${state}, ${width} px`)
      await takePicture(page, `german-${state}-${width}`, 'light')
    }
    await expectAccessible(page, `German ${state}`)
    await page.setViewportSize({ width: 1280, height: 800 })
  }

  test('is answered in German, from the bar to the reason of a hit', async () => {
    await bar().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await bar().fill('beach after:2020')
    await page.keyboard.press('Enter')
    await page.getByText('ab 2020').first().waitFor()
    await tiles().first().waitFor()
    await shown('results')

    await tiles().first().click()
    const preview = page.getByRole('dialog')
    await preview.getByRole('heading', { name: 'Warum das gefunden wurde' }).waitFor()
    await preview.getByRole('button', { name: 'Damit suchen' }).waitFor()
    await shown('preview')
    await page.keyboard.press('Escape')
  })

  test('has its panels in German, and what the engine says is marked as English', async () => {
    await libraryButton().click()
    const panel = page.getByRole('dialog', { name: 'Bibliothek' })
    await panel.getByText('Nach Änderungen suchen').waitFor()
    expect(await panel.getByRole('listitem').locator('[lang=en]').first().innerText()).not.toBe('')
    await shown('library')
    await page.keyboard.press('Escape')

    const others = [
      ['training', 'Mit meiner Bibliothek trainieren'],
      ['models', 'Modelle'],
      ['keys', 'Tasten zeigen']
    ] as const
    for (const [state, name] of others) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').waitFor()
      await shown(state)
      await page.keyboard.press('Escape')
    }
  })

  test('speaks English when that is chosen, also after a reload, and the system’s language again', async () => {
    await libraryButton().click()
    await page.getByLabel('Sprache').selectOption('English')
    const english = page.getByRole('button', { name: /^Library: \d+ items/u })
    await english.waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    await page.reload()
    await english.waitFor()
    // The address is another one after each start, and a browser keeps by address: the library's settings keep it.
    const { page: another } = await openPage(browser, reverie.address, 'de-DE')
    await another.getByRole('button', { name: /^Library: \d+ items/u }).waitFor()
    await another.context().close()
    await english.click()
    await page.getByLabel('Language').selectOption('As the system (Deutsch)')
    await libraryButton().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
  })

  test('found nothing wrong in the page', () => {
    expect(problems).toEqual([])
  })
})
