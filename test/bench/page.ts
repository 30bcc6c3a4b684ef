/**
 * The page over a large library in Chromium: first paint, how long tasks keep its main thread while a person types and scrolls, how
 * many tiles it holds, how large it is, and what its heap does in a soak.
 * `npm run bench page -- [--items <n>] [--minutes <n>]`
 */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright'
import { ask, bar, openBrowser, startReverie, withTicket } from '../e2e/reverie.ts'
import { weighHeap, type Heap } from './heap.ts'
import { fill, modelOf } from './large-library.ts'

const root = resolve(import.meta.dirname, '../..')
const promised = { paintMs: 1000, taskMs: 16, tiles: 60, bundleKb: 250, heapGrowth: 0.1 } as const
const questions = [
  'a dog runs on the beach',
  'two boats at night',
  'garden in the rain',
  'child on a bicycle',
  'market'
]

export async function bench(rest: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: number): number =>
    rest.includes(name) ? Number(rest[rest.indexOf(name) + 1]) : otherwise
  const items = option('--items', 100_000)
  const minutes = option('--minutes', 3)
  const folder = await mkdtemp(join(tmpdir(), 'reverie-page-'))
  fill(folder, await modelOf(join(root, 'resources/models/starter')), items)
  const reverie = await startReverie(folder)
  const browser = await openBrowser()
  try {
    console.log(
      `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}; ${items} items`
    )
    const warm = await opened(browser, reverie.address)
    await ask(warm, questions[0] ?? '')
    await warm.context().close()

    const page = await opened(browser, reverie.address)
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN
    )
    say('first paint, engine warm', paintMs, promised.paintMs, 'ms')
    say('scripts and styles, gzip', bundleBytes() / 1000, promised.bundleKb, 'kB')

    const typing = await tasksOf(browser, page, async () => {
      for (const question of questions) {
        await bar(page).fill('')
        await bar(page).pressSequentially(question, { delay: 90 })
        await page.waitForTimeout(700)
      }
    })
    sayTasks('typing', typing)
    let tiles = 0
    const scrolling = await tasksOf(browser, page, async () => {
      await page.mouse.move(640, 500)
      for (let i = 0; i < 120; i++) {
        await page.mouse.wheel(0, i < 80 ? 400 : -600)
        await page.waitForTimeout(30)
        tiles = Math.max(tiles, await tilesOf(page))
      }
    })
    sayTasks('scrolling', scrolling)
    say('most tiles at once', tiles, promised.tiles, '')
    if (minutes > 0) await soak(page, minutes)
  } finally {
    await browser.close()
    await reverie.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function opened(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(await withTicket(address))
  await page.getByRole('grid', { name: 'Results' }).waitFor()
  return page
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

/** How long each task of the page's main thread took meanwhile, in milliseconds, ascending. Idle ones that are over at once are left out. */
async function tasksOf(browser: Browser, page: Page, work: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] })
  await work()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`)
  )
  return traceEvents
    .filter(({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && mains.has(`${pid} ${tid}`))
    .map(({ dur = 0 }) => dur / 1000)
    .filter(ms => ms > 0.1)
    .sort((a, b) => a - b)
}

function sayTasks(doing: string, tasks: readonly number[]): void {
  const at = (share: number): number =>
    tasks[Math.min(tasks.length - 1, Math.floor(share * tasks.length))] ?? Number.NaN
  say(`${doing}: p95 of ${tasks.length} tasks`, at(0.95), promised.taskMs, 'ms')
  console.log(
    `  median ${at(0.5).toFixed(1)} ms, longest ${at(1).toFixed(0)} ms, ${tasks.filter(ms => ms > 50).length} longer than 50 ms`
  )
}

function tilesOf(page: Page): Promise<number> {
  return page.getByRole('grid', { name: 'Results' }).getByRole('button').count()
}

/** Searches, scrolls and opens items, over and over; what the heap holds besides compiled code is weighed after its rubbish was collected. */
async function soak(page: Page, minutes: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  // Each time over the same answer, or it is that which makes the difference.
  const weighed = async (): Promise<Heap> => {
    await ask(page, questions[0] ?? '')
    return weighHeap(session)
  }
  const round = async (i: number): Promise<void> => {
    await ask(page, `${questions[i % questions.length] ?? ''} ${i % 7}`)
    await page.mouse.move(640, 500)
    for (let step = 0; step < 10; step++) await page.mouse.wheel(0, 500)
    await page.getByRole('grid', { name: 'Results' }).getByRole('button').first().click()
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }
  // What is kept on purpose, caches, is there after the first rounds.
  for (let i = 0; i < 10; i++) await round(i)
  const before = await weighed()
  const endMs = performance.now() + minutes * 60_000
  let rounds = 0
  while (performance.now() < endMs) await round(rounds++)
  const after = await weighed()
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(2)
  say(
    `heap after ${minutes} min, ${rounds} rounds: ${mb(before.heldBytes)} → ${mb(after.heldBytes)} MB`,
    100 * (after.heldBytes / before.heldBytes - 1),
    100 * promised.heapGrowth,
    '%'
  )
  const all = ({ heldBytes, codeBytes }: Heap): string => mb(heldBytes + codeBytes)
  console.log(
    `  without compiled code: that is ${mb(before.codeBytes)} → ${mb(after.codeBytes)} MB; with it ${all(before)} → ${all(after)} MB`
  )
}

function bundleBytes(): number {
  const folder = join(root, 'out/renderer/assets')
  return readdirSync(folder)
    .filter(name => /\.(js|css)$/.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0)
}

function say(what: string, value: number, most: number, unit: string): void {
  const isKept = value <= most
  if (!isKept) process.exitCode = 1
  console.log(
    `${what.padEnd(52)} ${value.toFixed(1).padStart(8)} ${unit}  (promised ${most}${isKept ? '' : ', NOT KEPT'})`
  )
}
