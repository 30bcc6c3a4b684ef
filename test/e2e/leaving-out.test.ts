import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  answered,
  ask,
  bar,
  expectAccessible,
  openOnDrawnLibrary,
  shownTiles,
  takePicture,
  tileOf,
  type RunningReverie
} from './reverie.ts'

const patience = { timeout: 60_000 }

/** A person takes files out of the library and brings them back; the files themselves are never touched. */
describe('leaving out', () => {
  vi.setConfig({ testTimeout: 3 * patience.timeout })
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
    await page.emulateMedia({ colorScheme: 'light' })
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const panel = () => page.getByRole('dialog', { name: 'Library' })
  const openPanel = () => page.getByRole('button', { name: /^Library:/ }).click()
  const notice = () => page.getByRole('status').filter({ hasText: /left out of the library/ })
  const counts = () => panel().getByRole('definition').filter({ hasText: 'indexed' })
  /** The results as they are once the library has settled. */
  const tiles = () => expect.poll(() => shownTiles(page), patience)

  test('selected photos are left out with the keyboard, and Ctrl+Z brings them back', async () => {
    await ask(page, 'type:photo')
    const before = await shownTiles(page)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowRight')
    const leaveOut = page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Leave out' })
    for (let n = 0; n < 12 && !(await leaveOut.evaluate(button => button === document.activeElement)); n++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')

    await notice().getByText('2 files are left out of the library. Nothing on disk was touched.').waitFor()
    await tiles().toEqual(before.slice(2))
    // The focus stays among the results.
    const isInGrid = (): Promise<boolean> =>
      page.evaluate(() => document.activeElement?.closest('[role="grid"]') != null)
    await expect.poll(isInGrid).toBe(true)
    await expectAccessible(page, 'files were left out')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'left-out', scheme)

    await page.keyboard.press('Control+z')
    await expect.poll(() => notice().count(), patience).toBe(0)
    await page
      .getByRole('button', { name: `Library: ${library.expected.indexed} items`, exact: false })
      .waitFor(patience)
    await tiles().toEqual(before)
    await page.waitForTimeout(2000)
    expect(await page.getByRole('button', { name: /The library has changed/ }).count()).toBe(0)
  })

  test('an open photo is left out, is listed, survives a reload, and is included again', async () => {
    await ask(page, 'type:photo')
    const [first = ''] = await shownTiles(page)
    await tileOf(page, first).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave out' }).click()
    await notice().getByText('1 file is left out').waitFor()
    await tiles().not.toContain(first)
    await page.reload()
    await answered(page)
    expect(await shownTiles(page)).not.toContain(first)

    await openPanel()
    const name = first.replace('Photo: ', '')
    await panel().getByRole('heading', { name: '1 file is left out' }).waitFor()
    const { eligible, indexed, failed } = library.expected
    expect(await counts().innerText()).toMatch(
      new RegExp(
        `${eligible} files\\s*= ${indexed - 1} indexed\\s*\\+ ${failed} failed\\s*\\+ 0 waiting\\s*\\+ 1 left out`
      )
    )
    await expectAccessible(page, 'the library panel with a file left out')
    for (const scheme of ['light', 'dark'] as const) {
      await panel().getByRole('heading', { name: '1 file is left out' }).scrollIntoViewIfNeeded()
      await takePicture(page, 'left-out-list', scheme)
    }
    await panel()
      .getByRole('button', { name: /^Include .*\.\w+ again$/ })
      .click()
    await panel().getByRole('heading', { name: 'Nothing is left out' }).waitFor(patience)
    await expect.poll(() => counts().innerText(), patience).toContain(`= ${indexed} indexed`)
    await page.keyboard.press('Escape')
    await ask(page, `type:photo "${name}"`)
    await tiles().toContain(first)
  })

  test('a file that failed is left out: it no longer counts as failed; Undo in the panel brings it back', async () => {
    await openPanel()
    const { failed } = library.expected
    const [broken] = library.failures
    const name = broken?.path.split('/').at(-1) ?? ''
    await panel()
      .getByRole('button', { name: `Leave ${name} out of the library` })
      .click()
    await expect.poll(() => counts().innerText(), patience).toMatch(new RegExp(`\\+ ${failed - 1} failed`))
    await panel().getByRole('status').getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => counts().innerText(), patience).toMatch(new RegExp(`\\+ ${failed} failed`))
    await expect.poll(() => counts().innerText(), patience).not.toContain('left out')
  })

  test('a folder is chosen to be left out, with what is in it, and comes back as one', async () => {
    await openPanel()
    const inner = dirname(library.photos.find(({ path }) => path.includes('/'))?.path ?? '')
    await panel().getByRole('button', { name: 'Leave out a folder…' }).click()
    const picker = page.getByRole('dialog', { name: 'Choose a folder to leave out' })
    await picker.getByRole('textbox', { name: 'Path of the folder' }).fill(join(library.folder, '..'))
    await page.keyboard.press('Enter')
    await picker.getByRole('alert').getByText('Nothing was changed').waitFor()
    await picker.getByRole('button', { name: 'Dismiss' }).click()
    await picker.getByRole('textbox', { name: 'Path of the folder' }).fill(join(library.folder, inner))
    await page.keyboard.press('Enter')
    await panel()
      .getByText(/^Folder, \d+ files?$/)
      .waitFor(patience)
    expect((await stat(join(library.folder, inner))).isDirectory()).toBe(true)
    await panel().getByRole('button', { name: 'Include all again' }).click()
    await panel().getByRole('heading', { name: 'Nothing is left out' }).waitFor(patience)
    await expect.poll(() => counts().innerText(), patience).toContain(`= ${library.expected.indexed} indexed`)
  })

  test('the library is rebuilt after a question that says what it means, and search answers meanwhile', async () => {
    await openPanel()
    expect(await panel().getByRole('definition').filter({ hasText: 'thumbnails' }).innerText()).toMatch(
      /^[\d.]+\s\wB index, [\d.]+\s\wB thumbnails, [\d.]+\s\wB models$/
    )
    await panel().getByRole('button', { name: 'Rebuild…' }).click()
    const question = page.getByRole('dialog', { name: 'Rebuild the library' })
    await question.getByText(/Search goes on meanwhile/).waitFor()
    await expectAccessible(page, 'the question before a rebuild')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'rebuild', scheme)
    await question.getByRole('button', { name: 'Cancel' }).click()
    await panel().getByRole('button', { name: 'Rebuild…' }).click()
    await question.getByRole('button', { name: 'Rebuild', exact: true }).click()
    await panel().getByRole('region', { name: 'Indexing' }).waitFor()
    await page.keyboard.press('Escape')
    const { photo } = library.pairs[0] ?? { photo: '' }
    await ask(page, `"${photo.split('/').at(-1) ?? ''}"`)
    expect(await shownTiles(page)).not.toEqual([])
    await openPanel()
    await panel()
      .getByRole('region', { name: 'Indexing' })
      .waitFor({ state: 'detached', ...patience })
    await expect.poll(() => counts().innerText(), patience).toContain(`= ${library.expected.indexed} indexed`)
    await bar(page).waitFor()
  })

  test('nothing went wrong in the page', () => {
    expect(problems).toEqual([])
  })
})
