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
  letMove,
  openBrowser,
  openPage,
  photoTile,
  rankOf,
  readCounts,
  startReverie,
  type RunningReverie
} from './reverie.ts'

/** One person, from the first start to the second. Each test goes on where the one before stopped. */
describe('the first day with Reverie', () => {
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
    await letMove(page)
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const libraryButton = () => page.getByRole('button', { name: /^Library:/ })
  const libraryPanel = () => page.getByRole('dialog', { name: 'Library' })

  const counts = () => readCounts(libraryPanel())

  test('begins with the choice of folders', async () => {
    await page.getByRole('heading', { name: 'Find your photos and notes by what they mean' }).waitFor()
    await expectAccessible(page, 'first run')
  })

  test('a folder that does not exist is refused with a sentence, and stays in the field to be mended', async () => {
    const field = page.getByRole('textbox', { name: 'Path of the folder' })
    await field.fill(join(folder, 'no such folder'))
    await page.keyboard.press('Enter')
    await page.getByRole('alert').filter({ hasText: 'no such folder' }).waitFor()
    expect(await field.inputValue()).toContain('no such folder')
    await expectAccessible(page, 'refused folder')
    await page.getByRole('button', { name: 'Dismiss' }).click()
  })

  test('every file is accounted for while indexing goes on', async () => {
    await page.getByRole('textbox', { name: 'Path of the folder' }).fill(library.folder)
    await page.keyboard.press('Enter')
    await libraryButton().click()
    const untold: number[] = []
    const countsThatAddUp = async (): Promise<Awaited<ReturnType<typeof counts>>> => {
      const now = await counts()
      untold.push(now.eligible - now.indexed - now.failed - now.waiting)
      return now
    }
    await expect.poll(countsThatAddUp, { timeout: 120_000 }).toEqual({ ...library.expected, waiting: 0 })
    expect(untold.filter(files => files !== 0)).toEqual([])
  })

  test('a broken file shows up with its reason', async () => {
    const failures = libraryPanel().getByRole('region', {
      name: `${library.failures.length} files could not be indexed`
    })
    await failures.waitFor()
    const reasons = new Set<string>()
    for (const { path } of library.failures) {
      const row = failures.getByRole('listitem').filter({ hasText: path.slice(path.lastIndexOf('/') + 1) })
      const reason = await row.locator('p').innerText()
      expect(reason).toMatch(/^[A-Z].*\.$/)
      reasons.add(reason)
    }
    expect(reasons.size).toBe(library.failures.length)
    await expectAccessible(page, 'library panel')
    await page.keyboard.press('Escape')
    await libraryPanel().waitFor({ state: 'hidden' })
  })

  test('what may not be looked at is nowhere', async () => {
    await page.getByRole('button', { name: 'Start searching' }).click()
    await ask(page, '"secret"')
    await page.getByRole('heading', { name: 'Nothing like this here' }).waitFor()
    await expectAccessible(page, 'nothing found')
  })

  test('a restart keeps everything: no folder is asked for, nothing is encoded again, the photo is found', async () => {
    await reverie.stop()
    reverie = await startReverie(data)
    await page.context().close()
    expect(problems.filter(problem => !problem.includes('ERR_CONNECTION'))).toEqual([])
    ;({ page, problems } = await openPage(browser, reverie.address))
    await letMove(page)

    const { indexed, failed } = library.expected
    await page.getByRole('button', { name: `Library: ${indexed} items, ${failed} failed` }).waitFor()
    const photo = library.photos[40]!
    await ask(page, photo.paraphrase)
    expect(await rankOf(page, photoTile(photo.path))).toBeLessThanOrEqual(3)
    expect(problems).toEqual([])
  })

  test('removing the folder asks first, forgets it, and begins anew', async () => {
    await libraryButton().click()
    await libraryPanel()
      .getByRole('button', { name: /^Remove .* from the library$/ })
      .click()
    await page.getByText('will not be touched').waitFor()
    await expectAccessible(page, 'question before removing')
    await page.getByRole('button', { name: 'Remove from library' }).click()
    await libraryPanel().getByText('0 files').waitFor()
    await page.keyboard.press('Escape')
    await bar(page).fill('')
    await page.getByRole('heading', { name: 'Find your photos and notes by what they mean' }).waitFor()
    await addFirstFolder(page, library)
    expect(problems).toEqual([])
  })
})
