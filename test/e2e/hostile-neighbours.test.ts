import { execFile, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Browser, Page } from 'playwright'
import { newSecret } from '../../src/main/hosts/web/page-keys.ts'
import { findRunning } from '../../src/main/hosts/web/running-web.ts'
import { admitByHand, postJson, ticketIn, type Admitted } from '../hosts/web/web-page.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { openBrowser, openPage, startReverie, withTicket, type RunningReverie } from './reverie.ts'

/*
 * What other users and programs of the same machine, and pages of other servers on it, may try against a running Reverie: its
 * files, its processes, its port, its page in the browser. Of each kind the person's own try succeeds.
 */

const folder = temporaryFolder()
const data = join(folder, 'data')
const marker = 'marzipan7391'
const patience = { timeout: 60_000, interval: 100 }
const isRoot = process.getuid?.() === 0
const tally: { kind: string; tried: number }[] = []

let reverie: RunningReverie
let browser: Browser
let mine: Page
let admitted: Admitted
let origin = ''
let port = 0
let ticketFile = ''
let secrets: string[] = []

beforeAll(async () => {
  // The test's own folder must not be what keeps others out.
  chmodSync(folder, 0o755)
  const library = join(folder, marker)
  mkdirSync(library)
  writeFileSync(join(library, `${marker}.md`), `# ${marker}\n\nA cake.`)
  await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .jpeg()
    .toFile(join(library, 'cake.jpg'))
  chmodSync(library, 0o700)
  reverie = await startReverie(data)
  origin = new URL(reverie.address).origin
  port = Number(new URL(origin).port)
  browser = await openBrowser()
  admitted = await admitByHand(origin, ticketIn(await withTicket(reverie.address)))
  const call = (method: string, input: unknown) =>
    postJson(origin, `/call/${method}`, input, { Authorization: admitted.authorization })
  await call('addFolder', { path: library })
  await vi.waitFor(async () => {
    expect(JSON.parse((await call('library', {})).text)).toMatchObject({ value: { indexed: 2, waiting: 0 } })
  }, patience)
  ;({ page: mine } = await openPage(browser, reverie.address))
  await mine.getByRole('button', { name: 'Library: 2 items' }).waitFor()
  const handed = await (await findRunning(data))!.newTicket(true)
  ticketFile = handed.file!
  secrets = [
    ticketIn(handed.address),
    readFileSync(join(data, 'web', 'key'), 'utf8'),
    admitted.page.key,
    admitted.authorization.split('.')[1]!
  ]
})
afterAll(async () => {
  await (browser as Browser | undefined)?.close()
  await (reverie as RunningReverie | undefined)?.stop()
})

/** A command as the user `nobody`. */
function asNobody(...command: string[]): Promise<{ code: number; said: string }> {
  return new Promise(done => {
    execFile(
      'setpriv',
      ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', ...command],
      { cwd: '/', env: { PATH: process.env.PATH ?? '' }, encoding: 'latin1', maxBuffer: 64 << 20 },
      (error, out, err) =>
        done({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, said: out + err })
    )
  })
}

const kept = (): Map<string, string> =>
  new Map(
    readdirSync(data, { recursive: true, encoding: 'utf8' })
      .sort()
      .filter(path => !/-(wal|shm)$/.test(path))
      .map(path => [path, `${lstatSync(join(data, path)).mode} ${lstatSync(join(data, path)).uid}`])
  )

const nobodys = test.skipIf(!isRoot || process.platform !== 'linux')

nobodys('another user reads, changes and plants nothing in the data folder', async () => {
  const before = kept()
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter(path =>
    lstatSync(join(data, path)).isFile()
  )
  expect(files.length).toBeGreaterThan(7)
  const at = (path: string): string => join(data, path)
  const theirs = join(folder, 'theirs')
  mkdirSync(theirs)
  chmodSync(theirs, 0o777)
  const tries: string[][] = [
    ...files.map(path => ['cat', at(path)]),
    ['cat', ticketFile],
    ['ls', data],
    ['ls', at('web')],
    ['stat', at('reverie.db')],
    ['find', data, '-name', 'key', '-print', '-quit'],
    ['sh', '-c', `cd '${data}'`],
    ['sh', '-c', `echo x > '${at('planted')}'`],
    ['sh', '-c', `echo x >> '${at('said.json')}'`],
    ['sh', '-c', `echo x > '${at('web/key')}'`],
    ['ln', '-s', '/etc/passwd', at('web/key2')],
    ['ln', '-s', '/tmp', at('models2')],
    ['ln', at('web/key'), join(theirs, 'hard')],
    ['mv', at('reverie.db'), at('gone.db')],
    ['rm', '-f', at('reverie.db')],
    ['rm', '-rf', at('web')],
    ['mkdir', at('new')],
    ['chmod', '777', data],
    ['chmod', '666', at('web/key')],
    ['chown', 'nobody', at('web/key')],
    ['cp', '-r', data, join(theirs, 'copy')],
    ['tar', 'cf', '-', data]
  ]
  // The tool works: what everybody may read, nobody reads.
  expect((await asNobody('cat', '/etc/passwd')).said).toContain('root:')
  for (const command of tries) {
    const { code, said } = await asNobody(...command)
    const isRefused = code !== 0 || command[0] === 'rm'
    expect(isRefused, `${command.join(' ')}: ${said.slice(0, 200)}`).toBe(true)
    for (const secret of [marker, ...secrets])
      if (!command.some(word => word.includes(secret))) expect(said, command.join(' ')).not.toContain(secret)
  }
  expect(kept()).toEqual(before)
  expect(readFileSync(join(data, 'web', 'key'), 'utf8')).toBe(secrets[1])
  expect(existsSync(join(theirs, 'hard'))).toBe(false)
  tally.push({ kind: 'files, as another user', tried: tries.length })
})

/** '' when it has ended meanwhile. */
function ofProcess(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1')
  } catch {
    return ''
  }
}

/** Processes whose command line names something of ours, and those that they started. */
function ourProcesses(): string[] {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  const parent = new Map(all.map(pid => [pid, /\) \S (\d+)/.exec(ofProcess(pid, 'stat'))?.[1] ?? '']))
  const named = new Set(
    all.filter(
      pid =>
        ofProcess(pid, 'cmdline').includes(data) || ofProcess(pid, 'cmdline').includes('playwright_chromiumdev_profile')
    )
  )
  return all.filter(pid => {
    for (let one = pid; one !== ''; one = parent.get(one) ?? '') if (named.has(one)) return true
    return false
  })
}

nobodys('no process of ours, nor of the browser, tells a secret by its arguments or surroundings', async () => {
  const pids = ourProcesses()
  expect(pids.length).toBeGreaterThan(3)
  let count = 0
  for (const pid of pids)
    for (const what of ['cmdline', 'environ']) {
      // Even its owner finds none there.
      const seen = ofProcess(pid, what)
      for (const secret of secrets) expect(seen, `${pid} ${what}`).not.toContain(secret)
      expect(seen).not.toContain('#ticket=')
      count++
    }
  const server = pids.find(pid => ofProcess(pid, 'cmdline').includes('start.js'))!
  const tries = ['environ', 'maps', 'mem', 'fd/1', 'stack', 'auxv', 'cwd', 'root'].map(what => [
    'sh',
    '-c',
    `cat /proc/${server}/${what} | head -c 100000`
  ])
  for (const command of [
    ...tries,
    ['ls', `/proc/${server}/fd`],
    ['ls', `/proc/${server}/map_files`],
    ['kill', '-0', server],
    ['kill', '-STOP', server]
  ]) {
    const { said } = await asNobody(...command)
    expect(said, command.join(' ')).toMatch(/denied|not permitted|Is a directory/i)
    for (const secret of secrets) expect(said).not.toContain(secret)
    count++
  }
  tally.push({ kind: 'processes', tried: count })
})

nobodys('another user at the port: asking, taking it, listening beside it', async () => {
  const script = (code: string): string[] => [process.execPath, '-e', code]
  const get = (path: string, options = '{}'): string[] =>
    script(
      `fetch('${origin}${path}', ${options}).then(async r => console.log(r.status, (await r.text()).slice(0, 2000)), e => console.log('failed', e.cause?.code))`
    )
  const post = (path: string, body: unknown, authorization = ''): string[] =>
    get(
      path,
      `{ method: 'POST', body: ${JSON.stringify(JSON.stringify(body))}, headers: { 'Content-Type': 'application/json'${authorization === '' ? '' : `, Authorization: '${authorization}'`} } }`
    )
  const listen = (address: string, options = ''): string[] =>
    script(
      `require('net').createServer().on('error', e => { console.log(e.code); process.exit() }).listen({ port: ${port}, host: '${address}'${options} }, () => { console.log('listens'); process.exit() })`
    )
  const tries: [string[], RegExp][] = [
    [post('/call/library', {}), /^401/],
    [post('/call/search', { text: marker }), /^401/],
    [get('/events'), /^401/],
    [get('/media/thumbnail/1'), /^401/],
    [post('/admission/ticket', { ticket: newSecret() }), /^(401|429)/],
    [post('/admission/tickets', {}), /^401/],
    [post('/admission/revoke', {}, `Reverie ${admitted.page.pageId}.${newSecret()}`), /^401/],
    [post('/admission/page', {}, `Reverie ${admitted.page.pageId}.${newSecret()}`), /^401/],
    [listen(new URL(origin).hostname), /^EADDRINUSE/],
    [listen('0.0.0.0'), /^(EADDRINUSE|listens)/],
    [listen('::', ', ipv6Only: false'), /^(EADDRINUSE|listens)/],
    [listen(new URL(origin).hostname, ', reusePort: true'), /^(EADDRINUSE|ENOTSUP)/]
  ]
  // The program can be run: the page is for everybody.
  const works = await asNobody(...get('/'))
  expect(works.said).toMatch(/^200/)
  for (const [command, expected] of tries) {
    const { said } = await asNobody(...command)
    expect(said, command.at(-1)).toMatch(expected)
    for (const secret of [marker, ...secrets]) expect(said).not.toContain(secret)
  }
  const status = await postJson(origin, '/call/library', {}, { Authorization: admitted.authorization })
  expect(status.text).toContain(marker)
  tally.push({ kind: 'the port, as another user', tried: tries.length })
})

/** A server of somebody else, on another port of this machine. */
async function anotherServer(): Promise<{ server: Server; address: string; cookies: string[] }> {
  const cookies: string[] = []
  const server = createServer((request, response) => {
    cookies.push(request.headers.cookie ?? '')
    response.writeHead(200, {
      'Content-Type': request.url?.endsWith('.js') === true ? 'text/javascript' : 'text/html',
      'Set-Cookie': [`reverie-${port}=${newSecret()}; Path=/`, 'Authorization=x; Path=/']
    })
    response.end(
      request.url?.endsWith('.js') === true
        ? 'self.addEventListener("fetch", () => undefined)'
        : '<!doctype html><title>another</title><body></body>'
    )
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cookies }
}

test('a page of another server on this machine gets nothing, in the same browser, beside an admitted page', async () => {
  const { server, address, cookies } = await anotherServer()
  const page = await mine.context().newPage()
  await page.goto(address)
  await page.reload()
  const state = await postJson(origin, '/call/library', {}, { Authorization: admitted.authorization })

  await page.addScriptTag({ content: readFileSync(join(import.meta.dirname, 'hostile-page.js'), 'utf8') })
  const got = await page.evaluate(
    input => (window as unknown as { tryAll(input: object): Promise<Record<string, string>> }).tryAll(input),
    {
      origin,
      media: `${admitted.media}/thumbnail/1`,
      authorization: admitted.authorization,
      ticket: newSecret()
    }
  )
  expect(Object.entries(got).filter(([, outcome]) => outcome !== '')).toEqual([])
  const names = Object.keys(got)
  expect(names.length).toBeGreaterThan(40)

  // The cookies that it set are no way in, and ours is not among what it was sent: there is none.
  expect(cookies.join()).not.toMatch(new RegExp(secrets.join('|')))
  await mine.reload()
  await mine.getByRole('button', { name: 'Library: 2 items' }).waitFor()
  expect((await postJson(origin, '/call/library', {}, { Authorization: admitted.authorization })).text).toBe(state.text)
  await page.close()
  server.closeAllConnections()
  server.close()
  tally.push({ kind: 'pages of another server', tried: names.length + 2 })
})

test('what was planted in a data folder that was open is not used: links, keys that others know, files in the way', async () => {
  const known = newSecret()
  const precious = join(folder, 'precious')
  const readable = join(folder, 'readable')
  mkdirSync(readable)
  writeFileSync(precious, 'mine')
  const write = (path: string, content: string, mode = 0o600): void => {
    writeFileSync(path, content)
    chmodSync(path, mode)
  }
  const make = (path: string, mode = 0o700): string => {
    mkdirSync(path)
    chmodSync(path, mode)
    return path
  }
  write(join(readable, 'k1'), known)
  write(join(readable, 'k2'), known)
  write(join(make(join(readable, 'web')), 'key'), known)
  const plants: Record<string, (web: string, at: string) => void> = {
    'a key that others can read': web => write(join(make(web), 'key'), known, 0o644),
    'a key in an open folder': web => write(join(make(web, 0o777), 'key'), known),
    'a link to a key': web => symlinkSync(join(readable, 'k1'), join(make(web), 'key')),
    'a second name of a key': web => linkSync(join(readable, 'k2'), join(make(web), 'key')),
    'a link to a folder': web => symlinkSync(join(readable, 'web'), web),
    'an empty key': web => write(join(make(web), 'key'), ''),
    'nonsense for a key': web => write(join(make(web), 'key'), 'A'.repeat(50)),
    'a link for the addresses': web => symlinkSync(precious, join(make(web), 'addresses')),
    'addresses of nonsense, and one that the network reaches': web =>
      write(join(make(web), 'addresses'), '-1\nhttp://0.0.0.0:50000\nhttp://127.0.0.1:70000'),
    'a link for what the app writes next': (_, at) => symlinkSync(precious, join(at, 'said.json.new')),
    'a link for the list of folders': (_, at) => symlinkSync(precious, join(at, 'folders.json.new'))
  }
  let i = 0
  for (const [name, plant] of Object.entries(plants)) {
    const at = join(folder, `planted-${i++}`)
    mkdirSync(at)
    plant(join(at, 'web'), at)
    const started = await startReverie(at)
    const key = readFileSync(join(at, 'web', 'key'), 'utf8')
    expect(key, name).toMatch(/^[\w-]{43}$/)
    expect(key, name).not.toBe(known)
    for (const path of ['', 'web', 'web/key', 'web/addresses'])
      expect(lstatSync(join(at, path)).mode & 0o077, `${name} ${path}`).toBe(0)
    expect(lstatSync(join(at, 'web')).isSymbolicLink()).toBe(false)
    await started.stop()
    expect(readFileSync(precious, 'utf8'), name).toBe('mine')
  }
  tally.push({ kind: 'what was planted', tried: i })
})

test('a port that is taken, and a second Reverie in the same data folder, cost nobody anything', async () => {
  const second = await startReverie(data)
  expect(second.address).not.toBe(reverie.address)
  // The first is still the one that is found, and its tickets are its own.
  expect((await findRunning(data))?.origin).toBe(new URL(reverie.address).origin)
  const ticket = ticketIn(await withTicket(reverie.address))
  const other = new URL(second.address).origin
  expect((await postJson(other, '/admission/ticket', { ticket })).status).toBe(401)
  expect((await postJson(other, '/call/library', {}, { Authorization: admitted.authorization })).status).toBe(401)
  await admitByHand(origin, ticket)
  const { server, address } = await anotherServer()
  const taken = new URL(address).port
  const cli = spawn(
    process.execPath,
    [
      resolve(import.meta.dirname, '../../out/main/start.js'),
      '--web',
      '--no-open',
      '--port',
      taken,
      '--data',
      join(folder, 'third')
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] }
  )
  let said = ''
  for (const stream of [cli.stdout, cli.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  expect(await new Promise(done => cli.once('close', done))).not.toBe(0)
  expect(said).toContain(`another program uses port ${taken} already`)
  server.close()
  await second.stop()
  expect((await findRunning(data))?.origin).toBe(new URL(reverie.address).origin)
  tally.push({ kind: 'a taken port, a second Reverie', tried: 4 })
})

test('none of at least 70 has succeeded', () => {
  const sum = tally.reduce((total, { tried: count }) => total + count, 0)
  const left = isRoot ? '' : '\nOther users were not tried: only root can become another one.'
  console.log(
    [
      ...tally.map(({ kind, tried: count }) => `${String(count).padStart(4)}  ${kind}`),
      `${String(sum).padStart(4)}  tries, 0 succeeded${left}`
    ].join('\n')
  )
  if (isRoot) expect(sum).toBeGreaterThanOrEqual(70)
})
