import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { EngineError } from '../../src/main/engine/errors.ts'
import { serveHttp } from '../../src/main/hosts/http.ts'
import { smallEngine, type SmallEngine } from '../contract/contract-suite.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

interface Question {
  path?: string
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** A running host with a small page, and two ways to ask it: as a stranger, and with the cookie. */
async function running() {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'page', 'assets', 'main-1a2b.js'), 'export {}')
  writeFileSync(join(folder, 'secret.html'), 'not for you')
  const engine: SmallEngine = smallEngine()
  const host = await serveHttp(engine, { rendererFolder: join(folder, 'page') })
  onTestFinished(async () => {
    await host.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const { port, searchParams } = new URL(host.url)
  const token = searchParams.get('token')!
  const stranger = (question: Question = {}): Promise<Answer> => ask(Number(port), question)
  const visit = await stranger({ path: `/?token=${token}` })
  const cookie = visit.headers['set-cookie']![0]!.split(';')[0]!
  const friend = (question: Question = {}): Promise<Answer> =>
    stranger({ ...question, headers: { Cookie: cookie, ...question.headers } })
  const call = (method: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<Answer> =>
    friend({
      path: `/call/${method}`,
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers }
    })
  return { engine, host, port: Number(port), token, cookie, stranger, friend, call, visit }
}

/** Not `fetch`: it would tidy up addresses and headers that are meant to be odd. */
function ask(port: number, { path = '/', method = 'GET', headers = {}, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } },
      response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('latin1')
          })
        )
      }
    )
    asked.on('error', reject)
    asked.end(body)
  })
}

test('the first visit with the token sets a cookie that scripts cannot read, and takes the token out of the address', async () => {
  const { visit, friend, port } = await running()
  expect(visit.status).toBe(303)
  expect(visit.headers.location).toBe('/')
  expect(visit.headers['set-cookie']![0]).toMatch(
    new RegExp(`^reverie-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)
  )
  expect(await friend()).toMatchObject({
    status: 200,
    text: '<!doctype html>page',
    headers: { 'content-type': 'text/html; charset=utf-8' }
  })
})

test('without token or cookie nothing is given, but the way in is told', async () => {
  const { stranger, token } = await running()
  const wrong = token.startsWith('A') ? `B${token.slice(1)}` : `A${token.slice(1)}`
  for (const path of [
    '/',
    '/assets/main-1a2b.js',
    '/events',
    '/media/photo/7',
    `/?token=${wrong}`,
    '/?token=',
    `/assets/main-1a2b.js?token=${token}`
  ]) {
    const answer = await stranger({ path })
    expect(answer.status, path).toBe(401)
    expect(answer.text, path).toContain('Open the whole address that Reverie printed')
    expect(answer.headers['set-cookie'], path).toBeUndefined()
  }
  const called = await stranger({
    path: '/call/search',
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' }
  })
  expect(called.status).toBe(401)
  expect(JSON.parse(called.text)).toMatchObject({ error: { code: 'bad-input' } })
})

test('another name in the address is refused even with the cookie: that is DNS rebinding', async () => {
  const { friend, port, token } = await running()
  for (const host of [`evil.example:${port}`, 'evil.example', `127.0.0.1:${port + 1}`]) {
    expect((await friend({ headers: { Host: host } })).status, host).toBe(403)
    expect((await friend({ path: `/?token=${token}`, headers: { Host: host } })).status, host).toBe(403)
  }
  expect((await friend({ headers: { Host: `localhost:${port}` } })).status).toBe(200)
})

test('a request from another page is refused even with the cookie', async () => {
  const { friend, call, port } = await running()
  for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`]) {
    expect((await call('activateModel', '{}', { Origin: origin })).status, origin).toBe(403)
    expect((await friend({ path: '/events', headers: { Origin: origin } })).status, origin).toBe(403)
  }
  expect((await call('activateModel', '{}', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect(
    (await friend({ path: '/media/photo/7', headers: { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' } }))
      .status
  ).toBe(403)
  expect((await call('activateModel', '{}', { Origin: `http://127.0.0.1:${port}` })).status).toBe(200)
})

test('a call has to be JSON by POST, which no form of another page can send', async () => {
  const { friend, call } = await running()
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp'
  ])
    expect((await call('activateModel', '{}', { 'Content-Type': type })).status, type).toBe(415)
  expect((await call('activateModel', '{}', { 'Content-Type': 'application/json; charset=utf-8' })).status).toBe(200)
  expect((await friend({ path: '/call/activateModel' })).status).toBe(405)
  expect((await friend({ path: '/', method: 'POST' })).status).toBe(405)
  expect((await friend({ path: '/media/photo/7', method: 'DELETE' })).status).toBe(405)
})

test('refusals carry a status that fits and the whole error', async () => {
  const { call } = await running()
  expect(await call('item', '{"itemId":5}')).toMatchObject({ status: 404 })
  expect(JSON.parse((await call('item', '{"itemId":5}')).text)).toMatchObject({
    error: { code: 'not-found', detail: { itemId: 5 } }
  })
  expect(await call('library', '{}')).toMatchObject({ status: 500 })
  expect(await call('activateModel', '{"a":')).toMatchObject({ status: 400 })
  expect(await call('openImage', '{"bytes":{"$bytes":"~"}}')).toMatchObject({ status: 400 })
})

test.each([
  ['not-found', 404],
  ['bad-input', 400],
  ['model-missing', 409],
  ['model-broken', 409],
  ['database-newer', 409],
  ['database-corrupt', 409],
  ['database-in-use', 409],
  ['busy', 409],
  ['network', 502],
  ['disk-full', 507],
  ['read-only', 403],
  ['cancelled', 499],
  ['internal', 500]
] as const)('a call that is refused as %s has the status %i', async (code, status) => {
  const { engine, call } = await running()
  Object.assign(engine, { call: () => Promise.reject(new EngineError(code, 'Refused.')) })
  const answer = await call('library', '{}')
  expect([answer.status, JSON.parse(answer.text)]).toEqual([
    status,
    { error: { code, message: 'Refused.', detail: {} } }
  ])
})

test('a body over 96 MB is refused, whether it says so or not', async () => {
  const { call, friend } = await running()
  const tooLarge = 96 * 1024 * 1024 + 1
  const announced = await call('openImage', Buffer.alloc(tooLarge, 32))
  expect(announced.status).toBe(413)
  const chunked = await friend({
    path: '/call/openImage',
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
    body: Buffer.alloc(tooLarge, 32)
  })
  expect(chunked.status).toBe(413)
  expect(JSON.parse(chunked.text)).toMatchObject({ error: { code: 'bad-input' } })
})

test('no address leads out of the page’s folder', async () => {
  const { friend } = await running()
  for (const path of [
    ...[
      '/../secret.html',
      '/..%2fsecret.html',
      '/%2e%2e/secret.html',
      '/assets/../../secret.html',
      '/assets/..%5c..%5csecret.html'
    ],
    ...[
      '//secret.html',
      '/./../secret.html',
      '/secret.html',
      '/%00',
      '/assets',
      '/assets/',
      '/%',
      '/index.html%00.js',
      '/etc/passwd'
    ]
  ]) {
    const answer = await friend({ path })
    expect(answer.status, path).toBe(404)
    expect(answer.text, path).not.toContain('not for you')
  }
})

test('an address that is none is refused, and the host lives on', async () => {
  const { friend } = await running()
  for (const path of ['//[', 'http://[::bad', '*']) expect([400, 404], path).toContain((await friend({ path })).status)
  expect((await friend()).status).toBe(200)
})

test('every answer forbids what a page of ours never does', async () => {
  const { friend, stranger, call } = await running()
  const answers = [
    await stranger(),
    await friend(),
    await friend({ path: '/nowhere' }),
    await call('activateModel', '{}')
  ]
  for (const { headers } of answers) {
    const policy = headers['content-security-policy']
    for (const part of [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      "object-src 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'"
    ])
      expect(policy).toContain(part)
    expect(policy).not.toContain('unsafe')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin'
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('pictures come by item id only, typed, and shut off from everything', async () => {
  const { friend } = await running()
  const thumbnail = await friend({ path: '/media/thumbnail/7?v=3' })
  expect(thumbnail).toMatchObject({ status: 200, text: '\x02\xff' })
  expect(thumbnail.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=31536000, immutable'
  })
  const photo = await friend({ path: '/media/photo/7' })
  expect(photo).toMatchObject({ text: '\x01\xff', headers: { 'cache-control': 'private, no-cache' } })
  for (const path of [
    '/media/photo/8',
    '/media/photo/0',
    '/media/photo/-1',
    '/media/photo/7.0',
    '/media/photo/7/..',
    '/media/other/7',
    '/media/',
    '/media/photo/99999999999999999999'
  ])
    expect((await friend({ path })).status, path).toBe(404)
})

test('files whose names carry a hash are kept by the browser; the page itself is asked for again', async () => {
  const { friend } = await running()
  expect((await friend({ path: '/assets/main-1a2b.js' })).headers['cache-control']).toContain('immutable')
  expect((await friend()).headers['cache-control']).toBe('no-cache')
  expect(await friend({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
})

test('a caller that goes away cancels its call', async () => {
  const { engine, port, cookie } = await running()
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /call/browse HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
  )
  await expect.poll(() => engine.waiting.begun).toBe(1)
  socket.destroy()
  await expect.poll(() => engine.waiting.cancelled).toBe(1)
})

test('closing ends open event streams and calls soon, and lets go of the engine', async () => {
  const { engine, host, friend, call } = await running()
  const stream = friend({ path: '/events' })
  const waiting = call('browse', '{}')
  await expect.poll(() => engine.waiting.begun).toBe(1)
  await expect.poll(() => engine.listeners()).toBeGreaterThan(0)
  engine.emit('modelChanged', { packId: 'm' })
  await host.close()
  // Whoever is cut off, as after a second, gets neither the end of a stream nor an answer.
  expect((await stream).text).toContain('event: modelChanged\ndata: {"packId":"m"}\n\n')
  expect((await waiting).status).toBe(499)
  expect(engine.listeners()).toBe(0)
})

test('a port that is taken is told in a sentence', async () => {
  const { port } = await running()
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  writeFileSync(join(folder, 'index.html'), '')
  await expect(serveHttp(smallEngine(), { port, rendererFolder: folder })).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringContaining(`port ${port}`) as string
  })
  rmSync(folder, { recursive: true })
})

test('without a built page the host says what to do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  await expect(serveHttp(smallEngine(), { rendererFolder: folder })).rejects.toThrow('npm run build')
  rmSync(folder, { recursive: true })
})
