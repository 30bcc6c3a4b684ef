import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accentStyle } from '../../src/main/hosts/desktop/accent.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { ask, expectAccessible, openOnDrawnLibrary, takePicture, type RunningReverie } from './reverie.ts'

/** As macOS has them, with a yellow, a white and a black beside, which are the hardest to read. */
const accents = ['0a84ff', 'a550a7', 'f74f9e', 'ff5257', 'f7821b', 'ffff00', '62ba46', '8c8c8c', 'ffffff', '000000']

const folder = temporaryFolder()
let reverie: RunningReverie
let browser: Browser
let page: Page
let problems: string[]

beforeAll(async () => {
  ;({ reverie, browser, page, problems } = await openOnDrawnLibrary(folder))
  await ask(page, 'type:photo a boat')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('x')
})

afterAll(async () => {
  await browser.close()
  await reverie.stop()
})

const accentNow = (): Promise<string> =>
  page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'))
    probe.style.color = 'var(--accent)'
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  })

const give = (style: string): Promise<void> =>
  page.evaluate(rule => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(rule)
    document.adoptedStyleSheets = [sheet]
  }, style)

test.each(accents)('the page takes the hue of #%s, and stays readable in light and dark', async accent => {
  const before = await accentNow()
  // The desktop window does it by webContents.insertCSS, which the page's own policy does not hold up either.
  await give(accentStyle(accent) ?? '')
  expect(await accentNow()).not.toBe(before)
  await expectAccessible(page, `with the accent #${accent}`)
  if (accent === 'f7821b') for (const scheme of ['dark', 'light'] as const) await takePicture(page, 'accent', scheme)
  await give('')
  expect(await accentNow()).toBe(before)
})

test('nothing went wrong in the page', () => {
  expect(problems).toEqual([])
})
