import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { paint } from '../stages/library/drawn/paint.ts'
import type { Picture } from '../stages/library/drawn/world.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import type { Gate, Passed } from '../tools/gate.ts'
import {
  ask,
  expectAccessible,
  openBrowser,
  openPage,
  photoTile,
  rankOf,
  readCounts,
  shownTiles,
  startGatedReverie,
  type RunningReverie
} from './reverie.ts'

const patience = { timeout: 120_000 }

/** Long work in the hands of a person who interrupts it: a gate holds it back for as long as a story needs. Each test goes on where the one before stopped. */
describe('indexing that is interrupted', () => {
  // Longer than the waits of any one test together: what is not met in time then says so itself.
  vi.setConfig({ testTimeout: 5 * patience.timeout })
  const folder = temporaryFolder()
  const data = join(folder, 'data')
  let library: DrawnLibrary
  let second: DrawnLibrary
  let reverie: RunningReverie
  let gate: Gate
  let browser: Browser
  let page: Page

  const start = async (): Promise<void> => {
    ;({ gate, ...reverie } = await startGatedReverie(data))
  }

  beforeAll(async () => {
    // Five times what the gate lets through before the power fails.
    library = await drawLibrary(join(folder, 'Many files'), { photos: 320 })
    second = await drawLibrary(join(folder, 'Other files'), { seed: 2 })
    await buildDrawnPack(join(data, 'models'))
    await start()
    browser = await openBrowser()
    ;({ page } = await openPage(browser, reverie.address))
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const libraryButton = () => page.getByRole('button', { name: /^Library:/ })
  const panel = () => page.getByRole('dialog', { name: 'Library' })
  const progress = () => panel().getByRole('region', { name: 'Indexing' })
  const press = (name: string) => panel().getByRole('button', { name, exact: true }).click(patience)
  const done = async (): Promise<number> => Number(await progress().getByRole('progressbar').getAttribute('value'))
  const counts = () => readCounts(panel())

  /** Waits until every file that was begun has been read; no other may be begun while the engine answers a page that is new. */
  const standsStill = async (): Promise<Passed> => {
    const isQuiet = async (): Promise<boolean> => {
      const { asked, cancelled, answered } = await gate.passed()
      return asked === cancelled + answered
    }
    await expect.poll(isQuiet, patience).toBe(true)
    const before = await gate.passed()
    await page.reload()
    await libraryButton().click()
    await counts()
    expect(await gate.passed()).toEqual(before)
    return before
  }

  test('it pauses, and nothing moves on; it resumes, and goes on where it was', async () => {
    await page.getByRole('textbox', { name: 'Path of the folder' }).fill(library.folder)
    await page.keyboard.press('Enter')
    await libraryButton().click()
    // Enough for a batch to be saved, whatever is still under way.
    await gate.release(64)
    await expect.poll(done, patience).toBeGreaterThan(0)
    await press('Pause')
    await progress().getByText('Paused').waitFor(patience)
    await gate.open()
    const { answered } = await standsStill()
    expect(answered).toBeLessThan(library.expected.eligible)
    await progress().getByText('Paused').waitFor(patience)
    const doneBefore = await done()
    expect(doneBefore).toBeLessThanOrEqual(answered)
    await expectAccessible(page, 'paused')

    await gate.hold()
    await press('Resume')
    await progress()
      .getByText('Paused')
      .waitFor({ state: 'hidden', ...patience })
    await gate.release(64)
    await expect.poll(done, patience).toBeGreaterThan(answered)
  })

  test('it is stopped, what was done is kept, and it goes on when it is asked to', async () => {
    // Held at the gate: files are under way when it is stopped, and more are waiting.
    await press('Stop')
    await panel()
      .getByText(/^Stopped after [0-9,]+ files/)
      .waitFor(patience)
    const { answered } = await standsStill()
    const { eligible, indexed: kept, failed, waiting } = await counts()
    expect([eligible, kept + failed + waiting]).toEqual([library.expected.eligible, library.expected.eligible])
    expect(kept).toBeGreaterThan(0)
    expect(kept + failed).toBeLessThanOrEqual(answered)

    await press('Check for changes')
    await gate.release(64)
    await expect.poll(async () => (await counts()).indexed, patience).toBeGreaterThan(kept)
  })

  test('the power fails in the middle: after the next start it goes on by itself and leaves nothing out', async () => {
    const { indexed: kept, waiting } = await counts()
    expect(waiting).toBeGreaterThan(0)
    await reverie.kill()
    await panel().getByRole('alert').filter({ hasText: 'Reverie does not answer' }).waitFor(patience)
    await expectAccessible(page, 'lost engine')

    await start()
    await page.context().close()
    ;({ page } = await openPage(browser, reverie.address))
    await libraryButton().click()
    expect((await counts()).indexed).toBeGreaterThanOrEqual(kept)
    await gate.open()
    await expect.poll(counts, patience).toEqual({ ...library.expected, waiting: 0 })
    await progress().waitFor({ state: 'hidden', ...patience })
  })

  test('a broken file that was mended is tried again, and can be found', async () => {
    const { path } = library.failures[0]!
    const name = path.slice(path.lastIndexOf('/') + 1)
    const picture: Picture = { object: 'ladder', colour: 'pink', scene: 'snow', light: 'night', count: 3, seed: 5 }
    // Who watches the folder would see it mended before the button is pressed.
    await panel().getByRole('checkbox', { name: 'Watch these folders' }).uncheck()
    await panel().getByText('Changes are noticed when Reverie starts').waitFor(patience)
    await gate.hold()
    await press('Retry all')
    await expect.poll(counts, patience).toMatchObject({ failed: 0, waiting: library.expected.failed })
    await gate.open()
    await expect.poll(counts, patience).toEqual({ ...library.expected, waiting: 0 })
    await progress().waitFor({ state: 'hidden', ...patience })

    await writeFile(
      join(library.folder, path),
      await sharp(paint(picture, 480, 320))
        .jpeg()
        .toBuffer()
    )
    await press(`Retry ${name}`)
    const { eligible, indexed, failed } = library.expected
    await expect.poll(counts, patience).toEqual({ eligible, indexed: indexed + 1, failed: failed - 1, waiting: 0 })
    await panel().getByRole('region', { name: '2 files could not be indexed' }).waitFor(patience)
    await page.keyboard.press('Escape')
    await ask(page, name.replace('.jpg', ''))
    expect(await rankOf(page, photoTile(path))).toBe(1)
  })

  test('one of two folders is removed: its items are gone, the other’s stay', async () => {
    await libraryButton().click()
    await press('Add a folder…')
    const picker = page.getByRole('dialog', { name: 'Choose a folder' })
    await picker.getByRole('textbox', { name: 'Path of the folder' }).fill(second.folder)
    await page.keyboard.press('Enter')
    await picker.waitFor({ state: 'hidden' })
    const both = library.expected.eligible + second.expected.eligible
    await expect.poll(counts, patience).toMatchObject({ eligible: both, waiting: 0 })

    await press('Remove Many files from the library')
    await press('Keep')
    expect((await counts()).eligible).toBe(both)
    await press('Remove Many files from the library')
    await press('Remove from library')
    await expect.poll(counts, patience).toEqual({ ...second.expected, waiting: 0 })
    await page.keyboard.press('Escape')
    await ask(page, 'in:"Many files"')
    expect(await shownTiles(page)).toEqual([])
    await ask(page, 'marzipan')
    expect((await shownTiles(page))[0]).toBe('Note: The long report')
  })
})
