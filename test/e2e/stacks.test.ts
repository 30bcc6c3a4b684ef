import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { drawAlike, type DrawnAlike } from '../stages/library/drawn/alike.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { answered, ask, expectAccessible, openOnDrawnLibrary, takePicture, type RunningReverie } from './reverie.ts'

describe('stacks of similar photos', () => {
  const folder = temporaryFolder()
  let drawn: DrawnAlike
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    ;({ reverie, browser, page, problems } = await openOnDrawnLibrary(folder, async library => {
      drawn = await drawAlike(library)
      return drawn.library
    }))
  })

  beforeEach(async () => {
    for (let open = await page.getByRole('dialog').count(); open > 0; open--) await page.keyboard.press('Escape')
    // Another question in between, so that each story begins with its stacks folded.
    await ask(page, 'beach')
    await ask(page, 'type:photo')
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const grid = () => page.getByRole('grid', { name: 'Results' })
  const cells = () => grid().getByRole('gridcell')
  /** The tile that stands for the frames of the burst, or for the copies. */
  const tile = (photos: number, state: string) =>
    grid().getByRole('button', { name: new RegExp(`^Photo:.*${photos} similar photos, ${state}$`) })
  const badge = (photos: number, state: string) =>
    grid().getByRole('button', { name: `${photos} similar photos, ${state}`, exact: true })
  const members = (photos: number) =>
    grid().getByRole('button', { name: new RegExp(`^Photo:.* of ${photos} similar photos$`) })
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent.trim() ?? '')
  const stacking = () => page.getByRole('button', { name: 'Stack similar' })
  const place = async (): Promise<string> =>
    await page
      .getByRole('dialog')
      .getByText(/^\d+ of \d+$/)
      .innerText()

  test('stand as one tile each, are counted, and unfold and fold in place by mouse', async () => {
    expect(await tile(5, 'folded').count()).toBe(1)
    expect(await tile(4, 'folded').count()).toBe(1)
    await page.getByText('9 similar photos in 2 stacks', { exact: true }).waitFor()
    await page
      .getByText(`${drawn.library.photos.length + 8} photos`, { exact: true })
      .first()
      .waitFor()
    await expectAccessible(page, 'folded stacks')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'stacks-folded', scheme)
    await page.emulateMedia({ colorScheme: 'light' })

    await badge(5, 'folded').click()
    expect([await tile(5, 'unfolded').count(), await members(5).count()]).toEqual([1, 4])
    expect(await focused()).toContain('5 similar photos, unfolded')
    const indices = await grid()
      .locator('.unfolded [data-index]')
      .evaluateAll(all => all.map(one => Number(one.getAttribute('data-index'))).sort((a, b) => a - b))
    expect(indices).toEqual(indices.map((_, i) => indices[0]! + i))
    await expectAccessible(page, 'an open stack')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'stacks-open', scheme)
    await page.emulateMedia({ colorScheme: 'light' })

    await badge(5, 'unfolded').click()
    expect([await tile(5, 'folded').count(), await members(5).count()]).toEqual([1, 0])
  })

  test('by keyboard: S unfolds and folds, from any photo of the stack, and the focus stays with it', async () => {
    await tile(5, 'folded').focus()
    await page.keyboard.press('s')
    await tile(5, 'unfolded').waitFor()
    expect(await focused()).toContain('5 similar photos, unfolded')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toContain('3 of 5 similar photos')
    await page.keyboard.press('s')
    await tile(5, 'folded').waitFor()
    expect(await focused()).toContain('5 similar photos, folded')
    await page.getByRole('status').filter({ hasText: '5 similar photos, folded' }).waitFor({ state: 'attached' })
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toContain('5 similar photos, folded')
  })

  test('a folded stack is selected as a whole; unfolded each photo by itself', async () => {
    const selection = () => page.getByRole('region', { name: 'Selection' })
    await tile(5, 'folded').focus()
    await page.keyboard.press('x')
    await selection().getByText('5 selected').waitFor()
    await selection().getByRole('button', { name: 'Copy paths' }).click()
    await selection().getByText('5 paths copied').waitFor()
    const paths = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
    expect(paths.sort()).toEqual(drawn.burst.map(path => join(drawn.library.folder, path)))
    await tile(5, 'folded').focus()
    await page.keyboard.press('s')
    await tile(5, 'unfolded').waitFor()
    expect(await grid().getByRole('gridcell', { selected: true }).count()).toBe(5)
    await page.keyboard.press('x')
    await selection().getByText('4 selected').waitFor()
    await page.keyboard.press('s')
    await tile(5, 'folded').waitFor()
    expect(await grid().getByRole('gridcell', { selected: true }).count()).toBe(1)
    await page.keyboard.press('Escape')
    expect(await selection().count()).toBe(0)
  })

  test('an open photo goes on to the next tile: past a folded stack, through one that is open', async () => {
    await tile(5, 'folded').click()
    const [at, of] = (await place()).split(' of ').map(Number)
    await page.keyboard.press('ArrowRight')
    expect(await place()).toBe(`${at! + 1} of ${of}`)
    await page.keyboard.press('Escape')
    await badge(5, 'folded').click()
    await tile(5, 'unfolded').click()
    expect(await place()).toBe(`${at} of ${of! + 4}`)
    for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight')
    await page.getByRole('dialog').getByText(/Burst/).first().waitFor({ state: 'attached' })
    expect(await place()).toBe(`${at! + 4} of ${of! + 4}`)
  })

  test('can be switched off, which the address keeps; other orders fold too', async () => {
    const folded = await cells().count()
    expect(await stacking().getAttribute('aria-pressed')).toBe('true')
    await stacking().click()
    expect(await tile(5, 'folded').count()).toBe(0)
    expect(await page.getByText('9 similar photos in 2 stacks').count()).toBe(0)
    expect(new URL(page.url()).hash).toContain('stacks=off')
    await page.reload()
    await answered(page)
    expect(await stacking().getAttribute('aria-pressed')).toBe('false')
    await stacking().click()
    await tile(5, 'folded').waitFor()
    expect(new URL(page.url()).hash).not.toContain('stacks')
    expect(await cells().count()).toBe(folded)

    await page.getByRole('radio', { name: 'Oldest first' }).click()
    await answered(page)
    await tile(5, 'folded').waitFor({ state: 'attached' })
    await page.getByRole('radio', { name: 'Newest first' }).click()
    await answered(page)
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })
})
