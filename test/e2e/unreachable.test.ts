import { mkdir, rename, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  ask,
  expectAccessible,
  openOnDrawnLibrary,
  photoTile,
  shownTiles,
  takePicture,
  tileOf,
  type RunningReverie
} from './reverie.ts'

const patience = { timeout: 60_000 }

/** A folder inside the library is empty all at once, as a mount point is whose disk was taken away. */
describe('a disk that is away', () => {
  vi.setConfig({ testTimeout: 3 * patience.timeout })
  const folder = temporaryFolder()
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]
  let place = ''
  let photo = ''
  let files = 0

  beforeAll(async () => {
    ;({ library, reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
    // A folder without folders, so that all in it is lost at one place.
    const all = [...library.photos, ...library.notes, ...library.failures].map(({ path }) => path)
    const places = [...new Set(all.map(path => dirname(path)))].filter(
      one => one !== '.' && !all.some(path => dirname(path).startsWith(`${one}/`))
    )
    place = places.find(one => library.photos.filter(({ path }) => dirname(path) === one).length > 3) ?? ''
    photo = library.photos.find(({ path }) => dirname(path) === place && path.endsWith('.jpg'))?.path ?? ''
    files = all.filter(path => dirname(path) === place).length
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const at = (path: string): string => join(library.folder, path)
  const panel = () => page.getByRole('dialog', { name: 'Library' })
  const openPanel = () => page.getByRole('button', { name: /^Library:/ }).click()
  const counts = () => panel().getByRole('definition').filter({ hasText: 'indexed' })
  const check = () => panel().getByRole('button', { name: 'Check for changes' }).click()

  test('its files are counted for themselves, stay among the results with a mark, and open with what is known of them', async () => {
    await rename(at(place), join(folder, 'away'))
    await mkdir(at(place))
    await openPanel()
    await check()
    await panel()
      .getByRole('heading', { name: `${files} files cannot be reached now` })
      .waitFor(patience)
    const { eligible } = library.expected
    await expect
      .poll(() => counts().innerText(), patience)
      .toMatch(new RegExp(`${eligible} files.*\\+ ${files} unreachable`, 's'))
    await expectAccessible(page, 'the library panel with a disk away')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'unreachable', scheme)
    await page.keyboard.press('Escape')

    await ask(page, `"${photo.split('/').at(-1) ?? ''}"`)
    const tile = tileOf(page, photoTile(photo))
    await tile.getByText('cannot be reached now').waitFor({ state: 'attached', ...patience })
    await expectAccessible(page, 'results of which a disk is away')
    await tile.click()
    const preview = page.getByRole('dialog')
    await preview.getByText('The file cannot be reached now. This is what is known of it.').waitFor(patience)
    await expect
      .poll(() => preview.locator('figure img').evaluate(image => (image as HTMLImageElement).naturalWidth), patience)
      .toBeGreaterThan(0)
    await expectAccessible(page, 'a photo whose disk is away')
    await page.keyboard.press('Escape')
    await ask(page, 'is:unreachable')
    expect((await shownTiles(page)).length).toBeGreaterThan(3)
  })

  test('they can be forgotten, which can be taken back; with their disk they are there again', async () => {
    await openPanel()
    await panel()
      .getByRole('button', { name: new RegExp(`^Forget ${files} files in `) })
      .click()
    await panel().getByRole('heading', { name: 'Everything can be reached' }).waitFor(patience)
    await expect.poll(() => counts().innerText(), patience).not.toContain('unreachable')
    await panel().getByRole('status').getByRole('button', { name: 'Undo' }).last().click()
    await panel()
      .getByRole('heading', { name: / cannot be reached now$/ })
      .waitFor(patience)

    await rmdir(at(place))
    await rename(join(folder, 'away'), at(place))
    await check()
    const { eligible, indexed, failed } = library.expected
    await expect
      .poll(() => counts().innerText(), patience)
      .toMatch(new RegExp(`${eligible} files\\s*= ${indexed} indexed\\s*\\+ ${failed} failed\\s*\\+ 0 waiting$`))
  })

  test('nothing went wrong in the page', () => {
    expect(problems).toEqual([])
  })
})
