import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Locator, type Page } from 'playwright'
import { expect } from 'vitest'
import { findRunning } from '../../src/main/hosts/web/running-web.ts'
import { drawLibrary, type DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { findChromium, howToGetChromium } from '../tools/chromium.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { gateOf, gateProgram, type Gate } from '../tools/gate.ts'
import { builtProgram } from '../tools/started-command.ts'

const root = resolve(import.meta.dirname, '../..')
const startTimeoutMs = 60_000

/** Reverie as a person starts it without Electron: a process, and the address that it prints, where a page needs a ticket. */
export interface RunningReverie {
  readonly address: string
  /** Ends it as Ctrl+C does and waits until it is gone. */
  stop(): Promise<void>
  /** Ends it as a power cut does, and waits until it is gone. */
  kill(): Promise<void>
}

/** Of what was started here, by its address. */
const dataFolders = new Map<string, string>()

/** The address for one visit, as `reverie open --print` prints it. */
export async function withTicket(address: string): Promise<string> {
  const running = await findRunning(dataFolders.get(address) ?? '')
  if (running === null) throw new Error(`No Reverie answers at ${address}.`)
  return (await running.newTicket(false)).address
}

/** @param home  the person's home folder, with what programs keep in it; a new one beside the data folder when absent */
export function startReverie(dataFolder: string, home?: string): Promise<RunningReverie> {
  return running(startProgram(dataFolder, home), dataFolder)
}

/** The same behind a gate, which is closed: no file is read before the test lets it through. */
export async function startGatedReverie(dataFolder: string): Promise<RunningReverie & { readonly gate: Gate }> {
  const child = startProgram(dataFolder, undefined, ['--import', pathToFileURL(gateProgram).href])
  return { ...(await running(child, dataFolder)), gate: gateOf(child) }
}

function startProgram(
  dataFolder: string,
  // What lies about on the machine that runs the tests is no part of a story.
  home = `${dataFolder} of a new person`,
  nodeOptions: readonly string[] = []
): ChildProcess {
  const [cache, temporary] = [join(home, '.cache'), join(home, 'temporary')]
  for (const folder of [cache, temporary]) mkdirSync(folder, { recursive: true })
  return spawn(process.execPath, [...nodeOptions, builtProgram('start'), '--web', '--no-open', '--data', dataFolder], {
    cwd: root,
    env: { ...process.env, HOME: home, XDG_CACHE_HOME: cache, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe', ...(nodeOptions.length === 0 ? [] : (['ipc'] as const))]
  })
}

async function running(child: ChildProcess, dataFolder: string): Promise<RunningReverie> {
  try {
    const address = await addressOf(child)
    dataFolders.set(address, dataFolder)
    return { address, stop: () => end(child, 'SIGINT'), kill: () => end(child, 'SIGKILL') }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolveAddress, reject) => {
    let said = ''
    const give = (chunk: Buffer): void => {
      said += chunk.toString()
      const address = /Reverie is at (http:\/\/\S+)/.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      resolveAddress(address)
    }
    const timer = setTimeout(() => {
      reject(new Error(`Reverie printed no address within ${startTimeoutMs / 1000} s, only:\n${said}`))
    }, startTimeoutMs)
    child.stdout?.on('data', give)
    child.stderr?.on('data', give)
    child.on('exit', code => {
      clearTimeout(timer)
      reject(new Error(`Reverie ended with ${code} before it printed an address:\n${said}`))
    })
  })
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolveGone => child.once('exit', resolveGone))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await gone
  clearTimeout(timer)
}

/** A headless browser of the machine. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error(howToGetChromium)
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}

/** Pictures that the README shows; `REVERIE_PICTURES=1 npx vitest run test/e2e/search.test.ts` makes them anew, after a build. */
const shownInReadme = ['search']

/** Writes a picture of the page where a person may look at it: `test/.cache/screenshots/`, which git ignores. */
export async function takePicture(page: Page, name: string, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.mouse.move(0, 0)
  await page.waitForFunction(() => [...document.images].every(image => image.complete))
  await stillness(page)
  const isShown = process.env.REVERIE_PICTURES === '1' && shownInReadme.includes(name)
  const folder = isShown ? 'resources/screenshots' : 'test/.cache/screenshots'
  await page.screenshot({ path: resolve(root, `${folder}/${name}-${colorScheme}.png`) })
}

/**
 * A page of a person whose browser speaks `locale`, and everything that went wrong in it: errors, refused resources, breaches of the
 * content security policy. Nothing moves in it until a story asks for it (`letMove`): to draw what fades takes a fifth of the browser's work.
 */
export async function openPage(
  browser: Browser,
  address: string,
  locale = 'en-GB'
): Promise<{ page: Page; problems: string[] }> {
  const viewport = { width: 1280, height: 800 }
  const context = await browser.newContext({ viewport, locale, reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(address).origin })
  // For a machine that has much else to do: what never comes is a failure all the same.
  context.setDefaultTimeout(90_000)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', error => problems.push(`error: ${error.message}`))
  page.on('console', message => {
    const { url } = message.location()
    // A refused call is an answer, which the page tells in its own words; the browser notes its status all the same.
    if (message.type() === 'error' && !url.includes('/call/')) problems.push(`console: ${message.text()} ${url}`)
  })
  page.on('request', request => {
    const { origin, protocol } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== new URL(address).origin)
      problems.push(`leaves the machine: ${request.url()}`)
  })
  await page.goto(await withTicket(address))
  return { page, problems }
}

/**
 * A drawn library, indexed with its own model and open on a page, as most stories begin.
 *
 * @param change  to the drawn files before they are indexed; without one they were indexed once for all stories
 */
export async function openOnDrawnLibrary(
  folder: string,
  change?: (library: DrawnLibrary) => DrawnLibrary | Promise<DrawnLibrary>
): Promise<{ library: DrawnLibrary; reverie: RunningReverie; browser: Browser; page: Page; problems: string[] }> {
  const [files, data] = [join(folder, 'My files'), join(folder, 'data')]
  const library = await (change === undefined ? indexedLibrary(files, data) : drawLibrary(files).then(change))
  await buildDrawnPack(join(data, 'models'))
  const reverie = await startReverie(data)
  const browser = await openBrowser()
  const { page, problems } = await openPage(browser, reverie.address)
  if (change === undefined) await isIndexed(page, library)
  else await addFirstFolder(page, library)
  return { library, reverie, browser, page, problems }
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
  }[]
}

/** Of axe-core's rules those that look at colours. All others see the same page, light or dark. */
const colourRules = ['color-contrast', 'link-in-text-block']

/** No state of the page may have a breach that axe-core finds (WCAG 2.2 A and AA, and its best practices), light or dark. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  // Evaluated by the browser's debugger: the page's own policy lets no foreign script in, and need not.
  await page.evaluate(await readFile(axePath, 'utf8'))
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await stillness(page)
    const { violations } = await page.evaluate(
      options => (window as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe.run(options),
      {
        resultTypes: ['violations'],
        ...(colorScheme === 'dark' ? {} : { runOnly: { type: 'rule', values: colourRules } })
      }
    )
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(node => `${id}: ${node.html} ${node.failureSummary ?? ''}`)
    )
    expect(found, `axe-core on: ${state}, ${colorScheme}`).toEqual([])
  }
}

/** For stories in which what moves has a part. */
export const letMove = (page: Page): Promise<void> => page.emulateMedia({ reducedMotion: 'no-preference' })

/** Until everything has faded in; what moves for ever is not waited for. A colour on its way has no contrast to measure. */
export async function stillness(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter(one => one.effect?.getTiming().iterations !== Infinity)
    await Promise.allSettled(passing.map(one => one.finished))
  })
}

// ── what a person does ──────────────────────────────────────────────────────────────────────────────────────────────

export const bar = (page: Page) => page.getByRole('combobox', { name: 'Search your photos and notes' })
const tiles = (page: Page) => page.getByRole('grid', { name: 'Results' }).getByRole('button')

/** Adds the folder on the first page and waits until everything in it is indexed or failed. */
export async function addFirstFolder(page: Page, library: Pick<DrawnLibrary, 'folder' | 'expected'>): Promise<void> {
  await page.getByRole('textbox', { name: 'Path of the folder' }).fill(library.folder)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Start searching' }).click()
  await isIndexed(page, library)
}

/** Waits until everything is indexed or failed. */
async function isIndexed(page: Page, { expected: { indexed, failed } }: Pick<DrawnLibrary, 'expected'>): Promise<void> {
  await page
    .getByRole('button', { name: `Library: ${indexed} items${failed === 0 ? '' : `, ${failed} failed`}`, exact: true })
    .waitFor()
}

/** "101 files = 98 indexed + 3 failed + 0 waiting", as the library panel says it, as numbers. */
export async function readCounts(
  libraryPanel: Locator
): Promise<{ eligible: number; indexed: number; failed: number; waiting: number }> {
  const text = await libraryPanel.getByRole('definition').filter({ hasText: 'indexed' }).innerText()
  const [eligible, indexed, failed, waiting] = (text.replaceAll(',', '').match(/\d+/g) ?? []).map(Number)
  return { eligible: eligible!, indexed: indexed!, failed: failed!, waiting: waiting! }
}

/** Asks and waits for the whole answer, not only for the words. */
export async function ask(page: Page, question: string): Promise<void> {
  await bar(page).fill(question)
  await page.keyboard.press('Enter')
  await answered(page)
}

/** The thin light under the bar is gone, and stays gone for longer than the pause between keystroke and question. */
export async function answered(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isBusy = document.querySelector('[role="search"] .busy') !== null
    const since = isBusy ? performance.now() : ((window as { quietSince?: number }).quietSince ?? performance.now())
    ;(window as { quietSince?: number }).quietSince = since
    return performance.now() - since > 400
  })
  await page.evaluate(() => delete (window as { quietSince?: number }).quietSince)
}

/** The tiles that are shown, best first, by kind and title: "Photo: IMG_0012.jpg", "Note: Pumpkin soup". */
export function shownTiles(page: Page): Promise<string[]> {
  return tiles(page).evaluateAll(all =>
    all
      .sort((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
      .map(tile => {
        const kind = tile.querySelector('.visually-hidden')?.textContent.trim() ?? ''
        const title = tile.querySelector('strong, .name > span')?.textContent.trim() ?? ''
        return `${kind} ${title}`
      })
  )
}

/** The tile with this kind and title, to be opened: "Note: Pumpkin soup". */
export function tileOf(page: Page, tile: string): Locator {
  const [kind = '', ...title] = tile.split(' ')
  return tiles(page)
    .filter({ hasText: kind })
    .filter({ has: page.getByText(title.join(' '), { exact: true }) })
}

export const photoTile = (path: string): string => `Photo: ${path.slice(path.lastIndexOf('/') + 1)}`

/** 1 for the best hit; Infinity when it is not among those shown. */
export async function rankOf(page: Page, tile: string): Promise<number> {
  const place = (await shownTiles(page)).indexOf(tile)
  return place === -1 ? Infinity : place + 1
}

/** Whether its middle is where it can be seen: in the window, and not under something else. */
export function isInView(what: Locator): Promise<boolean> {
  return what.evaluate(element => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const there = document.elementFromPoint(left + width / 2, top + height / 2)
    return there !== null && (element.contains(there) || there.contains(element))
  })
}

/** Drops a file on the middle of the window, as from a file manager. */
export async function dropFile(page: Page, bytes: Uint8Array, name: string, type: string): Promise<void> {
  await page.evaluate(
    ({ base64, name, type }) => {
      const content = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([content], name, { type }))
      for (const event of ['dragenter', 'dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }))
    },
    { base64: Buffer.from(bytes).toString('base64'), name, type }
  )
}

/** Puts a PNG on the clipboard, as copying a picture in another program does. */
export async function copyPicture(page: Page, png: Uint8Array): Promise<void> {
  await page.evaluate(async base64 => {
    const content = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0))
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([content], { type: 'image/png' }) })])
  }, Buffer.from(png).toString('base64'))
}
