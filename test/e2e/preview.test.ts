import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { paint } from '../stages/library/drawn/paint.ts'
import type { Picture } from '../stages/library/drawn/world.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  ask,
  bar,
  expectAccessible,
  letMove,
  isInView,
  openOnDrawnLibrary,
  stillness,
  takePicture,
  tileOf,
  type RunningReverie
} from './reverie.ts'

/** Larger than any frame, and than what is sent of it: 2560 × 1920. */
const large: Picture = { object: 'boat', colour: 'yellow', scene: 'beach', light: 'sunset', count: 1, seed: 7 }

/** Everything that Markdown has, then more paragraphs than are drawn at once, then one word more. */
const guide = `# The guide

Walk to the **har**bour first: the [old harbour](https://example.org/harbour) is small, and so is \`harbour.txt\`.

## What to see

1. a boat
   - [x] seen
   - [ ] not seen

> A kite

| Where | When |
|---|---|
| Harbour | ten |

![The large one](large.jpg) and ![the lost one](nowhere.jpg)

All of it is in [[Everything we saw|the list]].

<img src="http://evil.example/seen.png"><script>document.title = 'taken over'</script>

${Array.from({ length: 400 }, (_, i) => `Step ${i + 1} of a long way.`).join('\n\n')}

At the very end stands quincunx.
`

describe('looking at one item closely', () => {
  const folder = temporaryFolder()
  let library: DrawnLibrary
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]

  beforeAll(async () => {
    ;({ library, reverie, browser, page, problems } = await openOnDrawnLibrary(folder, async drawn => {
      await sharp(paint(large, 800, 600))
        .resize(3200, 2400)
        .jpeg()
        .toFile(join(drawn.folder, 'large.jpg'))
      await mkdir(join(drawn.folder, 'moved'))
      await writeFile(
        join(drawn.folder, 'moved', 'Old regatta.md'),
        'A regatta, long ago.\n\n![The boat](./large.jpg)\n'
      )
      await writeFile(join(drawn.folder, 'guide.md'), guide)
      const { eligible, indexed, failed } = drawn.expected
      return { ...drawn, expected: { eligible: eligible + 3, indexed: indexed + 3, failed } }
    }))
    await letMove(page)
  })

  beforeEach(async () => {
    for (let open = await page.getByRole('dialog').count(); open > 0; open--) await page.keyboard.press('Escape')
    await bar(page).fill('')
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  const openLarge = async (): Promise<Locator> => {
    await ask(page, 'large.jpg')
    await tileOf(page, 'Photo: large.jpg').click()
    const preview = page.getByRole('dialog', { name: 'large.jpg' })
    await preview.getByRole('button', { name: /^\d+\s?%, enlarge$/ }).waitFor()
    return preview
  }
  const photoIn = (preview: Locator): Locator => preview.getByRole('img', { name: 'large.jpg' })
  const share = async (preview: Locator): Promise<number> =>
    Number(/\d+/.exec(await preview.getByRole('button', { name: /%/ }).innerText())?.[0])
  const boxOf = async (what: Locator) => {
    await stillness(page)
    return (await what.boundingBox())!
  }

  test('the wheel zooms towards the pointer, and the photo fits again with 0', async () => {
    const preview = await openLarge()
    const photo = photoIn(preview)
    const whole = await boxOf(photo)
    const at = { x: whole.x + whole.width * 0.75, y: whole.y + whole.height * 0.4 }
    await page.mouse.move(at.x, at.y)
    for (let notch = 0; notch < 8; notch++) await page.mouse.wheel(0, -120)
    await expect.poll(() => share(preview)).toBeGreaterThan(100)
    const near = await boxOf(photo)
    expect((at.x - near.x) / near.width).toBeCloseTo(0.75, 1)
    expect((at.y - near.y) / near.height).toBeCloseTo(0.4, 1)
    await expectAccessible(page, 'enlarged photo')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-zoomed', scheme)
    await page.keyboard.press('0')
    expect(await boxOf(photo)).toEqual(whole)
  })

  test('a double click and z show its own pixels; a drag and the arrows move it, never out of sight', async () => {
    const preview = await openLarge()
    const photo = photoIn(preview)
    const whole = await boxOf(photo)
    const middle = { x: whole.x + whole.width / 2, y: whole.y + whole.height / 2 }
    await page.mouse.dblclick(middle.x, middle.y)
    const near = await boxOf(photo)
    expect(Math.round(near.width)).toBe(2560)
    expect(await share(preview)).toBe(100)

    await page.mouse.move(middle.x, middle.y)
    await page.mouse.down()
    await page.mouse.move(middle.x - 60, middle.y - 30, { steps: 4 })
    const dragged = await boxOf(photo)
    expect([dragged.x - near.x, dragged.y - near.y].map(Math.round)).toEqual([-60, -30])
    await page.mouse.move(middle.x + 4000, middle.y + 4000, { steps: 4 })
    await page.mouse.up()
    const edge = await boxOf(photo)
    expect(edge.x).toBeLessThanOrEqual(whole.x)
    expect(edge.x).toBeGreaterThan(whole.x - 100)

    const place = await preview.getByText(/^1 of /).innerText()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowDown')
    const looked = await boxOf(photo)
    expect(looked.x).toBeLessThan(edge.x - 50)
    expect(looked.y).toBeLessThan(edge.y - 50)
    expect(await preview.getByText(/ of /).first().innerText()).toBe(place)
    await page.keyboard.press('z')
    expect(await boxOf(photo)).toEqual(whole)
  })

  test('a note that may mean another file says so, on both sides', async () => {
    const preview = await openLarge()
    const note = preview.getByRole('button', { name: /Old regatta/ })
    expect(await note.innerText()).toContain('A guess')
    await note.click()
    const photo = page.getByRole('dialog', { name: 'Old regatta' }).getByRole('button', { name: /large\.jpg/ })
    expect(await photo.innerText()).toContain('A guess')
    expect(await photo.getByText('A guess').getAttribute('title')).toContain('Another file may be meant')
  })

  test('the controls say how large it is, and lead in, out and back', async () => {
    const preview = await openLarge()
    const zoom = preview.getByRole('group', { name: 'Zoom' })
    const before = await share(preview)
    expect(await zoom.getByRole('button', { name: 'Zoom out' }).isDisabled()).toBe(true)
    await zoom.getByRole('button', { name: 'Zoom in' }).click()
    await page.keyboard.press('+')
    expect(await share(preview)).toBeGreaterThan(before * 2)
    await zoom.getByRole('button', { name: 'Zoom out' }).click()
    await zoom.getByRole('button', { name: 'Fit to window' }).click()
    expect(await share(preview)).toBe(before)
    // The photo has 3200 × 2400 pixels, and no more than 2560 × 1920 are sent.
    expect(await zoom.getByRole('button', { name: /%/ }).getAttribute('title')).toContain('2,560 × 1,920')
  })

  test('two fingers enlarge it around where they are', async () => {
    const preview = await openLarge()
    const before = await share(preview)
    const { x, y, width, height } = await boxOf(photoIn(preview))
    const fingers = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number) =>
      fingers.send('Input.dispatchTouchEvent', {
        type,
        touchPoints:
          type === 'touchEnd'
            ? []
            : [-apart, apart].map((off, id) => ({ x: x + width / 2 + off, y: y + height / 2, id }))
      })
    await touch('touchStart', 30)
    for (const apart of [40, 60, 80, 90]) await touch('touchMove', apart)
    await touch('touchEnd', 0)
    await expect.poll(() => share(preview)).toBeGreaterThan(before * 2)
    await fingers.detach()
  })

  test('who wants no motion sees every step at once', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    const preview = await openLarge()
    await page.keyboard.press('z')
    expect(await photoIn(preview).evaluate(photo => getComputedStyle(photo).transitionProperty)).toBe('none')
    expect(Math.round((await photoIn(preview).boundingBox())!.width)).toBe(2560)
    await page.emulateMedia({ reducedMotion: 'no-preference' })
  })

  test('in a narrow window the wheel still leads down to the facts, and the controls are in view', async () => {
    await page.setViewportSize({ width: 360, height: 640 })
    const preview = await openLarge()
    expect(await isInView(preview.getByRole('button', { name: 'Zoom in' }))).toBe(true)
    await photoIn(preview).hover()
    // Past what the person may say of it.
    await page.mouse.wheel(0, 1600)
    await expect.poll(() => isInView(preview.getByRole('heading', { name: 'Details' }))).toBe(true)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await page.mouse.wheel(0, -3200)
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-narrow', scheme)
    await expectAccessible(page, 'narrow preview of a photo')
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('a note that was found opens at its passage; one that only a filter found is not marked', async () => {
    await ask(page, 'marzipan')
    await tileOf(page, 'Note: The long report').click()
    const report = page.getByRole('dialog', { name: 'The long report' })
    await report.getByText('The passage that was found').waitFor({ state: 'attached' })
    expect(await isInView(report.locator('mark'))).toBe(true)
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-note', scheme)
    await page.keyboard.press('Escape')
    await ask(page, 'type:note')
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    await page.getByRole('dialog').getByText('File', { exact: true }).waitFor()
    expect(await page.getByRole('dialog').getByText('The passage that was found').count()).toBe(0)
  })

  test('a note in Markdown is shown as what it means, with every word of the question marked', async () => {
    await ask(page, 'harbour')
    await tileOf(page, 'Note: The guide').click()
    const preview = page.getByRole('dialog', { name: 'The guide' })
    const text = preview.getByRole('region', { name: 'The guide' })
    await text.getByRole('heading', { name: 'What to see' }).waitFor()
    await text
      .getByText('Walk to the harbour first: the old harbour is small, and so is harbour.txt.', { exact: true })
      .waitFor()
    expect((await text.locator('mark').allInnerTexts()).join(' ')).toBe('har bour harbour harbour Harbour')
    expect(await text.locator('ol > li').count()).toBe(1)
    await text.getByRole('img', { name: 'done', exact: true }).waitFor()
    await text.getByRole('img', { name: 'open', exact: true }).waitFor()
    await text.getByRole('blockquote').getByText('A kite').waitFor()
    await text.getByRole('cell', { name: 'Harbour' }).waitFor()
    await text.getByText('Picture that is not in the library: the lost one').waitFor()
    // A link to elsewhere is read and not followed; nothing of HTML acts.
    expect(await text.locator('a, script, iframe').count()).toBe(0)
    expect(await text.getByTitle('https://example.org/harbour').innerText()).toBe('old harbour')
    expect(await page.title()).not.toContain('taken over')
    expect(await text.locator('p').count()).toBeLessThan(300)
    await expectAccessible(page, 'a note in Markdown')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-markdown', scheme)
    await page.emulateMedia({ colorScheme: 'light' })

    await text.getByRole('link').focus()
    await page.keyboard.press('Enter')
    const list = page.getByRole('dialog', { name: 'Everything we saw' })
    await list.getByRole('link').first().waitFor()
    await list.getByRole('button', { name: 'Back' }).click()
    await text.getByRole('link', { name: 'the list' }).waitFor()

    const shown = text.getByRole('button', { name: 'The large one' })
    await expect.poll(() => shown.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320)
    await shown.click()
    await page.getByRole('dialog', { name: 'large.jpg' }).getByRole('button', { name: 'Back' }).click()
    await text.getByRole('heading', { name: 'What to see' }).waitFor()
  })

  test('of a long note the end is there once it is scrolled to, and at once where it was found', async () => {
    await ask(page, 'harbour')
    await tileOf(page, 'Note: The guide').click()
    const text = page.getByRole('region', { name: 'The guide' })
    const last = text.getByText('At the very end stands')
    await text.getByRole('heading', { name: 'What to see' }).waitFor()
    expect(await last.count()).toBe(0)
    for (let n = 0; n < 30 && (await last.count()) === 0; n++) {
      await text.evaluate(element => (element.scrollTop = element.scrollHeight))
      await stillness(page)
    }
    expect(await last.count()).toBe(1)
    await page.keyboard.press('Escape')
    await ask(page, 'quincunx')
    await tileOf(page, 'Note: The guide').click()
    await text.locator('mark').waitFor()
    expect(await isInView(text.locator('mark'))).toBe(true)
    expect(await isInView(page.getByRole('dialog').getByRole('button', { name: 'Close' }))).toBe(true)
  })

  test('the next photo is whole, whatever was done to the one before', async () => {
    await ask(page, 'type:photo')
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    const preview = page.getByRole('dialog')
    await preview.getByRole('button', { name: /%, enlarge$/ }).waitFor()
    await page.keyboard.press('+')
    await preview.getByRole('button', { name: /%, whole photo$/ }).waitFor()
    await preview.getByRole('button', { name: 'Next result' }).click()
    await preview.getByRole('button', { name: /%, enlarge$/ }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await preview.getByText(/^1 of /).waitFor()
  })

  test('photos like the open one stand beside it; each opens, and the way back leads here again', async () => {
    await ask(page, 'a boat at night')
    await page
      .getByRole('grid', { name: 'Results' })
      .getByRole('button', { name: /^Photo/ })
      .first()
      .click()
    const preview = page.getByRole('dialog')
    const title = await preview.getByRole('heading', { level: 2 }).innerText()
    const similar = preview.getByRole('region', { name: 'Photos like this' })
    const first = similar.getByRole('button').first()
    const name = (await first.getAttribute('aria-label'))!
    expect(name).not.toBe(title)
    expect(await similar.getByRole('button').count()).toBeLessThanOrEqual(6)
    await expectAccessible(page, 'similar photos')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-similar', scheme)
    await first.click()
    await page.getByRole('dialog', { name }).getByRole('button', { name: 'Back' }).click()
    await page.getByRole('dialog', { name: title }).getByRole('region', { name: 'Photos like this' }).waitFor()
  })

  test('a photo that nothing is like shows no such place', async () => {
    await ask(page, 'is:failed')
    await tileOf(page, 'Photo: IMG_9002.jpg').click()
    const preview = page.getByRole('dialog', { name: 'IMG_9002.jpg' })
    await preview.getByText('This file is empty').waitFor()
    await page.waitForTimeout(600)
    expect(await preview.getByRole('heading', { name: 'Photos like this' }).count()).toBe(0)
    expect(await preview.getByRole('group', { name: 'Zoom' }).count()).toBe(0)
  })

  test('it looks as its pictures show', async () => {
    await openLarge()
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-photo', scheme)
    await expectAccessible(page, 'preview of a large photo')
  })

  test('the library says what it holds and whether it is watched; watching is switched off and stays so', async () => {
    const openPanel = async (): Promise<Locator> => {
      await page.getByRole('button', { name: /^Library:/ }).click()
      return page.getByRole('dialog', { name: 'Library' })
    }
    const panel = await openPanel()
    const { eligible, indexed, failed } = library.expected
    await panel.getByRole('list').first().getByText(`${indexed} indexed`).waitFor()
    await panel.getByRole('list').first().getByText(`${failed} failed`).waitFor()
    await panel.getByRole('list').first().getByText(`${eligible} files`).waitFor()
    await panel.getByText(/ index, .* thumbnails, .* models$/).waitFor()
    const watch = panel.getByRole('checkbox', { name: 'Watch these folders' })
    expect(await watch.isChecked()).toBe(true)
    await expectAccessible(page, 'library panel')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'library', scheme)

    await watch.uncheck()
    await panel.getByText('Changes are noticed when Reverie starts').waitFor()
    await page.reload()
    const again = await openPanel()
    await again.getByText('Changes are noticed when Reverie starts').waitFor()
    await again.getByRole('checkbox', { name: 'Watch these folders' }).check()
    await again.getByText('noticed at once while Reverie is open').waitFor()
  })

  test('nothing went wrong in the page, and it asked nobody else for anything', () => {
    expect(problems).toEqual([])
  })
})
