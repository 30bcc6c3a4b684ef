import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { ask, expectAccessible, openOnDrawnLibrary, shownTiles, takePicture, type RunningReverie } from './reverie.ts'

const patience = { timeout: 60_000 }

/** A link in a chosen folder leads to a place that nobody chose: the person is asked, and may think otherwise later. */
describe('links that lead out of the library', () => {
  vi.setConfig({ testTimeout: 3 * patience.timeout })
  const folder = temporaryFolder()
  const outside = join(folder, 'private')
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    ;({ reverie, browser, page, problems } = await openOnDrawnLibrary(folder, async library => {
      await mkdir(outside)
      await writeFile(join(outside, 'diary.md'), '# Diary\n\nzyzzyva')
      await symlink(outside, join(library.folder, 'shortcut'))
      return library
    }))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const panel = () => page.getByRole('dialog', { name: 'Library' })
  const openPanel = () => page.getByRole('button', { name: /^Library:/ }).click()
  const links = (name: string) => panel().getByRole('region', { name })
  const found = async (): Promise<number> => {
    await page.keyboard.press('Escape')
    await ask(page, '"zyzzyva"')
    return (await shownTiles(page)).length
  }

  test('the library panel names the link and where it leads, and nothing behind it is found', async () => {
    expect(await found()).toBe(0)
    await openPanel()
    const section = links('1 link leads out of the library')
    await section.waitFor(patience)
    expect(await section.getByRole('listitem').innerText()).toMatch(/shortcut[^]*leads to .*private/)
    await expectAccessible(page, 'the library panel with a link that leads out')
    for (const scheme of ['light', 'dark'] as const) {
      await section.scrollIntoViewIfNeeded()
      await takePicture(page, 'outside-links', scheme)
    }
  })

  test('it is included, and left out again', async () => {
    const section = links('Links out of the library')
    await panel()
      .getByRole('button', { name: /^Include what shortcut leads to/ })
      .click()
    await section.getByText('Included', { exact: true }).waitFor(patience)
    await expect.poll(found, patience).toBe(1)

    await page.reload()
    await openPanel()
    await section.getByRole('button', { name: /^Leave out what shortcut leads to/ }).click()
    await section.getByText('Left out', { exact: true }).waitFor(patience)
    await expect.poll(found, patience).toBe(0)
    expect(problems).toEqual([])
  })
})
