import { spawn } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Browser, Page } from 'playwright'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import {
  ask,
  expectAccessible,
  openBrowser,
  openPage,
  shownTiles,
  startReverie,
  takePicture,
  withTicket,
  type RunningReverie
} from './reverie.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
const root = resolve(import.meta.dirname, '../..')
const patience = { timeout: 60_000 }

let library: DrawnLibrary
let reverie: RunningReverie
let browser: Browser

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'My files'), data)
  await buildDrawnPack(join(data, 'models'))
  reverie = await startReverie(data)
  browser = await openBrowser()
})
afterAll(async () => {
  await (browser as Browser | undefined)?.close()
  await (reverie as RunningReverie | undefined)?.stop()
})

const notice = (page: Page) => page.getByRole('heading', { name: 'This tab has not been let in' })
const alert = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words })
const lost = 'Reverie does not answer'
const stranger = 'could not prove that it is your Reverie'
const libraryButton = (page: Page) =>
  page.getByRole('button', { name: `Library: ${library.expected.indexed} items, ${library.expected.failed} failed` })

/** Everything that a browser keeps of a page where another page, program or person could find it. */
const keptBy = (page: Page) =>
  page.evaluate(() => ({
    address: location.href,
    referrer: document.referrer,
    cookies: document.cookie,
    local: JSON.stringify(localStorage),
    session: JSON.stringify(sessionStorage),
    // The first is the navigation itself, with the ticket that is spent; it is gone with the document.
    asked: performance.getEntriesByType('resource').map(({ name }) => name)
  }))

interface GivenAnswer {
  readonly status: number
  readonly type?: string
  readonly body: string
  /** Whether the browser is to keep it and never ask again. */
  readonly isKept?: boolean
}

/** Another program at the address that Reverie had last. It keeps what it is sent. */
async function takeAddress(
  answer: (request: IncomingMessage, body: string) => GivenAnswer | Promise<GivenAnswer>
): Promise<{
  asked: { url: string; headers: IncomingMessage['headers']; body: string }[]
  leave: () => Promise<void>
}> {
  const asked: { url: string; headers: IncomingMessage['headers']; body: string }[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      asked.push({ url: request.url ?? '', headers: request.headers, body })
      void Promise.resolve(answer(request, body)).then(({ status, type = 'application/json', body: text, isKept }) =>
        response
          .writeHead(status, {
            'Content-Type': type,
            ...(isKept === true ? { 'Cache-Control': 'max-age=31536000, immutable' } : {})
          })
          .end(text)
      )
    })
  })
  await new Promise<void>((listening, refused) => {
    server.once('error', refused)
    const { hostname, port } = new URL(reverie.address)
    server.listen(Number(port), hostname, listening)
  })
  return {
    asked,
    async leave() {
      const closed = new Promise(done => server.close(done))
      server.closeAllConnections()
      await closed
    }
  }
}

describe('a page is admitted by a ticket', () => {
  test('without one it says so and what to do, in a way that everybody can read', async () => {
    const { page, problems } = await openPage(browser, reverie.address)
    const bare = await page.context().newPage()
    await bare.goto(reverie.address)
    await notice(bare).waitFor()
    await bare.getByText('npm run -s reverie -- open').waitFor()
    await expectAccessible(bare, 'not admitted')
    for (const scheme of ['light', 'dark'] as const) await takePicture(bare, 'not-admitted', scheme)
    expect((await bare.content()).includes(library.folder)).toBe(false)
    expect(problems).toEqual([])
    await page.context().close()

    const german = await browser.newContext({ locale: 'de-DE' })
    const other = await german.newPage()
    await other.goto(reverie.address)
    await other.getByRole('heading', { name: 'Dieser Tab wurde nicht eingelassen' }).waitFor()
    await german.close()
  })

  test('it is spent on first use: another tab with the same address is not let in', async () => {
    const address = await withTicket(reverie.address)
    const context = await browser.newContext()
    const [first, second] = [await context.newPage(), await context.newPage()]
    await first.goto(address)
    await libraryButton(first).waitFor()
    await second.goto(address)
    await notice(second).waitFor()
    await second.getByText('used already, or is older than ten minutes').waitFor()
    await context.close()
  })

  test('nothing secret is in the address, the history, the referrer, a cookie or what outlives the tab', async () => {
    const address = await withTicket(reverie.address)
    const ticket = address.split('#ticket=')[1]!
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto('data:text/html,before')
    await page.goto(`${address}&q=a+dog`)
    await libraryButton(page).waitFor()
    const kept = await keptBy(page)
    expect(kept).toMatchObject({ address: `${reverie.address}#q=a+dog`, referrer: '', cookies: '', local: '{}' })
    expect(JSON.stringify(kept)).not.toContain(ticket)
    expect(await context.cookies()).toEqual([])

    // Away, back and forward: the browser's own list of this tab has no ticket either.
    await page.goto('data:text/html,after')
    for (const step of ['goBack', 'goBack', 'goForward'] as const) {
      await page[step]()
      expect(page.url()).not.toContain('ticket')
    }
    await libraryButton(page).waitFor()
    await context.close()
  })

  test('a reload keeps it, pictures and all; a new tab needs a ticket of its own', async () => {
    const { page, problems } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    await page.reload()
    await libraryButton(page).waitFor()
    await ask(page, 'type:photo')
    expect(await shownPictures(page)).toBeGreaterThan(3)
    const tab = await page.context().newPage()
    await tab.goto(reverie.address)
    await notice(tab).waitFor()
    expect(problems).toEqual([])
    await page.context().close()
  })

  test('the browser is started with the name of a file that only its owner can read, and that is gone when it was used', async () => {
    const bin = join(folder, 'bin')
    const opened = join(folder, 'opened')
    mkdirSync(bin)
    // What a system has in this place; it writes down what every user of the machine could see of it.
    writeFileSync(
      join(bin, 'xdg-open'),
      `#!/bin/sh\n{ tr '\\0' ' ' < /proc/$$/cmdline; echo; tr '\\0' '\\n' < /proc/$$/environ; umask; } > '${opened}.part'\nmv '${opened}.part' '${opened}'\n`
    )
    chmodSync(join(bin, 'xdg-open'), 0o755)
    const command = [process.execPath, join(root, 'out/main/cli.js'), 'open', '--data', data]
    const cli = spawn('sh', ['-c', 'umask 0027; exec "$@"', 'sh', ...command], {
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` },
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let said = ''
    cli.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    expect(await new Promise(done => cli.once('close', done))).toBe(0)
    await expect.poll(() => existsSync(opened), patience).toBe(true)
    const seen = readFileSync(opened, 'utf8')
    const fileAddress = /file:\/\/\S+\.html/.exec(seen)![0]
    const file = fileURLToPath(fileAddress)
    expect((lstatSync(file).mode & 0o777).toString(8)).toBe('600')
    expect((lstatSync(join(data, 'web')).mode & 0o777).toString(8)).toBe('700')
    const ticket = /#ticket=([\w-]{43})/.exec(readFileSync(file, 'utf8'))![1]!
    expect(seen + said).not.toContain(ticket)
    // The person's downloads are not Reverie's files.
    expect(seen.trim().split('\n').at(-1)).toBe('0027')

    const page = await (await browser.newContext()).newPage()
    await page.goto('data:text/html,before')
    await page.goto(fileAddress)
    await libraryButton(page).waitFor()
    expect(await keptBy(page)).toMatchObject({ address: reverie.address, referrer: '' })
    expect(existsSync(file)).toBe(false)
    await page.goBack()
    expect(page.url()).not.toContain('ticket')
    await page.context().close()
  })

  test('who is shut out by the command line sees no more; a new ticket lets them in', async () => {
    const { page } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    const cli = spawn(
      process.execPath,
      [join(root, 'out/main/cli.js'), 'open', '--revoke', '--print', '--data', data],
      {
        stdio: ['ignore', 'pipe', 'inherit']
      }
    )
    let printed = ''
    cli.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    expect(await new Promise(done => cli.once('close', done))).toBe(0)
    await alert(page, stranger).waitFor(patience)
    await page.reload()
    await notice(page).waitFor()
    // Into the tab that is there, which changes the fragment only.
    await page.goto(printed.trim())
    await libraryButton(page).waitFor()
    await page.context().close()
  })
})

describe('a page that stays open', () => {
  test('goes on by itself when Reverie is started anew, with its pictures', async () => {
    const { page, problems } = await openPage(browser, reverie.address)
    await ask(page, 'type:photo')
    const before = await shownTiles(page)
    const address = reverie.address
    await reverie.stop()
    await alert(page, lost).waitFor(patience)
    reverie = await startReverie(data)
    expect(reverie.address).not.toBe(address)
    await alert(page, lost).waitFor({ state: 'hidden', ...patience })
    await ask(page, 'type:photo after:1900')
    expect((await shownTiles(page)).slice(0, 3)).toEqual(before.slice(0, 3))
    expect(await shownPictures(page)).toBeGreaterThan(3)
    // Another program may have had this address in between, and what it left in the browser would answer a reload.
    expect(await keptBy(page)).toMatchObject({ address: expect.stringContaining(address) as string, session: '{}' })
    await page.reload()
    await notice(page).waitFor()
    expect(problems.filter(problem => !problem.includes('ERR_CONNECTION'))).toEqual([])
    await page.context().close()
  })

  test('sends nothing to another program that has its port, and goes on when Reverie is back', async () => {
    const { page } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    const kept = await keptBy(page)
    await reverie.stop()
    await alert(page, lost).waitFor(patience)
    // As a proof ought to look, but without the key.
    const made = JSON.stringify({ value: { boot: 'A'.repeat(43), proof: 'B'.repeat(42) + 'A' } })
    const thief = await takeAddress(() => ({ status: 200, body: made }))
    await alert(page, stranger).waitFor(patience)
    await page.getByRole('combobox').fill('my secret question')
    await page.keyboard.press('Enter')
    await expect.poll(() => thief.asked.length, patience).toBeGreaterThan(3)
    await thief.leave()

    expect(thief.asked.filter(({ url }) => url !== '/admission/hello')).toEqual([])
    const sent = JSON.stringify(thief.asked)
    expect(sent).not.toContain('secret')
    expect(sent).not.toContain('authorization')
    expect(kept.session).toContain('Reverie ')
    expect(sent).not.toContain(kept.session.split('.')[1]!.slice(0, 20))
    for (const { body } of thief.asked) expect(Object.keys(JSON.parse(body) as object)).toEqual(['pageId', 'nonce'])

    reverie = await startReverie(data)
    await alert(page, stranger).waitFor({ state: 'hidden', ...patience })
    await ask(page, 'type:note')
    expect((await shownTiles(page)).length).toBeGreaterThan(3)
    await page.context().close()
  })

  test('is not deceived by one that passes the question on to the real Reverie at another port', async () => {
    const { page } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    await reverie.stop()
    await alert(page, lost).waitFor(patience)
    let elsewhere = ''
    const relay = await takeAddress(async ({ url, method }, body) => {
      if (elsewhere === '') return { status: 503, body: '{}' }
      const response = await fetch(new URL(url ?? '/', elsewhere), {
        method: method ?? 'GET',
        ...(method === 'POST' ? { body, headers: { 'Content-Type': 'application/json' } } : {})
      })
      return { status: response.status, body: await response.text() }
    })
    const oldAddress = reverie.address
    reverie = await startReverie(data)
    elsewhere = reverie.address
    expect(elsewhere).not.toBe(oldAddress)
    const asked = relay.asked.length
    await expect.poll(() => relay.asked.length, patience).toBeGreaterThan(asked + 2)
    await alert(page, stranger).waitFor(patience)
    expect(
      relay.asked.every(({ url, headers }) => url === '/admission/hello' && headers.authorization === undefined)
    ).toBe(true)
    await relay.leave()
    await page.context().close()
  })

  test('what a reload would need is worth nothing to whoever has the port after Reverie', async () => {
    const { page } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    await reverie.stop()
    // It is the same origin to the browser, so it may read what is kept there.
    const thief = await takeAddress(() => ({
      status: 200,
      type: 'text/html',
      body: '<!doctype html><title>thief</title>'
    }))
    await page.reload()
    expect(await page.title()).toBe('thief')
    const stolen = (await page.evaluate(() => sessionStorage.getItem('reverie.admission'))) ?? ''
    expect(stolen).toMatch(/^Reverie /)
    await thief.leave()
    const former = reverie.address
    reverie = await startReverie(data)
    for (const address of [former, reverie.address])
      for (const path of ['call/library', 'admission/page', 'admission/tickets', 'admission/revoke']) {
        const response = await fetch(`${address}${path}`, {
          method: 'POST',
          body: '{}',
          headers: { 'Content-Type': 'application/json', Authorization: stolen }
        })
        expect(response.status, `${address}${path}`).toBe(401)
      }
    await page.reload()
    await notice(page).waitFor()
    await page.context().close()
  })

  test('a script that such a program leaves in the browser is removed, and does not read along', async () => {
    const { page } = await openPage(browser, reverie.address)
    await libraryButton(page).waitFor()
    const former = reverie.address
    await reverie.stop()
    await alert(page, lost).waitFor(patience)
    const thief = await takeAddress(({ url }) =>
      url?.startsWith('/left.js') === true
        ? {
            status: 200,
            type: 'text/javascript',
            body: `self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', event => event.respondWith(fetch(event.request)))`
          }
        : { status: 200, type: 'text/html', body: '<!doctype html><title>thief</title>' }
    )
    const tab = await page.context().newPage()
    await tab.goto(reverie.address)
    await tab.evaluate(async () => {
      await navigator.serviceWorker.register('/left.js')
      await navigator.serviceWorker.ready
    })
    await tab.close()
    await thief.leave()
    reverie = await startReverie(data)
    const there = async (): Promise<string> => `${former}#ticket=${(await withTicket(reverie.address)).split('=')[1]!}`
    // The page that is controlled by now refuses for good; the next one that is opened finds nothing of it.
    await alert(page, stranger).waitFor(patience)
    const next = await page.context().newPage()
    await next.goto(await there())
    await expect
      .poll(() => next.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), patience)
      .toBe(0)
    await page.close()
    await next.goto('about:blank')
    await next.goto(await there())
    await libraryButton(next).waitFor()
    await page.context().close()
  })
})

describe('a program that had the address while Reverie was closed', () => {
  /** Keeps what it is sent, and answers everything. */
  const worker = `const seen = []
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))
self.addEventListener('message', event => event.source.postMessage(seen))
self.addEventListener('fetch', event => {
  seen.push(event.request.url + ' ' + event.request.headers.get('authorization'))
  event.respondWith(fetch(event.request))
})`
  /** What it would do with a ticket: here it only writes it down. */
  const script = `localStorage.caught = (localStorage.caught ?? '') + location.hash + sessionStorage['reverie.admission']
document.title = 'thief'`
  const page = '<!doctype html><script type="module" src="/left-page.js"></script>'
  const assets = readdirSync(join(root, 'out/renderer/assets')).map(name => `/assets/${name}`)

  /** To be kept by the browser: the page, everything that Reverie's own page consists of, and a service worker. */
  const everything = ({ url = '' }: IncomingMessage): GivenAnswer =>
    url.startsWith('/left.js')
      ? { status: 200, type: 'text/javascript', body: worker, isKept: true }
      : url.endsWith('.js')
        ? { status: 200, type: 'text/javascript', body: script, isKept: true }
        : { status: 200, type: 'text/html', body: page, isKept: true }

  const isThief = (tab: Page) => expect.poll(() => tab.title(), patience).toBe('thief')
  const leaveWorker = (tab: Page) =>
    tab.evaluate(async () => {
      await navigator.serviceWorker.register('/left.js', { updateViaCache: 'all' })
      await navigator.serviceWorker.ready
    })
  /** What its service worker has seen. */
  const seenBy = (tab: Page) =>
    tab.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready
      return new Promise<string[]>(told => {
        navigator.serviceWorker.onmessage = ({ data: seen }) => told(seen as string[])
        active?.postMessage('what?')
      })
    })

  test('gets nothing by the page, the scripts and the service worker that it left in the browser', async () => {
    const { page: open } = await openPage(browser, reverie.address)
    await libraryButton(open).waitFor()
    const tab = await open.context().newPage()
    const former = reverie.address
    await reverie.stop()
    await alert(open, lost).waitFor(patience)
    const thief = await takeAddress(everything)
    await tab.goto(`${former}#before`)
    await isThief(tab)
    await tab.evaluate(async paths => {
      for (const path of paths) await (await fetch(path)).text()
    }, assets)
    await leaveWorker(tab)
    await thief.leave()

    reverie = await startReverie(data)
    const address = await withTicket(reverie.address)
    const next = await open.context().newPage()
    await next.goto(address)
    await libraryButton(next).waitFor()
    expect(await next.title()).not.toBe('thief')
    expect(await next.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)

    // The page that stayed open refuses for good once such a worker stands between. One that is loaded anew there is not
    // Reverie's, and finds nothing but its own.
    await alert(open, stranger).waitFor(patience)
    await open.reload()
    await isThief(open)
    const caught = await tab.evaluate(() => String(localStorage.caught))
    expect(caught).toContain('#before')
    expect(caught).not.toContain(address.split('#ticket=')[1]!)
    const seen = await seenBy(tab)
    expect(seen.filter(line => !line.endsWith(' null'))).toEqual([])
    for (const stolen of caught.match(/Reverie [\w.-]+/g) ?? []) {
      const headers = { 'Content-Type': 'application/json', Authorization: stolen }
      for (const at of [former, reverie.address])
        expect((await fetch(`${at}call/library`, { method: 'POST', body: '{}', headers })).status).toBe(401)
    }
    await open.context().close()
  })
})

/** How many tiles show their picture. */
async function shownPictures(page: Page): Promise<number> {
  const shown = (): Promise<number> =>
    page.evaluate(
      () => [...document.images].filter(({ complete, naturalWidth }) => complete && naturalWidth > 0).length
    )
  await expect.poll(shown, patience).toBeGreaterThan(0)
  return shown()
}

test('tickets are not kept anywhere: no file of the data folder holds one, and none is left when Reverie has ended', async () => {
  await reverie.stop()
  expect(readdirSync(join(data, 'web')).sort()).toEqual(['addresses', 'key'])
  reverie = await startReverie(data)
})
