import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  answered,
  ask,
  bar,
  expectAccessible,
  openOnDrawnLibrary,
  photoTile,
  shownTiles,
  takePicture,
  tileOf,
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
    ;({ library, reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
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
  /** The dates that the tiles say, in the order they are shown: the sure hits, then the others. */
  const shownDays = (): Promise<{ day: number; isUnsure: boolean }[]> =>
    grid()
      .getByRole('button')
      .evaluateAll(all =>
        all
          .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
          .flatMap(tile => {
            const said = /\d{1,2} \w{3,4} \d{4}/.exec(tile.textContent)?.[0]
            return said === undefined ? [] : [{ day: Date.parse(said), isUnsure: tile.classList.contains('unsure') }]
          })
      )
  const inEachPart = async (): Promise<number[][]> => {
    const shown = await shownDays()
    expect(shown.map(({ isUnsure }) => isUnsure)).toEqual(shown.map(({ isUnsure }) => isUnsure).sort())
    return [false, true].map(part => shown.filter(({ isUnsure }) => isUnsure === part).map(({ day }) => day))
  }

  describe('a tile', () => {
    test('says its day, and the whole of it with where it is from; a file that was never read has none', async () => {
      await ask(page, 'type:photo')
      const day = grid()
        .getByRole('button', { name: /^Photo/ })
        .first()
        .getByRole('time')
      expect(await day.innerText()).toMatch(/^\d{1,2} \w{3,4} \d{4}$/)
      expect(await day.getAttribute('title')).toMatch(/^\w+day,? \d{1,2} \w+ \d{4}.* from /)
      expect(await day.evaluate(element => getComputedStyle(element).opacity)).toBe('1')
      await ask(page, 'is:failed')
      const failed = grid().getByRole('button', { name: /^Photo: IMG_9002.jpg/ })
      await failed.waitFor()
      expect(await failed.getByRole('time').count()).toBe(0)
    })

    test('of a note has text, and the first picture that the note shows', async () => {
      await ask(page, 'type:note')
      const cards = grid().getByRole('button', { name: /^Note/ })
      for (const card of await cards.all()) expect((await card.locator('.snippet').innerText()).trim()).not.toBe('')
      const shows = library.notes.find(({ title }) => title === '4 July 2021')!
      const card = tileOf(page, `Note: ${shows.title}`)
      await card.scrollIntoViewIfNeeded()
      const picture = card.locator('img')
      await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
      const address = (await picture.getAttribute('src'))!
      expect(await tileOf(page, 'Note: Pumpkin soup').locator('img').count()).toBe(0)
      await ask(page, `"${shows.shows[0]!.split('/').at(-1)}" type:photo`)
      const photo = tileOf(page, photoTile(shows.shows[0]!))
      expect(address).toBe(await photo.locator('img').getAttribute('src'))
    })
  })

  describe('one grid', () => {
    const separator = () => grid().getByRole('separator', { name: 'Less sure from here' })

    test('has a line below which no hit is sure, and never above the first row; the keyboard goes over it', async () => {
      await ask(page, 'a boat at night')
      await separator().waitFor()
      const lineTop = (await separator().boundingBox())!.y
      const places = await grid()
        .getByRole('button')
        .evaluateAll(all =>
          all
            .filter(one => one.hasAttribute('data-index'))
            .map(one => ({ top: one.getBoundingClientRect().top, isUnsure: one.classList.contains('unsure') }))
        )
      const above = places.filter(({ top }) => top < lineTop)
      const below = places.filter(({ top }) => top > lineTop)
      expect(above[0]?.isUnsure).toBe(false)
      expect(below.filter(({ isUnsure }) => !isUnsure)).toEqual([])
      // It comes after the row that the last sure one stands in.
      const lastRow = Math.max(...above.map(({ top }) => top))
      expect(above.some(({ top, isUnsure }) => !isUnsure && top === lastRow)).toBe(true)
      await expectAccessible(page, 'results with a line')
      for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'line', scheme)
      await page.emulateMedia({ colorScheme: 'light' })

      await bar(page).press('ArrowDown')
      const active = (): Promise<number> =>
        page.evaluate(() => Number(document.activeElement?.getAttribute('data-index') ?? -1))
      for (let n = 0; (await active()) < above.length && n < 9; n++) await page.keyboard.press('ArrowDown')
      expect(await active()).toBeGreaterThanOrEqual(above.length)
      expect(await grid().getByRole('heading').count()).toBe(0)
    })

    test('stands alone where only the picture lane has spoken: no sentence says that nothing fits', async () => {
      await ask(page, 'a boat at night')
      expect(await page.getByText(/nothing/i).count()).toBe(0)
    })

    test('says that nothing is like what was asked only where that is so, and what helps: the filters, the model', async () => {
      await ask(page, 'boat type:note after:2040')
      const nothing = page.getByRole('region', { name: 'Nothing like this here' })
      await nothing.getByRole('heading', { name: 'Nothing like this here' }).waitFor()
      await nothing.getByText('The model in use is').waitFor()
      await expectAccessible(page, 'nothing like this')
      for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'nothing', scheme)
      await page.emulateMedia({ colorScheme: 'light' })
      await nothing.getByRole('button', { name: 'Search without: only notes' }).waitFor()
      await nothing.getByRole('button', { name: 'Search without: from 2040' }).click()
      await answered(page)
      expect(await bar(page).inputValue()).toBe('boat type:note')
      expect(await nothing.count()).toBe(0)
      expect((await shownTiles(page)).length).toBeGreaterThan(0)

      await ask(page, 'boat after:2040')
      await nothing.getByRole('button', { name: 'See the models' }).click()
      await page.getByRole('dialog', { name: 'Models' }).waitFor()
    })
  })

  describe('the order', () => {
    test('by date sorts what is sure and what is less sure, each by itself, and is kept for the next question', async () => {
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
      for (const days of await inEachPart()) expect(days).toEqual(days.toSorted((a, b) => a - b))
      await order('Newest first').click()
      await page.getByRole('heading', { name: 'Newest' }).waitFor()
      await ask(page, 'a boat at night')
      await order('Best match').click()
    })
  })

  describe('the selection', () => {
    const tile = (index: number) => grid().locator(`[data-index="${index}"]`)
    const selected = (): Promise<number[]> =>
      grid()
        .getByRole('gridcell', { selected: true })
        .evaluateAll(cells =>
          cells
            .map(cell => Number(cell.querySelector('[data-index]')?.getAttribute('data-index')))
            .sort((a, b) => a - b)
        )
    const selection = () => page.getByRole('region', { name: 'Selection' })
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('data-index') ?? document.activeElement?.tagName ?? null)

    beforeEach(() => ask(page, 'a boat at night'))

    test('by mouse: Ctrl picks one, Shift a range, and then a click picks too until nothing is picked', async () => {
      await tile(1).click({ modifiers: ['ControlOrMeta'] })
      await tile(4).click({ modifiers: ['Shift'] })
      expect(await selected()).toEqual([1, 2, 3, 4])
      await tile(2).click()
      expect(await selected()).toEqual([1, 3, 4])
      await selection().getByText('3 selected').waitFor()
      await expectAccessible(page, 'selection')
      for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'selection', scheme)
      await page.emulateMedia({ colorScheme: 'light' })

      await selection().getByRole('button', { name: 'Copy paths' }).click()
      await selection().getByText('3 paths copied').waitFor()
      const paths = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
      expect(paths).toHaveLength(3)
      for (const path of paths) expect(path.startsWith(library.folder), path).toBe(true)
      expect(await selection().getByRole('button', { name: 'Search like this' }).count()).toBe(0)

      await selection().getByRole('button', { name: 'Clear' }).click()
      expect([await selected(), await selection().count(), await focused()]).toEqual([[], 0, '2'])
      await tile(0).click()
      await page.getByRole('dialog').waitFor()
    })

    test('by keyboard: X, Ctrl Space, Shift with an arrow, Ctrl A, and Esc; the focus stays on its tile', async () => {
      await bar(page).press('ArrowDown')
      await page.keyboard.press('x')
      await page.keyboard.press('Shift+ArrowRight')
      await page.keyboard.press('Shift+ArrowRight')
      expect([await selected(), await focused()]).toEqual([[0, 1, 2], '2'])
      await page.keyboard.press('Shift+ArrowLeft')
      expect(await selected()).toEqual([0, 1])
      await page.keyboard.press('Control+Space')
      expect([await selected(), await page.getByRole('dialog').count()]).toEqual([[0], 0])
      await page.keyboard.press('ControlOrMeta+A')
      expect((await selected()).length).toBe((await shownTiles(page)).length)
      await page.keyboard.press('Escape')
      expect([await selected(), await focused()]).toEqual([[], '1'])
      await page.keyboard.press('x')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      expect([await selected(), await focused()]).toEqual([[1], '1'])
      await ask(page, 'beach')
      await ask(page, 'a boat at night')
      expect(await selected()).toEqual([])
    })

    test('stays in another order, and goes with another question; like one leads on', async () => {
      const [, title] = (await shownTiles(page))[2]!.split(': ')
      await tile(2).click({ modifiers: ['ControlOrMeta'] })
      await order('Oldest first').click()
      await selection().getByText('1 selected').waitFor()
      expect(await grid().getByRole('gridcell', { selected: true }).innerText()).toContain(title)
      await order('Best match').click()
      await selection().getByRole('button', { name: 'Search like this' }).click()
      await answered(page)
      expect(await bar(page).inputValue()).toMatch(/^like:\d+$/)
      expect([await selection().count(), await focused()]).toEqual([0, 'INPUT'])
    })

    test('by touch: a finger that rests begins, and a tap goes on', async () => {
      const touch = (index: number, restMs: number): Promise<void> =>
        tile(index).evaluate(async (element, ms) => {
          const at = { bubbles: true, cancelable: true, pointerType: 'touch', isPrimary: true, clientX: 9, clientY: 9 }
          element.dispatchEvent(new PointerEvent('pointerdown', at))
          await new Promise(resolve => setTimeout(resolve, ms))
          element.dispatchEvent(new PointerEvent('pointerup', at))
          element.dispatchEvent(new PointerEvent('click', { ...at, detail: 1 }))
        }, restMs)
      await touch(1, 700)
      await touch(3, 20)
      expect(await selected()).toEqual([1, 3])
      await touch(1, 20)
      await touch(3, 20)
      expect([await selected(), await page.getByRole('dialog').count()]).toEqual([[], 0])
    })

    test('has room in a narrow window, and the tile with the focus is not under it', async () => {
      await page.setViewportSize({ width: 360, height: 640 })
      await bar(page).press('ArrowDown')
      await page.keyboard.press('x')
      for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowDown')
      const tileBox = (await page.locator(':focus').boundingBox())!
      expect(tileBox.y + tileBox.height).toBeLessThan((await selection().boundingBox())!.y)
      await expectAccessible(page, 'narrow selection')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
      await takePicture(page, 'selection-narrow', 'light')
      await page.setViewportSize({ width: 1280, height: 800 })
    })
  })

  describe('the timeline', () => {
    const timeline = () => page.getByRole('slider', { name: 'Timeline' })
    const month = async (): Promise<string> => (await timeline().getAttribute('aria-valuetext')) ?? ''
    /** Of the first tile that is seen whole, the date that it says. */
    const seen = (): Promise<string> =>
      grid().evaluate(element => {
        const top = element.parentElement!.parentElement!.getBoundingClientRect().top
        const tiles = [...element.querySelectorAll('[data-index]')].filter(
          tile => tile.getBoundingClientRect().top >= top - 1
        )
        const first = tiles.sort(
          (a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index'))
        )[0]
        return /\d{1,2} (\w{3,4} \d{4})/.exec(first?.textContent ?? '')?.[1] ?? ''
      })

    test('stands beside results by date, and goes where the keys say', async () => {
      await timeline().focus()
      await page.keyboard.press('Home')
      const newest = await month()
      expect(newest).toMatch(/^\w+ 2022$/)
      await page.keyboard.press('ArrowDown')
      expect(await month()).not.toBe(newest)
      await page.keyboard.press('PageDown')
      expect(await month()).toMatch(/^\w+ 2021$/)
      const [name = '', year = ''] = (await month()).split(' ')
      expect(await seen()).toBe(`${name.slice(0, 3)} ${year}`)
      await expectAccessible(page, 'timeline')
      for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'timeline', scheme)
      await page.emulateMedia({ colorScheme: 'light' })
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Home')
      expect(await month()).toBe(newest)
      expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('slider')
    })

    test('goes where it is pressed and dragged to', async () => {
      const { x, y, width, height } = (await timeline().boundingBox())!
      await page.mouse.click(x + width / 2, y + height * 0.6)
      const pressed = await month()
      expect(pressed).not.toContain('2022')
      await page.mouse.move(x + width / 2, y + height * 0.6)
      await page.mouse.down()
      await page.mouse.move(x + width / 2, y + 2, { steps: 4 })
      await page.mouse.up()
      expect(await month()).toContain('2022')
      await page.mouse.move(x + width / 2, y + height * 0.5)
      expect(await month()).toContain('2022')
    })

    test('turns round with the order, and is not there for the best match', async () => {
      await order('Oldest first').click()
      await page.getByRole('heading', { name: 'Oldest' }).waitFor()
      expect(await month()).toContain('2019')
      await order('Newest first').click()
      await ask(page, 'a boat at night')
      expect(await timeline().count()).toBe(0)
      await order('Best match').click()
    })

    test('leaves room for the tiles in a narrow window', async () => {
      await page.setViewportSize({ width: 360, height: 640 })
      await timeline().waitFor()
      await expectAccessible(page, 'narrow timeline')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
      await takePicture(page, 'timeline-narrow', 'light')
      await page.setViewportSize({ width: 1280, height: 800 })
    })
  })

  test('the list of keys names those of the selection and the timeline', async () => {
    await grid().getByRole('button').first().focus()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Select all on the way there').waitFor()
    await expectAccessible(page, 'list of keys')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'keys', scheme)
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })
})
