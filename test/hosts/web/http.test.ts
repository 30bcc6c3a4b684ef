import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EngineError } from '../../../src/shared/errors.ts'
import { serveHttp } from '../../../src/main/hosts/web/http.ts'
import { smallEngine } from '../../contract/contract-suite.ts'
import { loopbackAddressIn, originOf, usualHost, type LoopbackAddress } from '../../../src/main/hosts/web/loopback.ts'
import { admitByHand, ask, runningPage as running, ticketIn, type Question } from './web-page.ts'

test('the page itself is for everybody, and sets no cookie; what it shows is for an admitted one', async () => {
  const { stranger, friend } = await running()
  for (const path of ['/', '/index.html', '/assets/main-1a2b.js']) {
    const answer = await stranger({ path })
    expect(answer.status, path).toBe(200)
    expect(answer.headers['set-cookie'], path).toBeUndefined()
  }
  expect(await friend()).toMatchObject({
    status: 200,
    text: '<!doctype html>page',
    headers: { 'content-type': 'text/html; charset=utf-8' }
  })
  for (const path of ['/events', '/media/photo/7', '/media/a/b/photo/7']) {
    const answer = await stranger({ path })
    expect(answer.status, path).toBe(401)
    expect(answer.text, path).toContain('npm run -s reverie -- open')
  }
  const called = await stranger({
    path: '/call/activateModel',
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' }
  })
  expect(called.status).toBe(401)
  expect(JSON.parse(called.text)).toMatchObject({ error: { code: 'bad-input' } })
})

test('another name in the address is refused even with the key: that is DNS rebinding', async () => {
  const { friend, port } = await running()
  for (const host of [`evil.example:${port}`, 'evil.example', `localhost:${port}`, `127.0.0.1:${port + 1}`]) {
    expect((await friend({ headers: { Host: host } })).status, host).toBe(403)
  }
  expect((await friend({ path: '/events', method: 'POST' })).status).toBe(405)
})

test('a request from another page is refused even with the key', async () => {
  const { admitted, friend, call, port } = await running()
  for (const origin of ['http://evil.example', 'null', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`]) {
    expect((await call('activateModel', '{}', { Origin: origin })).status, origin).toBe(403)
    expect((await friend({ path: '/events', headers: { Origin: origin } })).status, origin).toBe(403)
  }
  expect((await call('activateModel', '{}', { 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403)
  expect(
    (
      await friend({
        path: `${admitted.media}/photo/7`,
        headers: { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' }
      })
    ).status
  ).toBe(403)
  expect((await call('activateModel', '{}', { Origin: `http://127.0.0.1:${port}` })).status).toBe(200)
})

test('a call has to be JSON by POST, which no form of another page can send', async () => {
  const { admitted, friend, call } = await running()
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
  expect((await friend({ path: `${admitted.media}/photo/7`, method: 'DELETE' })).status).toBe(405)
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

test('pictures come by item id only, typed, and shut off from everything, to whoever has the address of the page’s own', async () => {
  const { admitted, stranger } = await running()
  const shown = (path: string) => stranger({ path: `${admitted.media}${path}` })
  const thumbnail = await shown('/thumbnail/7?v=3')
  expect(thumbnail).toMatchObject({ status: 200, text: '\x02\xff' })
  expect(thumbnail.headers).toMatchObject({
    'content-type': 'image/jpeg',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=31536000, immutable'
  })
  const photo = await shown('/photo/7')
  expect(photo).toMatchObject({ text: '\x01\xff', headers: { 'cache-control': 'private, no-cache' } })
  for (const path of [
    '/photo/8',
    '/photo/0',
    '/photo/-1',
    '/photo/7.0',
    '/photo/7/..',
    '/other/7',
    '/',
    '/photo/99999999999999999999'
  ])
    expect((await shown(path)).status, path).toBe(404)
})

test('files whose names carry a hash are kept by the browser; the page itself is asked for again', async () => {
  const { friend } = await running()
  expect((await friend({ path: '/assets/main-1a2b.js' })).headers['cache-control']).toContain('immutable')
  expect((await friend()).headers['cache-control']).toBe('no-cache')
  expect(await friend({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
})

test('a caller that goes away cancels its call', async () => {
  const { engine, port, admitted } = await running()
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /call/browse HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${admitted.authorization}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`
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
  await host().close()
  // Whoever is cut off, as after a second, gets neither the end of a stream nor an answer.
  expect((await stream).text).toContain('event: modelChanged\ndata: {"packId":"m"}\n\n')
  expect((await waiting).status).toBe(499)
  expect(engine.listeners()).toBe(0)
})

test('a host at several addresses hands out tickets to one; a page is admitted at the address that it has', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page')
  const taken = await serveHttp(smallEngine(), { rendererFolder: folder })
  const [gone, known] = await Promise.all([freePort(), freePort()])
  const seen: string[] = []
  const host = await serveHttp(smallEngine(), {
    rendererFolder: folder,
    further: [known],
    former: [loopbackAddressIn(taken.origin)!, gone],
    onPage: origin => seen.push(origin)
  })
  const address = host.newTicket(false).address
  expect(new URL(address).origin).toBe(host.origin)
  const former = await admitByHand(originOf(gone), ticketIn(address))
  const asked = (origin: string, headers: Question['headers']) =>
    ask(origin, {
      path: '/call/activateModel',
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json', ...headers }
    })
  const own = { Authorization: former.authorization }
  expect((await asked(originOf(gone), own)).status).toBe(200)
  for (const other of [host.origin, originOf(known)]) expect((await asked(other, own)).status, other).toBe(401)
  // Each is asked by its own name only.
  expect((await asked(originOf(gone), { ...own, Host: new URL(host.origin).host })).status).toBe(403)
  expect((await asked(originOf(gone), { ...own, Origin: host.origin })).status).toBe(403)
  const stream = ask(originOf(gone), { path: '/events', headers: own })
  await expect.poll(() => seen).toEqual([originOf(gone)])
  await host.close()
  await stream
  for (const origin of [host.origin, originOf(gone), originOf(known)]) await expect(ask(origin, {})).rejects.toThrow()
  // Another program's is left alone.
  expect((await ask(taken.origin, {})).status).toBe(200)
  await expect(
    serveHttp(smallEngine(), { rendererFolder: folder, further: [loopbackAddressIn(taken.origin)!] })
  ).rejects.toMatchObject({ code: 'busy' })
  await taken.close()
  rmSync(folder, { recursive: true })
})

/** Of 127.0.0.1; nobody has it a moment later. */
async function freePort(): Promise<LoopbackAddress> {
  const server = createServer().listen(0, usualHost)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return { host: usualHost, port }
}

test('a port that is taken is told in a sentence', async () => {
  const { port } = await running()
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  writeFileSync(join(folder, 'index.html'), '')
  await expect(
    serveHttp(smallEngine(), { address: { host: '127.0.0.1', port }, rendererFolder: folder })
  ).rejects.toMatchObject({
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
