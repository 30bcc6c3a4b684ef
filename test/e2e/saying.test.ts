import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ExportedSaid } from '../../src/shared/saying.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  answered,
  ask,
  expectAccessible,
  openOnDrawnLibrary,
  shownTiles,
  takePicture,
  tileOf,
  type RunningReverie
} from './reverie.ts'

const patience = { timeout: 60_000 }

/** A person says captions, tags and favourites, and what is right or wrong; no file is touched. */
describe('what a person says', () => {
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

  const preview = () => page.getByRole('dialog')
  const kept = () =>
    preview()
      .getByRole('status')
      .filter({ hasText: /What you said is kept/ })
  const openFirst = async (question: string): Promise<string> => {
    await ask(page, question)
    const [first = ''] = await shownTiles(page)
    await tileOf(page, first).first().click()
    await preview().getByRole('heading', { name: 'In your words' }).waitFor()
    return first
  }

  test('a caption, a tag and a favourite are said in the preview with the keyboard, found at once, and there after a reload', async () => {
    const name = await openFirst('type:photo')
    const bytes = await readFile(join(library.folder, library.pairs[0]?.photo ?? ''))
    await preview().getByRole('textbox', { name: 'Your caption' }).focus()
    await page.keyboard.type('Zwetschgenknödel mit + 0 z')
    await page.keyboard.press('Control+Enter')
    await kept().waitFor()
    await preview().getByRole('textbox', { name: 'Add a tag' }).focus()
    await page.keyboard.type('Küche,')
    await preview().getByRole('button', { name: 'Take away the tag Küche' }).waitFor()
    const favourite = preview().getByRole('button', { name: 'Favourite' })
    await favourite.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => favourite.getAttribute('aria-pressed')).toBe('true')
    await expectAccessible(page, 'the preview with what was said')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'said-preview', scheme)

    // Escape gives up what is being typed, and only then the preview.
    await preview().getByRole('textbox', { name: 'Your caption' }).fill('given up')
    await page.keyboard.press('Escape')
    expect(await preview().getByRole('textbox', { name: 'Your caption' }).inputValue()).toBe(
      'Zwetschgenknödel mit + 0 z'
    )
    await page.keyboard.press('Escape')
    await expect.poll(() => preview().count()).toBe(0)

    for (const question of ['zwetschgenknödel', 'tag:küche', 'is:favourite']) {
      await ask(page, question)
      expect((await shownTiles(page)).map(tile => tile.split(',')[0])).toContain(name.split(',')[0])
    }
    await page.reload()
    await answered(page)
    await ask(page, 'is:favourite')
    await page.getByRole('gridcell').getByTitle('Favourite').waitFor()
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'said-tile', scheme)
    await tileOf(page, (await shownTiles(page))[0] ?? '')
      .first()
      .click()
    await expect
      .poll(() => preview().getByRole('textbox', { name: 'Your caption' }).inputValue())
      .toBe('Zwetschgenknödel mit + 0 z')
    expect((await readFile(join(library.folder, library.pairs[0]?.photo ?? ''))).equals(bytes)).toBe(true)

    await page.keyboard.press('Escape')
    await openFirst('zwetschgenknödel')
    const mark = preview().locator('mark')
    await expect.poll(() => mark.allInnerTexts()).toEqual(['Zwetschgenknödel'])
    await expectAccessible(page, 'the preview with a marked caption')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'said-marked', scheme)
    await preview().getByRole('textbox', { name: 'Your caption' }).press('End')
    await page.keyboard.type('!')
    await expect.poll(() => mark.count()).toBe(0)
    await page.keyboard.press('Escape')
    await mark.waitFor()

    await preview().getByRole('button', { name: 'Write an XMP file…' }).click()
    const question = page.getByRole('dialog', { name: 'XMP files beside 1 photo' })
    await question.getByText('favourite, “Zwetschgenknödel mit + 0 z”, tagged Küche').waitFor()
    await expectAccessible(page, 'what will be written beside a photo')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'say-sidecar', scheme)
    await question.getByRole('button', { name: 'Write' }).click()
    await question.getByText('1 XMP file written, 0 as they were, 0 could not be written.').waitFor(patience)
    await question.getByRole('button', { name: 'Close' }).last().click()
    await expect.poll(() => question.count()).toBe(0)
  })

  test('a tag that is taken away comes back with Undo', async () => {
    await openFirst('tag:küche')
    await preview().getByRole('button', { name: 'Take away the tag Küche' }).click()
    await expect.poll(() => preview().getByRole('button', { name: 'Take away the tag Küche' }).count()).toBe(0)
    await kept().getByRole('button', { name: 'Undo' }).click()
    await preview().getByRole('button', { name: 'Take away the tag Küche' }).waitFor()
  })

  test('something is said of a whole selection, and taken back in the library panel', async () => {
    await ask(page, 'type:photo')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.keyboard.press('Shift+ArrowRight')
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Say…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Say of 2 items' })
    await dialog.getByRole('textbox', { name: 'Tags to add' }).fill('harvest, autumn')
    await dialog.getByRole('textbox', { name: 'Caption for all of them' }).fill('Quittenernte')
    await expectAccessible(page, 'the dialog of a selection')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'say-selection', scheme)
    await dialog.getByRole('button', { name: 'Write XMP files…' }).click()
    // Nothing is said of one of them, and nothing is written before it is confirmed.
    const question = page.getByRole('dialog', { name: 'XMP files beside 2 photos' })
    await question.getByText(/^Of [12] photos? you say nothing: nothing is written/).waitFor()
    await question.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Say…' }).click()
    await dialog.getByRole('textbox', { name: 'Tags to add' }).fill('harvest, autumn')
    await dialog.getByRole('textbox', { name: 'Caption for all of them' }).fill('Quittenernte')
    await dialog.getByRole('button', { name: 'Keep' }).click()
    await page.getByRole('status').filter({ hasText: 'kept for 2 items' }).waitFor()
    await ask(page, 'tag:harvest tag:autumn quittenernte')
    expect(await shownTiles(page)).toHaveLength(2)

    await page.getByRole('button', { name: /^Library:/ }).click()
    const panel = page.getByRole('dialog', { name: 'Library' })
    await panel.getByRole('heading', { name: /^You said something of [23] files$/ }).scrollIntoViewIfNeeded()
    await expectAccessible(page, 'the library panel with what was said')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'said-list', scheme)
    const download = page.waitForEvent('download')
    await panel.getByRole('button', { name: 'Export as JSON' }).click()
    const exported = JSON.parse(await readFile(await (await download).path(), 'utf8')) as ExportedSaid
    const [gone = ''] = exported.words.find(({ caption }) => caption === 'Quittenernte')?.paths ?? []
    await panel.getByRole('button', { name: 'Write XMP files beside the photos' }).click()
    await panel.getByText(/^\d XMP files? written, \d as they were, 0 could not be written\.$/).waitFor(patience)
    // What was said of a file that is gone can be taken back too.
    await rm(gone)
    await panel.getByRole('button', { name: 'Check for changes' }).click()
    await panel.getByText('A file that is not in the library now').waitFor(patience)
    const takeBack = panel.getByRole('button', { name: /^Take back what you said of/ })
    while ((await takeBack.count()) > 0) {
      const before = await takeBack.count()
      await takeBack.first().click()
      await expect.poll(() => takeBack.count(), patience).toBe(before - 1)
    }
    await panel.getByRole('heading', { name: 'You have said nothing of photos and notes yet' }).waitFor()
    await page.keyboard.press('Escape')
    await ask(page, 'tag:harvest')
    await expect.poll(() => page.getByRole('gridcell').count(), patience).toBe(0)
  })

  test('a hit that is called wrong is below the line when the same is asked again, until that is taken back', async () => {
    const first = await openFirst('boat')
    const wrong = preview().getByRole('button', { name: 'Wrong for this' })
    await wrong.focus()
    await page.keyboard.press('Space')
    await expect.poll(() => wrong.getAttribute('aria-pressed')).toBe('true')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'said-wrong', scheme)
    await page.keyboard.press('Escape')
    const last = async (): Promise<string> => (await shownTiles(page)).at(-1)?.split(',')[0] ?? ''
    const goToLast = async (): Promise<void> => {
      await ask(page, 'boat')
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Control+End')
    }
    await goToLast()
    await expect.poll(last, patience).toBe(first.split(',')[0])
    await page.reload()
    await answered(page)
    await goToLast()
    await page.getByRole('gridcell').getByTitle('You said: wrong for this').first().waitFor(patience)

    await page.getByRole('gridcell').getByTitle('You said: wrong for this').first().click()
    await preview().getByText('You said that it is wrong for this').waitFor()
    await wrong.click()
    await expect.poll(() => wrong.getAttribute('aria-pressed')).toBe('false')
    await page.keyboard.press('Escape')
    await expect.poll(async () => (await shownTiles(page))[0]?.split(',')[0], patience).toBe(first.split(',')[0])
  })

  test('the page had no trouble', () => {
    expect(problems).toEqual([])
  })
})
