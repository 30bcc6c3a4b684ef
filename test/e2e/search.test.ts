import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { paint } from '../stages/library/drawn/paint.ts'
import type { DrawnPhoto } from '../stages/library/drawn/photos.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  answered,
  ask,
  bar,
  copyPicture,
  dropFile,
  expectAccessible,
  letMove,
  isInView,
  openOnDrawnLibrary,
  photoTile,
  rankOf,
  shownTiles,
  takePicture,
  tileOf,
  type RunningReverie
} from './reverie.ts'

describe('searching', () => {
  const folder = temporaryFolder()
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]
  /** Photos of which nothing is written anywhere: only their pictures can be found. */
  let untold: DrawnPhoto[]

  beforeAll(async () => {
    ;({ library, reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
    await letMove(page)
    const told = new Set(library.pairs.map(pair => pair.photo))
    untold = library.photos.filter(({ path }) => !told.has(path) && /(IMG_|DSC)\d+\.jpg$/i.test(path))
  })

  beforeEach(async () => {
    for (let open = await page.getByRole('dialog').count(); open > 0; open--) await page.keyboard.press('Escape')
    await bar(page).fill('')
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  /** Its place among the photos: notes that belong to a picture stand above them. */
  const photoRank = async (path: string): Promise<number> =>
    (await shownTiles(page)).filter(tile => tile.startsWith('Photo')).indexOf(photoTile(path)) + 1 || Infinity

  test('a description finds its photo by what is in the picture, though no word of it stands anywhere', async () => {
    const ranks: number[] = []
    for (const photo of untold.slice(0, 8)) {
      await ask(page, photo.paraphrase)
      ranks.push(await rankOf(page, photoTile(photo.path)))
    }
    expect(Math.max(...ranks), `ranks ${ranks.join(', ')}`).toBeLessThanOrEqual(3)
    await expectAccessible(page, 'results')
  })

  test('a caption finds the photo that it is written on, and at most the note that tells of it before', async () => {
    for (const photo of library.photos.filter(({ description }) => description !== null).slice(0, 4)) {
      await ask(page, photo.caption)
      expect(await rankOf(page, photoTile(photo.path)), photo.caption).toBeLessThanOrEqual(2)
    }
  })

  test('a caption shows its photo even where half the library shares its words', async () => {
    for (const photo of untold.slice(0, 4)) {
      await ask(page, photo.caption)
      expect(await rankOf(page, photoTile(photo.path)), photo.caption).toBeLessThanOrEqual(30)
    }
  })

  test('words that stand in a note find the note, and say so', async () => {
    await ask(page, 'marzipan')
    expect((await shownTiles(page))[0]).toBe('Note: The long report')
    const tile = tileOf(page, 'Note: The long report')
    await tile.getByText('“marzipan” in the text').waitFor()
    await tile.click()
    const preview = page.getByRole('dialog', { name: 'The long report' })
    const passage = preview.getByText('And at the very end of the long report')
    await passage.waitFor()
    expect(await preview.locator('mark').allInnerTexts()).toEqual(['marzipan'])
    // The note has scrolled to it, and nothing else has: the head of the dialog stays where it was.
    expect(await isInView(passage)).toBe(true)
    expect(await isInView(preview.getByRole('button', { name: 'Close' }))).toBe(true)
    await preview.getByText('“marzipan” in the text').waitFor()
    await expectAccessible(page, 'preview of a note')
  })

  test('it looks as its pictures show', async () => {
    await ask(page, 'a boat at night')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'search', scheme)
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await isInView(page.getByRole('grid', { name: 'Results' }).getByRole('button').first())).toBe(true)
  })

  test('a narrow window has room for everything', async () => {
    await page.setViewportSize({ width: 360, height: 640 })
    await ask(page, 'beach type:note after:2020')
    await expectAccessible(page, 'narrow results')
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    const preview = page.getByRole('dialog')
    await preview.getByRole('heading', { name: 'Details' }).waitFor()
    await expectAccessible(page, 'narrow preview')
    expect(await isInView(preview.getByRole('button', { name: 'Close' }))).toBe(true)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('nothing asked shows the newest under their own heading', async () => {
    await answered(page)
    await page.getByRole('heading', { name: 'Newest' }).waitFor()
    expect((await shownTiles(page)).length).toBeGreaterThan(10)
    await expectAccessible(page, 'newest')
  })

  test('what could not be indexed can be looked at: the reason stands where the picture would', async () => {
    await ask(page, 'is:failed')
    expect((await shownTiles(page)).length).toBe(library.failures.length)
    await tileOf(page, 'Photo: IMG_9002.jpg').click()
    await page.getByRole('dialog', { name: 'IMG_9002.jpg' }).getByText('This file is empty').waitFor()
    await expectAccessible(page, 'preview of a failed photo')
  })

  test('filters are chips, and a chip goes away with one key', async () => {
    await ask(page, 'beach type:note')
    const names = await shownTiles(page)
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter(name => !name.startsWith('Note: '))).toEqual([])
    const chip = page.getByRole('button', { name: 'Remove only notes' })
    await chip.focus()
    await expectAccessible(page, 'chips')
    await page.keyboard.press('Delete')
    await answered(page)
    expect((await bar(page).inputValue()).trim()).toBe('beach')
    expect((await shownTiles(page)).some(name => name.startsWith('Photo: '))).toBe(true)
  })

  test('a dropped picture finds the note that shows it', async () => {
    const note = library.notes[0]!
    const [shown] = note.shows
    await dropFile(page, await readFile(join(library.folder, shown!)), 'dropped.jpg', 'image/jpeg')
    await page.getByRole('button', { name: 'Remove the picture from the search' }).waitFor()
    await answered(page)
    const grid = page.getByRole('grid', { name: 'Results' })
    const belonging = grid.getByRole('heading', { name: 'Notes that belong to it' })
    const alike = grid.getByRole('heading', { name: 'Photos like it' })
    expect(await rankOf(page, `Note: ${note.title}`)).toBeLessThanOrEqual(3)
    expect(await photoRank(shown!)).toBe(1)
    const top = async (what: Locator): Promise<number> => (await what.boundingBox())!.y
    const places = [belonging, tileOf(page, `Note: ${note.title}`), alike, tileOf(page, photoTile(shown!))]
    const tops = await Promise.all(places.map(top))
    expect(tops).toEqual(tops.toSorted((a, b) => a - b))
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'picture', scheme)
    await page.emulateMedia({ colorScheme: 'light' })
    await expectAccessible(page, 'search with a picture')
  })

  test('a pasted picture that the library does not have finds the photo it is like', async () => {
    const photo = untold[2]!
    const smaller = await sharp(paint(photo.picture, 300, 200))
      .png()
      .toBuffer()
    await copyPicture(page, smaller)
    await page.getByRole('grid').getByRole('button').first().focus()
    await page.keyboard.press('ControlOrMeta+V')
    await page.getByRole('button', { name: 'Remove the picture from the search' }).waitFor()
    await answered(page)
    expect(await photoRank(photo.path)).toBeLessThanOrEqual(3)

    // Words beside the picture: both have a say, until one of them goes.
    const told = library.photos.find(({ description }) => description !== null)!
    expect(await rankOf(page, photoTile(told.path))).toBeGreaterThan(10)
    await ask(page, told.caption)
    expect(await photoRank(photo.path)).toBeLessThanOrEqual(10)
    expect(await photoRank(told.path)).toBeLessThanOrEqual(10)
    await page.getByRole('button', { name: 'Remove the picture from the search' }).press('Delete')
  })

  test('what is no picture is refused with a sentence, and the search goes on', async () => {
    await dropFile(page, Buffer.from('<!doctype html><h1>404</h1>'), 'photo.jpg', 'image/jpeg')
    await page.getByRole('alert').waitFor()
    await expectAccessible(page, 'refused picture')
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await ask(page, 'marzipan')
    expect((await shownTiles(page))[0]).toBe('Note: The long report')
  })

  test('the photo and the note lead to each other', async () => {
    const note = library.notes[0]!
    await ask(page, `"${note.sentence.replace(/\.$/, '')}"`)
    await tileOf(page, `Note: ${note.title}`).click()
    const name = photoTile(note.shows[0]!).replace('Photo: ', '')
    const about = page.getByRole('dialog', { name: note.title }).getByRole('complementary', { name: 'About it' })
    await about.getByRole('button', { name }).click()
    const photo = page.getByRole('dialog', { name })
    await photo.getByRole('heading', { name: 'Notes with this photo' }).waitFor()
    await photo.getByRole('img', { name }).waitFor()
    await expectAccessible(page, 'preview of a photo')
    await photo.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('dialog', { name: note.title }).waitFor()
  })

  test('all of it works with the keyboard alone', async () => {
    const focused = (): Promise<string> =>
      page.evaluate(() => {
        const element = document.activeElement
        return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
      })
    const askWithKeys = async (question: string): Promise<string[]> => {
      await page.keyboard.press('ControlOrMeta+K')
      expect(await focused()).toBe('Search your photos and notes')
      await page.keyboard.type(question)
      await answered(page)
      return shownTiles(page)
    }
    const titleOf = (tile: string): string => tile.slice(tile.indexOf(' ') + 1)
    // A tile that both questions find, and the second one not first.
    const later = await askWithKeys('beach sunset')
    const now = await askWithKeys('beach')
    const place = now.findIndex(tile => later.indexOf(tile) >= 2)
    const left = now[place] ?? ''
    for (const key of ['ArrowDown', ...Array<string>(place).fill('ArrowRight')]) await page.keyboard.press(key)
    expect(await focused()).toContain(titleOf(left))

    // Another question begins at its first hit, though the tile that was left is among its hits too.
    const [first = '', second = ''] = await askWithKeys('beach sunset')
    expect([first, second]).not.toContain(left)
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toContain(titleOf(first))
    await page.keyboard.press('ArrowRight')
    expect(await focused()).toContain(titleOf(second))
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.getByText(/^2 of /).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(await focused()).toContain(titleOf(second))

    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await expectAccessible(page, 'list of keys')
    await page.keyboard.press('Escape')
    await page.keyboard.press('/')
    expect(await focused()).toBe('Search your photos and notes')
    await page.keyboard.press('Escape')
    expect(await bar(page).inputValue()).toBe('')
  })

  test('a page of another site cannot ask, and neither can one without the token', async () => {
    const { origin } = new URL(reverie.address)
    const strange = await fetch(`${origin}/`, { headers: { Origin: 'http://evil.example' } })
    const tokenless = await fetch(`${origin}/call/library`, {
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json' }
    })
    expect(tokenless.ok).toBe(false)
    expect(await strange.text()).not.toContain(library.folder)
  })

  test('the bar completes filters and tags by keyboard alone, and goes back to what was asked and saved', async () => {
    const list = page.getByRole('listbox', { name: 'Suggestions' })
    await bar(page).fill('')
    await bar(page).pressSequentially('ty')
    await list.getByRole('option', { name: 'type: only photos, or only notes' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await list.getByRole('option', { name: 'note', exact: true }).waitFor()
    await expectAccessible(page, 'suggestions')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'suggestions', scheme)
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Tab')
    expect(await bar(page).inputValue()).toBe('type:note ')
    expect(await list.count()).toBe(0)
    await answered(page)
    expect((await shownTiles(page)).every(tile => tile.startsWith('Note:'))).toBe(true)

    await ask(page, 'marzipan')
    await page.getByRole('button', { name: 'Save this search' }).click()
    await ask(page, 'type:photo')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'What can I ask?' }).click()
    const titles = ['Saved searches', 'Recent searches', 'For example']
    for (const name of titles) await list.getByRole('group', { name }).waitFor()
    await expectAccessible(page, 'searches that were kept')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'searches', scheme)
    await list.getByRole('group', { name: 'Saved searches' }).getByRole('option', { name: 'marzipan' }).click()
    await answered(page)
    expect((await shownTiles(page))[0]).toBe('Note: The long report')
    await page.getByRole('button', { name: 'Save this search' }).click()
    await page.getByRole('button', { name: 'Save this search', pressed: false }).waitFor()

    await bar(page).fill('')
    await page.keyboard.press('Alt+ArrowDown')
    await list.getByRole('group', { name: 'Recent searches' }).waitFor()
    await page.setViewportSize({ width: 1280, height: 480 })
    await page.keyboard.press('ArrowUp')
    const forget = list.getByRole('option', { name: 'Forget recent searches', selected: true })
    expect(await isInView(forget)).toBe(true)
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.keyboard.press('Enter')
    await list.getByRole('group', { name: 'Recent searches' }).waitFor({ state: 'detached' })
    expect(await list.getByRole('option', { name: 'Forget recent searches' }).count()).toBe(0)
    await list.getByRole('group', { name: 'For example' }).waitFor()
    expect(await bar(page).evaluate(input => input === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })
})
