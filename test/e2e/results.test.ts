import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drawLibrary, type DrawnLibrary } from '../library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  addFirstFolder,
  answered,
  ask,
  bar,
  expectAccessible,
  openBrowser,
  openPage,
  shownTiles,
  startReverie,
  takePicture,
  type RunningReverie
} from './reverie.ts'

describe('results', () => {
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
    await addFirstFolder(page, library)
  })

  beforeEach(async () => {
    for (let open = await page.getByRole('dialog').count(); open > 0; open--) await page.keyboard.press('Escape')
    await bar(page).fill('')
    await answered(page)
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const grid = () => page.getByRole('grid', { name: 'Results' })
  const order = (name: string) => page.getByRole('radiogroup', { name: 'Order' }).getByRole('radio', { name })
  /** The dates that the tiles say, in the order they are shown: the better matches, then the weaker. */
  const shownDays = (): Promise<{ day: number; isWeaker: boolean }[]> =>
    grid()
      .getByRole('button')
      .evaluateAll(all =>
        all
          .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
          .flatMap(tile => {
            const said = /\d{1,2} \w{3,4} \d{4}/.exec(tile.textContent)?.[0]
            return said === undefined ? [] : [{ day: Date.parse(said), isWeaker: tile.classList.contains('weaker') }]
          })
      )
  const inEachPart = async (): Promise<number[][]> => {
    const shown = await shownDays()
    expect(shown.map(({ isWeaker }) => isWeaker)).toEqual(shown.map(({ isWeaker }) => isWeaker).sort())
    return [false, true].map(part => shown.filter(({ isWeaker }) => isWeaker === part).map(({ day }) => day))
  }

  describe('the order', () => {
    test('by date sorts the better and the weaker matches, each by itself, and is kept for the next question', async () => {
      await ask(page, 'a boat at night')
      const best = await shownTiles(page)
      expect(await order('Best match').isChecked()).toBe(true)
      await order('Newest first').click()
      for (const days of await inEachPart()) expect(days).toEqual(days.toSorted((a, b) => b - a))
      expect(await shownTiles(page)).not.toEqual(best)
      await expectAccessible(page, 'newest first')
      for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'order', scheme)
      await page.emulateMedia({ colorScheme: 'light' })

      await ask(page, 'beach')
      expect(await order('Newest first').isChecked()).toBe(true)
      for (const days of await inEachPart()) expect(days).toEqual(days.toSorted((a, b) => b - a))
      await order('Newest first').focus()
      await page.keyboard.press('ArrowRight')
      expect(await order('Oldest first').isChecked()).toBe(true)
      for (const days of await inEachPart()) expect(days).toEqual(days.toSorted((a, b) => a - b))

      await page.reload()
      await answered(page)
      expect(await order('Oldest first').isChecked()).toBe(true)
      for (const days of await inEachPart()) expect(days).toEqual(days.toSorted((a, b) => a - b))
      await order('Best match').click()
      expect(new URL(page.url()).hash).not.toContain('order')
    })

    test('of filters alone is by date: there is no best match to be had', async () => {
      await ask(page, 'type:photo')
      expect(await order('Best match').count()).toBe(0)
      expect(await order('Newest first').isChecked()).toBe(true)
      const newest = await shownTiles(page)
      await order('Oldest first').click()
      await answered(page)
      expect((await shownTiles(page))[0]).not.toBe(newest[0])
      await ask(page, '')
      await page.getByRole('heading', { name: 'Oldest' }).waitFor()
      await order('Newest first').click()
      await page.getByRole('heading', { name: 'Newest' }).waitFor()
      await ask(page, 'a boat at night')
      await order('Best match').click()
    })
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })
})
