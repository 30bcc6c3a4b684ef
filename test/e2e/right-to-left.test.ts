import type { Browser, Locator, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { ask, bar, expectAccessible, openOnDrawnLibrary, takePicture, type RunningReverie } from './reverie.ts'

/** No language of the catalogue runs from right to left yet. The page is turned round as one would turn it; its words stay English. */
describe('a page whose lines run from right to left', () => {
  const folder = temporaryFolder()
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    ;({ reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const boxOf = async (what: Locator) => (await what.boundingBox())!
  const middleOf = async (what: Locator): Promise<number> => {
    const { x, width } = await boxOf(what)
    return x + width / 2
  }
  const focused = () => page.locator('[role=grid] button:focus')
  const placeOfFocus = async (): Promise<number> => Number(await focused().getAttribute('data-index'))

  /** Nothing hangs out of the window, whichever side is the far one. */
  async function shown(state: string): Promise<void> {
    expect(await page.evaluate(() => document.scrollingElement!.scrollWidth), state).toBe(1280)
    const outside = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button, input, select, h2, h3, dialog')]
        .filter(one => one.checkVisibility() && !one.closest('.visually-hidden'))
        .filter(one => one.getBoundingClientRect().left < -1 || one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => `${one.tagName} ${one.className}: ${one.innerText.slice(0, 60)}`)
    )
    expect(outside, state).toEqual([])
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, `rtl-${state}`, scheme)
    await expectAccessible(page, `right to left, ${state}`)
  }

  test('the first result is at the right, and an arrow goes to the tile that it points at', async () => {
    await ask(page, 'type:photo')
    const first = page.locator('[role=grid] button[data-index="0"]')
    const grid = await boxOf(page.getByRole('grid', { name: 'Results' }))
    const { x, width } = await boxOf(first)
    expect(x + width).toBeCloseTo(grid.x + grid.width, 0)

    await bar(page).focus()
    await page.keyboard.press('ArrowDown')
    await expect.poll(placeOfFocus).toBe(0)
    const before = await middleOf(focused())
    await page.keyboard.press('ArrowLeft')
    await expect.poll(placeOfFocus).toBe(1)
    expect(await middleOf(focused())).toBeLessThan(before)
    await page.keyboard.press('ArrowRight')
    await expect.poll(placeOfFocus).toBe(0)
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await page.locator('[role=gridcell][aria-selected=true]').count()).toBe(2)
    await shown('results')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Home')
  })

  test('the timeline lies at the left, and its month beside it', async () => {
    const timeline = page.getByRole('slider', { name: 'Timeline' })
    await timeline.focus()
    await page.keyboard.press('ArrowDown')
    const { x, width } = await boxOf(timeline)
    const grid = await boxOf(page.getByRole('grid', { name: 'Results' }))
    expect(x + width).toBeLessThanOrEqual(grid.x)
    await shown('timeline')
  })

  test('in the preview the left arrow leads on, and what points the way points there', async () => {
    await page.locator('[role=grid] button[data-index="0"]').click()
    const preview = page.getByRole('dialog')
    await preview.getByText(/^1 of /).waitFor()
    await page.keyboard.press('ArrowLeft')
    await preview.getByText(/^2 of /).waitFor()
    const next = preview.getByRole('button', { name: 'Next result' })
    const previous = preview.getByRole('button', { name: 'Previous result' })
    expect(await middleOf(next)).toBeLessThan(await middleOf(previous))
    expect(await next.locator('svg').evaluate(icon => getComputedStyle(icon).scale)).toBe('-1 1')
    await shown('preview')
    await page.keyboard.press('ArrowRight')
    await preview.getByText(/^1 of /).waitFor()
    const path = preview.getByRole('definition').locator('bdi[dir=ltr]')
    expect(await path.evaluate(element => getComputedStyle(element).direction)).toBe('ltr')
    await page.keyboard.press('Escape')
  })

  test('the panels come from the left, and their charts stay as they are', async () => {
    for (const [state, name] of [
      ['library', /^Library:/],
      ['training', 'Retrain on my library'],
      ['models', 'Models'],
      ['keys', 'Show the keys']
    ] as const) {
      await page.getByRole('button', { name }).first().click()
      const dialog = page.getByRole('dialog')
      await dialog.waitFor()
      if (state !== 'keys') expect((await boxOf(dialog)).x, state).toBe(0)
      await shown(state)
      await page.keyboard.press('Escape')
    }
  })

  test('what the bar offers, and what was asked, begins at the right', async () => {
    await bar(page).fill('')
    await page.getByRole('button', { name: 'What can I ask?' }).click()
    await page.getByRole('option').first().waitFor()
    expect(await bar(page).evaluate(input => getComputedStyle(input).direction)).toBe('rtl')
    await shown('offers')
    await bar(page).fill('حديقة')
    expect(await bar(page).evaluate(input => getComputedStyle(input).direction)).toBe('rtl')
    await bar(page).fill('garden')
    expect(await bar(page).evaluate(input => getComputedStyle(input).direction)).toBe('ltr')
  })

  test('nothing went wrong in the page', () => {
    expect(problems).toEqual([])
  })
})
