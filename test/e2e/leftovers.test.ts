import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { expectAccessible, openBrowser, openPage, startReverie, stillness, type RunningReverie } from './reverie.ts'

describe('what ONNX Runtime left before its telemetry was switched off', () => {
  const folder = temporaryFolder()
  const [yes, no] = [join(folder, 'Ada'), join(folder, 'Ben')]
  let browser: Browser
  const running: RunningReverie[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    for (const reverie of running) await reverie.stop()
  })

  const fileOf = (home: string): string => join(home, '.cache/Microsoft/DeveloperTools/.onnxruntime/deviceid')

  async function visit(home: string, locale?: string): Promise<Page> {
    const reverie = await startReverie(join(home, 'data'), home)
    running.push(reverie)
    const { page } = await openPage(browser, reverie.address, locale)
    return page
  }

  function leave(home: string): void {
    mkdirSync(join(fileOf(home), '..'), { recursive: true })
    writeFileSync(fileOf(home), '85a1a1e2-3a4b-4f5c-8d6e-7f8091a2b3c4')
  }

  const offer = (page: Page) => page.getByRole('region', { name: 'Files of ONNX Runtime’s telemetry' })

  test('is offered with what it is and where it lies, and deleted with a yes', async () => {
    leave(yes)
    const page = await visit(yes)
    await offer(page).getByText('tried to send them to Microsoft').waitFor()
    await offer(page).getByText('Other programs that use ONNX Runtime').waitFor()
    await offer(page).getByText('Which files').click()
    await offer(page).getByText('deviceid').waitFor()
    await expectAccessible(page, 'offer to delete what ONNX Runtime left')
    expect(existsSync(fileOf(yes))).toBe(true)

    await offer(page).getByRole('button', { name: 'Delete them' }).click()
    await page.getByRole('status').filter({ hasText: '1 file was deleted.' }).waitFor()
    expect(existsSync(fileOf(yes))).toBe(false)
    await expectAccessible(page, 'what ONNX Runtime left was deleted')
    await page.getByRole('button', { name: 'Dismiss' }).click()
  })

  test('stays with a no, and is never offered again: not to a reload, and not after a restart', async () => {
    leave(no)
    const page = await visit(no, 'de-DE')
    const german = page.getByRole('region', { name: 'Dateien der Telemetrie von ONNX Runtime' })
    await german.getByRole('button', { name: 'Behalten' }).click()
    await german.waitFor({ state: 'detached' })
    expect(existsSync(fileOf(no))).toBe(true)

    await running.pop()?.stop()
    const again = await visit(no)
    await again.getByRole('heading', { name: 'Find your photos and notes by what they mean' }).waitFor()
    const asked = again.waitForResponse(response => response.url().endsWith('/call/leftovers'))
    await again.reload()
    await (await asked).finished()
    await stillness(again)
    expect(await offer(again).count()).toBe(0)
    expect(existsSync(fileOf(no))).toBe(true)
  })
})
