import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { describeWithData } from '../tools/shared-data.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { ask, expectAccessible, isInView, openBrowser, openPage, startReverie, takePicture } from './reverie.ts'
import type { RunningReverie } from './reverie.ts'

/** Few enough that one answer holds them all. */
const noteCount = 50
const photoCount = 8
const count = noteCount + photoCount + 2

/** What a page of a stranger does, in a note. Nothing of it may be loaded, linked or run. */
const page404 = `<h1>A page that was saved</h1>
<script>document.title = 'taken over'</script><img src="http://evil.example/seen.png" onerror="alert(1)">
<iframe src="http://evil.example/frame"></iframe><a href="javascript:alert(2)">press me</a>
<svg onload="alert(3)"></svg><style>body { display: none }</style><meta http-equiv="refresh" content="0;url=http://evil.example">
<p>Still to be read.</p>`

/** The Big List of Naughty Strings as names of files, titles, descriptions and texts. */
describeWithData('strings that break programs', ['naughty_strings', 'blns.json'], path => {
  const folder = temporaryFolder()
  const files = join(folder, 'Strange files')
  let reverie: RunningReverie
  let browser: Browser
  let page: Page
  let problems: string[]
  const opened: string[] = []

  beforeAll(async () => {
    const strings = (JSON.parse(await readFile(path, 'utf8')) as string[]).filter(one => one.trim() !== '')
    const isMarkup = (text: string): boolean => /[<>]|script:/iu.test(text)
    // The worst ones first: they become names and titles.
    const worst = [...strings.filter(isMarkup), ...strings.filter(text => !isMarkup(text))]
    await mkdir(files)
    for (let n = 0; n < noteCount; n++) await writeNote(files, n, worst)
    for (let n = 0; n < photoCount; n++) await writePhoto(files, n, worst)
    await writeFile(join(files, 'saved.html'), page404)
    await writeFile(join(files, 'saved.md'), `${page404}\n\n![x](http://evil.example/x.png) [y](javascript:alert(4))\n`)
    reverie = await startReverie(join(folder, 'data'))
    browser = await openBrowser()
    ;({ page, problems } = await openPage(browser, reverie.address))
    page.on('dialog', dialog => {
      opened.push(`${dialog.type()}: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.getByRole('textbox', { name: 'Path of the folder' }).fill(files)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Start searching' }).click()
    await page.getByRole('button', { name: `Library: ${count} items`, exact: true }).waitFor()
  })

  beforeEach(async () => {
    for (let open = await page.getByRole('dialog').count(); open > 0; open--) await page.keyboard.press('Escape')
  })

  afterAll(async () => {
    await browser.close()
    await reverie.stop()
  })

  /** What of the window is not as it must be, as sentences. */
  const faults = (): Promise<string[]> =>
    page.evaluate(() => {
      const dialog = document.querySelector('dialog')
      const found: string[] = []
      if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than its window')
      for (const part of dialog?.querySelectorAll('.box, aside, article, dd, h2, header') ?? [])
        if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === 'visible')
          found.push(`${part.localName} is wider than its place`)
      const foreign = document.querySelectorAll('iframe, object, embed, #app script, #app style, #app a')
      for (const one of foreign) found.push(`${one.localName} came out of a text`)
      for (const image of document.images)
        if (!/^(data:image\/png|http:\/\/[^/]+\/media\/)/u.test(image.src)) found.push(`a picture from ${image.src}`)
      return found
    })

  test('every one of them opens as text, and the layout holds', async () => {
    await ask(page, '')
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    const preview = page.getByRole('dialog')
    const found: string[] = []
    for (let n = 1; n <= count; n++) {
      await preview.getByText(`${n} of ${count}`, { exact: true }).waitFor()
      await preview.getByText('File', { exact: true }).waitFor()
      for (const fault of await faults())
        found.push(`${await preview.getByRole('heading', { level: 2 }).innerText()}: ${fault}`)
      if (n < count) await preview.getByRole('button', { name: 'Next result' }).click()
    }
    expect(found).toEqual([])
    expect(await isInView(preview.getByRole('button', { name: 'Close' }))).toBe(true)
  })

  test.each(['saved.html', 'saved.md'])(
    'a saved page is its words: nothing of %s is loaded, linked or run',
    async name => {
      await ask(page, `"Still to be read" in:${name}`)
      await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
      const preview = page.getByRole('dialog')
      await preview.getByText('Still to be read').first().waitFor()
      await preview.getByText('File', { exact: true }).waitFor()
      expect(await faults()).toEqual([])
      expect(await page.title()).not.toContain('taken over')
      await page.keyboard.press('Escape')
    }
  )

  test('names and titles of any kind stay in their places, narrow and wide', async () => {
    await ask(page, 'type:note')
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    for (let next = 0; next < 2; next++) await page.getByRole('button', { name: 'Next result' }).click()
    for (const widthPx of [360, 1280]) {
      await page.setViewportSize({ width: widthPx, height: 800 })
      await page.getByRole('dialog').getByText('File', { exact: true }).waitFor()
      expect(await faults()).toEqual([])
    }
    await expectAccessible(page, 'preview of a note with a strange title')
    for (const scheme of ['light', 'dark'] as const) await takePicture(page, 'preview-strange', scheme)
    await page.keyboard.press('Escape')
    expect(await faults()).toEqual([])
  })

  test('no window opened, nothing was refused, and nobody else was asked for anything', () => {
    expect([...opened, ...problems]).toEqual([])
  })
})

/** A tenth of the strings each, one of them as its title or its name. */
async function writeNote(files: string, n: number, strings: readonly string[]): Promise<void> {
  const title = strings[n]!
  // A file with the control characters of a few of them would be no text.
  const text = strings
    .filter((_, index) => index % noteCount === n)
    .join('\n\n')
    .replaceAll(/(?![\t\n])\p{Cc}/gu, '')
  if (n % 2 === 0)
    await writeFile(
      join(files, `${n}.md`),
      `---\ntitle: ${JSON.stringify(title)}\ntags: [${JSON.stringify(title)}]\n---\n\n${text}\n`
    )
  else await writeFile(join(files, `${nameFrom(n, title)}.txt`), text)
}

async function writePhoto(files: string, n: number, strings: readonly string[]): Promise<void> {
  await sharp({ create: { width: 320, height: 200, channels: 3, background: { r: 30 * n, g: 120, b: 160 } } })
    .withExif({ IFD0: { ImageDescription: strings[n]!, Model: strings[n + photoCount]! } })
    .jpeg()
    .toFile(join(files, `${nameFrom(n, strings[n]!)}.jpg`))
}

/** What a file system can hold of it. Numbered, so that none is hidden or meets another. */
function nameFrom(n: number, text: string): string {
  return `${n} ${Array.from(text.replaceAll(/[/\0\r\n]/gu, '∕'))
    .slice(0, 50)
    .join('')}`
}
