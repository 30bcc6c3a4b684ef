import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  addFirstFolder,
  ask,
  bar,
  expectAccessible,
  isInView,
  openBrowser,
  openPage,
  startReverie,
  takePicture,
  type RunningReverie
} from './reverie.ts'

/** What WCAG 2.2 asks of a window: 1280 × 800 at 200 % (1.4.4), and 320 px wide, which is 1280 at 400 % (1.4.10). */
const windows = { zoomed: { width: 640, height: 400 }, narrow: { width: 320, height: 640 } } as const

/** Spaces that a reader may set without anything being lost (1.4.12). */
const wideText =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }'

describe('a small window, large letters', () => {
  const folder = temporaryFolder()
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    library = await drawLibrary(join(folder, 'My files'))
    await buildDrawnPack(join(folder, 'data', 'models'))
    reverie = await startReverie(join(folder, 'data'))
    browser = await openBrowser()
    ;({ page, problems } = await openPage(browser, reverie.address))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  /** What hangs out of the window or of what scrolls around it, and words that are cut off where no other place says them. */
  const lost = (): Promise<string[]> =>
    page.evaluate(() => {
      const root = document.querySelector('dialog[open]:last-of-type') ?? document.body
      const saying = (one: Element, what: string): string =>
        `${what}: ${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 50)}`
      const { scrollWidth, clientWidth } = document.scrollingElement!
      const found = scrollWidth > clientWidth ? [`the page scrolls sideways: ${scrollWidth} of ${clientWidth}`] : []
      const controls = [...root.querySelectorAll('button, input, select, summary')].filter(
        one => one.checkVisibility() && one.closest('.visually-hidden, [role=grid]') === null
      )
      for (const one of controls) {
        one.scrollIntoView({ block: 'nearest', inline: 'nearest' })
        const { left, right, top, bottom } = one.getBoundingClientRect()
        const sideways = one.closest('[role=region][tabindex="0"]')
        if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1)
          if (sideways === null) found.push(saying(one, 'out of the window'))
        if (one.tagName === 'BUTTON' && one.scrollWidth > one.clientWidth + 1) found.push(saying(one, 'cut'))
        if (one.tagName === 'BUTTON' && one.scrollHeight > one.clientHeight + 1) found.push(saying(one, 'cut below'))
      }
      for (const one of root.querySelectorAll(
        '.box > *, .side-panel, .side-panel > *, .centre, main, main *:not([role=grid] *)'
      ))
        if (one.checkVisibility() && one.clientWidth > 4 && one.scrollWidth > one.clientWidth + 1)
          if (
            !/auto|scroll/u.test(getComputedStyle(one).overflowX) &&
            getComputedStyle(one).textOverflow !== 'ellipsis'
          )
            found.push(saying(one, 'wider than its place'))
      return found
    })

  /** In both windows, with letters as they are and with wide spaces. */
  async function expectWhole(state: string): Promise<void> {
    const before = page.viewportSize()!
    for (const [name, size] of Object.entries(windows)) {
      await page.setViewportSize(size)
      await takePicture(page, `reflow-${state}-${name}`, 'light')
      expect((await lost()).join('\n'), `${state}, ${name}`).toBe('')
      await expectAccessible(page, `${state}, ${name}`)
      // A style sheet of the reader's, not of the page: its policy does not speak of it.
      await page.evaluate(css => {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(css)
        document.adoptedStyleSheets = [sheet]
      }, wideText)
      await takePicture(page, `reflow-${state}-${name}-spaced`, 'light')
      expect((await lost()).join('\n'), `${state}, ${name}, wide spaces`).toBe('')
      await page.evaluate(() => (document.adoptedStyleSheets = []))
    }
    await page.setViewportSize(before)
  }

  test('the welcome', async () => {
    await page.getByRole('textbox', { name: 'Path of the folder' }).waitFor()
    try {
      await expectWhole('welcome')
    } finally {
      await page.setViewportSize({ width: 1280, height: 800 })
      await addFirstFolder(page, library)
    }
  })

  test('results: a row of them is in view, and the selection’s bar does not cover the one with the focus', async () => {
    await ask(page, 'a boat on the beach after:2015')
    await expectWhole('results')
    for (const [name, size] of Object.entries(windows)) {
      await page.setViewportSize(size)
      await bar(page).focus()
      await page.keyboard.press('ArrowDown')
      const focus = page.locator('[role=grid] button:focus')
      expect(await isInView(focus), name).toBe(true)
      await page.keyboard.press('x')
      await page.getByRole('region', { name: 'Selection' }).waitFor()
      for (let row = 0; row < 4; row++) {
        await page.keyboard.press('ArrowDown')
        expect(await isInView(focus), `${name}, row ${row}`).toBe(true)
      }
      await takePicture(page, `reflow-selection-${name}`, 'light')
      expect((await lost()).join('\n'), `selection, ${name}`).toBe('')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+Home')
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('what the bar offers', async () => {
    await bar(page).fill('')
    await page.getByRole('button', { name: 'What can I ask?' }).click()
    await page.getByRole('option').first().waitFor()
    for (const [name, size] of Object.entries(windows)) {
      await page.setViewportSize(size)
      await takePicture(page, `reflow-offers-${name}`, 'light')
      for (const option of await page.getByRole('option').all()) {
        await option.scrollIntoViewIfNeeded()
        expect(await isInView(option), name).toBe(true)
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.keyboard.press('Escape')
  })

  test('the preview of a photo and of a note', async () => {
    for (const kind of ['photo', 'note']) {
      await ask(page, `type:${kind}`)
      await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
      await page.getByRole('dialog').getByText('File', { exact: true }).waitFor()
      await expectWhole(`preview-${kind}`)
      await page.keyboard.press('Escape')
    }
  })

  test('every panel', async () => {
    for (const [state, name] of [
      ['library', /^Library:/],
      ['training', 'Retrain on my library'],
      ['models', 'Models'],
      ['keys', 'Show the keys']
    ] as const) {
      await page.getByRole('button', { name }).first().click()
      await page.getByRole('dialog').waitFor()
      await expectWhole(state)
      await page.keyboard.press('Escape')
    }
  })

  test('nothing went wrong in the page', () => {
    expect(problems).toEqual([])
  })
})
