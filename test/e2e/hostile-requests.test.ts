import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { callKey, newSecret, sign } from '../../src/main/hosts/web/page-keys.ts'
import { pageTexts } from '../../src/shared/wire.ts'
import {
  admitByHand,
  ask,
  postJson,
  ticketIn,
  valueOf,
  type Admitted,
  type Answer,
  type Question
} from '../hosts/web/web-page.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { startReverie, withTicket, type RunningReverie } from './reverie.ts'

/*
 * What web pages, programs and broken clients may send to the address of a real Reverie, kind by kind: none gets anything of
 * the library or changes it, and each is answered as it should be. Of each kind the same request as it ought to be does succeed,
 * before and after, so that nothing here is green because nobody answers. Nothing sent is harmful to any other program.
 */

const folder = temporaryFolder()
/** Stands in the folder's path, in a note and in its name: whoever sees it has seen the library. */
const marker = 'marzipan7391'
const patience = { timeout: 60_000, interval: 100 }

let reverie: RunningReverie
let other: RunningReverie
let port = 0
let origin = ''
let admitted: Admitted
let stranger: Admitted
let photoId = 0

beforeAll(async () => {
  const library = join(folder, marker)
  mkdirSync(library)
  writeFileSync(join(library, `${marker}.md`), `# ${marker}\n\nA cake.`)
  await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
    .jpeg()
    .toFile(join(library, 'cake.jpg'))
  reverie = await startReverie(join(folder, 'data'))
  other = await startReverie(join(folder, 'other data'))
  origin = new URL(reverie.address).origin
  port = Number(new URL(origin).port)
  admitted = await admitByHand(origin, ticketIn(await withTicket(reverie.address)))
  stranger = await admitByHand(new URL(other.address).origin, ticketIn(await withTicket(other.address)))
  await call('addFolder', { path: library })
  await vi.waitFor(async () => {
    const state: unknown = JSON.parse((await call('library', {})).text)
    expect(state).toMatchObject({ value: { indexed: 2, waiting: 0 } })
  }, patience)
  const found = valueOf(await call('search', { text: 'type:photo' })) as { hits: { itemId: number }[] }
  photoId = found.hits[0]!.itemId
})
afterAll(async () => {
  await (reverie as RunningReverie | undefined)?.stop()
  await (other as RunningReverie | undefined)?.stop()
})

const own = (): Record<string, string> => ({ Authorization: admitted.authorization })
const json = { 'Content-Type': 'application/json' }
const call = (method: string, input: unknown): Promise<Answer> => postJson(origin, `/call/${method}`, input, own())
/** The library's state, for an admitted page. */
const library = (headers: Question['headers'] = {}): Question => ({
  path: '/call/library',
  method: 'POST',
  body: '{}',
  headers: { ...json, ...own(), ...headers }
})
const without = ({ headers, ...question }: Question, name: string): Question => ({
  ...question,
  headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([key]) => key !== name))
})
const withHeaders = (question: Question, headers: Question['headers']): Question => ({
  ...question,
  headers: { ...question.headers, ...headers }
})

/** Bytes as they are, on a connection of their own. @returns the statuses of all answers, and everything that came */
function raw(bytes: string | Buffer): Promise<{ statuses: number[]; text: string }> {
  return new Promise(resolve => {
    const socket = connect(port, new URL(origin).hostname)
    let text = ''
    const give = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(found => Number(found[1])), text })
    }
    const timer = setTimeout(give, 30_000)
    socket.on('data', chunk => (text += chunk.toString('latin1')))
    socket.on('close', give)
    socket.on('error', give)
    socket.write(bytes)
  })
}

const lines = (...all: string[]): string => `${all.join('\r\n')}\r\n\r\n`
const host = (): string => `Host: ${new URL(origin).host}`

type Try = readonly [
  name: string,
  send: () => Promise<{ statuses: readonly number[]; text: string }>,
  ...expected: number[]
]
const tried = (name: string, question: Question, ...expected: number[]): Try => [
  name,
  async () => {
    const { status, text } = await ask(origin, question)
    return { statuses: [status], text }
  },
  ...expected
]
const sent = (name: string, bytes: string | Buffer, ...expected: number[]): Try => [name, () => raw(bytes), ...expected]

const tally: { kind: string; tried: number }[] = []

/** Each is refused as it should be; nothing of the library is in any answer; the one that ought to succeed does, before and after. */
async function refuseAll(kind: string, rightOne: () => Question, tries: readonly Try[]): Promise<void> {
  const right = async (): Promise<void> => {
    const { status } = await ask(origin, rightOne())
    expect(status, `${kind}: the request as it ought to be`).toBe(200)
  }
  const before = (await call('library', {})).text
  expect(before).toContain(marker)
  await right()
  for (const [name, send, ...expected] of tries) {
    const { statuses, text } = await send()
    const said = `${kind}: ${name} → ${statuses.join(', ') || 'nothing'}\n${text.slice(0, 300)}`
    // No answer at all: the connection was closed, or never opened to such a thing.
    for (const status of statuses.length === 0 ? [0] : statuses) expect(expected, said).toContain(status)
    for (const secret of [marker, 'root:', admitted.page.key, '"scripts"']) expect(text, said).not.toContain(secret)
    expect(text, said).not.toMatch(/access-control-allow/i)
    expect(text, said).not.toMatch(/\n\s+at /)
  }
  await right()
  expect((await call('library', {})).text, `${kind}: the library afterwards`).toBe(before)
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  tally.push({ kind, tried: tries.length })
}

test('names of the host: rebinding, other spellings, other ports', async () => {
  const p = port
  const { hostname: h } = new URL(origin)
  const octets = h.split('.').map(Number)
  const [whole, tail] = [octets.reduce((sum, octet) => sum * 256 + octet), octets.slice(1)]
  const names = [
    ...[`localhost:${p}`, `LOCALHOST:${p}`, `localhost.:${p}`, `[::1]:${p}`, `[::ffff:${h}]:${p}`, h],
    ...[`${h}:${p + 1}`, `${h}:0${p}`, `${h}:${p}.`, `${h}.:${p}`, `127.1:${p}`, `127.0.0.1:${p}`, `127.0.0.2:${p}`],
    ...[
      `${whole}:${p}`,
      `0x${whole.toString(16)}:${p}`,
      `0177.${tail.join('.')}:${p}`,
      `127.${tail[0]}.${tail[1]! * 256 + tail[2]!}:${p}`
    ],
    ...[`0.0.0.0:${p}`, `evil.example:${p}`, 'evil.example'],
    ...[`${h}.evil.example:${p}`, `${h}.nip.io:${p}`, `a1b2.localhost:${p}`, `reverie.local:${p}`],
    ...[`${hostname()}:${p}`, `user@${h}:${p}`, `${h}:${p}@evil.example`, `${h}:${p}/`],
    ...[`http://${h}:${p}`, `${h}:${p},evil.example`, `${h}:${p} evil.example`, `${h}:${p}#`, '*']
  ]
  await refuseAll('names of the host', library, [
    ...names.map(name => tried(name, library({ Host: name }), 403)),
    sent('an empty one', lines('GET / HTTP/1.1', 'Host: ', 'Connection: close'), 400, 403),
    tried(
      'another one, and ours as forwarded',
      library({ Host: 'evil.example', 'X-Forwarded-Host': `${h}:${p}` }),
      403
    ),
    tried('the page itself by another name', { path: '/', headers: { Host: `evil.example:${p}` } }, 403),
    sent('none', lines('GET / HTTP/1.1', 'Connection: close'), 400),
    sent('none, as in HTTP/1.0', lines('GET / HTTP/1.0'), 403),
    sent('two', lines('GET / HTTP/1.1', host(), 'Host: evil.example', 'Connection: close'), 400),
    sent('two alike', lines('GET / HTTP/1.1', host(), host(), 'Connection: close'), 400),
    sent('in the address as well', lines('GET http://evil.example/ HTTP/1.1', host(), 'Connection: close'), 400)
  ])
})

test('other pages: Origin and what browsers say of a request', async () => {
  const p = port
  const { hostname: h } = new URL(origin)
  const origins = [
    ...[
      'null',
      '',
      'http://evil.example',
      `http://evil.example:${p}`,
      `http://${h}:${p + 1}`,
      `http://${h}`,
      `http://127.0.0.1:${p}`
    ],
    ...[`https://${h}:${p}`, `http://localhost:${p}`, `http://[::1]:${p}`, `http://${h}:${p}/`, 'file://'],
    ...[`http://${h}:${p}.evil.example`, `HTTP://${h}:${p}`, `http://${h}:${p} http://evil.example`],
    ...['chrome-extension://abcdefghijklmnop', `http://user@${h}:${p}`, '*']
  ]
  const sites = ['cross-site', 'same-site', 'SAME-ORIGIN', 'same-origin, cross-site', '', 'nonsense']
  const places = ['iframe', 'frame', 'embed', 'object', 'image', 'script', 'serviceworker', 'empty', 'webidentity']
  await refuseAll('other pages', () => library({ Origin: origin, 'Sec-Fetch-Site': 'same-origin' }), [
    ...origins.map(name => tried(`Origin ${name}`, library({ Origin: name }), 403)),
    ...sites.map(site => tried(`from ${site}`, library({ 'Sec-Fetch-Site': site }), 403)),
    ...places.map(place =>
      tried(
        `the page as ${place}`,
        { headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': place } },
        403
      )
    ),
    tried(
      'a script of ours on another page',
      { path: '/index.html', headers: { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' } },
      403
    ),
    tried(
      'a picture on another page',
      { path: `${admitted.media}/photo/${photoId}`, headers: { 'Sec-Fetch-Site': 'same-site' } },
      403
    ),
    tried(
      'the events for another page',
      { path: '/events', headers: { ...own(), Origin: 'http://evil.example' } },
      403
    ),
    tried(
      'a ticket from another page',
      { path: '/admission/ticket', method: 'POST', body: '{}', headers: { ...json, Origin: 'null' } },
      403
    ),
    sent(
      'two origins',
      lines(
        'POST /call/library HTTP/1.1',
        host(),
        `Origin: ${origin}`,
        'Origin: null',
        'Content-Length: 0',
        'Connection: close'
      ),
      400
    )
  ])
})

test('methods, and questions before a request', async () => {
  const asks = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization' }
  await refuseAll('methods', library, [
    ...['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT', 'QUERY'].map(method =>
      tried(`${method} for a call`, { path: '/call/library', method, headers: { ...json, ...own() } }, 405)
    ),
    ...['POST', 'PUT', 'DELETE'].map(method => tried(`${method} for the page`, { method, headers: own() }, 405)),
    ...['POST', 'HEAD', 'PUT'].map(method =>
      tried(`${method} for events`, { path: '/events', method, headers: own() }, 405)
    ),
    tried('DELETE for a picture', { path: `${admitted.media}/photo/${photoId}`, method: 'DELETE' }, 405),
    tried('GET for a ticket', { path: '/admission/ticket?ticket=x' }, 405),
    tried(
      'GET, but POST in a header',
      { path: '/call/library', headers: { ...own(), 'X-HTTP-Method-Override': 'POST' } },
      405
    ),
    tried(
      'what a browser asks first',
      { path: '/call/library', method: 'OPTIONS', headers: { ...asks, Origin: 'http://evil.example' } },
      403
    ),
    tried('the same for null', { path: '/call/library', method: 'OPTIONS', headers: { ...asks, Origin: 'null' } }, 403),
    tried('the same from nowhere', { path: '/call/library', method: 'OPTIONS', headers: asks }, 401),
    tried(
      'for the private network',
      { path: '/', method: 'OPTIONS', headers: { ...asks, 'Access-Control-Request-Private-Network': 'true' } },
      405
    ),
    sent('a method in small letters', lines('get / HTTP/1.1', host(), 'Connection: close'), 400),
    sent('no method of any kind', lines('REVERIE / HTTP/1.1', host(), 'Connection: close'), 400),
    sent('a tunnel', lines(`CONNECT ${new URL(origin).host} HTTP/1.1`, host(), 'Connection: close'), 0, 400, 405)
  ])
})

test('without a key, with a wrong one, and with a right one in the wrong place', async () => {
  const { authorization, page, media } = admitted
  const [, pageId = '', key = ''] = /^Reverie ([^.]+)\.(.+)$/.exec(authorization) ?? []
  const mediaKey = media.split('/').at(-1)!
  const turned = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
  const wrong: Record<string, string> = {
    empty: '',
    'the scheme alone': 'Reverie',
    'a dot': 'Reverie .',
    'no page': `Reverie .${key}`,
    'no key': `Reverie ${pageId}.`,
    'another first letter': `Reverie ${pageId}.${turned(key)}`,
    'another page': `Reverie ${turned(pageId)}.${key}`,
    'a letter less': `Reverie ${pageId}.${key.slice(0, -1)}`,
    'a letter more': `Reverie ${pageId}.${key}A`,
    padding: `Reverie ${pageId}.${key}=`,
    'small letters': authorization.toLowerCase(),
    'capital letters': authorization.toUpperCase(),
    'the scheme in small letters': authorization.replace('Reverie', 'reverie'),
    'another scheme': authorization.replace('Reverie', 'Bearer'),
    basic: `Basic ${Buffer.from(`${pageId}:${key}`).toString('base64')}`,
    'two keys': `${authorization}, ${authorization}`,
    'something more': `${authorization} x`,
    'one dot more': `${authorization}.x`,
    'two blanks': authorization.replace(' ', '  '),
    'in quotes': `Reverie "${pageId}.${key}"`,
    'the key for pictures': `Reverie ${pageId}.${mediaKey}`,
    'the page key itself': `Reverie ${pageId}.${page.key}`,
    guessed: `Reverie ${pageId}.${newSecret()}`,
    'that of another Reverie': stranger.authorization,
    'another Reverie’s page with our key': `Reverie ${stranger.page.pageId}.${key}`,
    'another start': `Reverie ${pageId}.${callKey(page.key, origin, newSecret())}`,
    'another address': `Reverie ${pageId}.${callKey(page.key, 'http://127.0.0.1:1', newSecret())}`
  }
  const bare = without(library(), 'Authorization')
  const elsewhere: Record<string, Question['headers']> = {
    'in a cookie': { Cookie: `reverie-${port}=${key}` },
    'in a cookie as it was once': { Cookie: `reverie-${port}=${newSecret()}` },
    'in a cookie named like the header': { Cookie: `Authorization=${authorization}` },
    'for a proxy': { 'Proxy-Authorization': authorization },
    'in another header': { 'X-Authorization': authorization }
  }
  await refuseAll('keys', library, [
    tried('none', bare, 401),
    tried('none, for events', { path: '/events' }, 401),
    ...Object.entries(wrong).map(([name, value]) => tried(name, library({ Authorization: value }), 401)),
    ...['guessed', 'the key for pictures', 'that of another Reverie', 'empty'].map(name =>
      tried(`${name}, for events`, { path: '/events', headers: { Authorization: wrong[name]! } }, 401)
    ),
    ...Object.entries(elsewhere).map(([name, headers]) => tried(name, withHeaders(bare, headers), 401)),
    tried('in the address', { ...bare, path: `/call/library?authorization=${encodeURIComponent(authorization)}` }, 401),
    tried('in the address as it was once', { ...bare, path: `/call/library?token=${key}` }, 401),
    tried('in the path', { ...bare, path: `/call/library/${pageId}/${key}` }, 401),
    tried('for another ticket', { path: '/admission/tickets', method: 'POST', body: '{}', headers: json }, 401),
    tried(
      'to shut others out',
      { path: '/admission/revoke', method: 'POST', body: '{}', headers: { ...json, Authorization: wrong.guessed! } },
      401
    ),
    tried(
      'for the page key',
      {
        path: '/admission/page',
        method: 'POST',
        body: '{}',
        headers: { ...json, Authorization: wrong['the key for pictures']! }
      },
      401
    ),
    sent(
      'a right one and a wrong one',
      lines(
        'GET /events HTTP/1.1',
        host(),
        `Authorization: ${authorization}`,
        'Authorization: Reverie x.y',
        'Connection: close'
      ),
      400
    )
  ])
})

test('pictures: without their key, with another, and what is no picture', async () => {
  const [, , pageId = '', key = ''] = admitted.media.split('/')
  const callsKey = admitted.authorization.split('.')[1]!
  const places = [
    ...[
      '',
      '/',
      '/photo',
      '/photo/',
      '/photo/0',
      '/photo/-1',
      '/photo/1e3',
      '/photo/0x1',
      '/photo/99999999',
      '/photo/1.0'
    ],
    ...[
      '/photo/99999999999999999999',
      '/original/1',
      '/photo/1/x',
      '/photo/%31%00',
      '/photo/../../../etc/passwd',
      '/photo//1'
    ],
    ...['/photo/..%2f..%2fetc%2fpasswd', '/PHOTO/1', '/thumbnail/1;v=1', '/file//etc/passwd']
  ]
  const keys: Record<string, string> = {
    'the key for calls': `/media/${pageId}/${callsKey}`,
    'the page key': `/media/${pageId}/${admitted.page.key}`,
    guessed: `/media/${pageId}/${newSecret()}`,
    'another Reverie’s': stranger.media,
    'another page': `/media/${stranger.page.pageId}/${key}`,
    'capital letters': admitted.media.toUpperCase().replace('/MEDIA', '/media'),
    encoded: `/media/${pageId}/%${key.charCodeAt(0).toString(16)}${key.slice(1)}`,
    none: '/media',
    'none, as it was once': '/media/thumbnail'
  }
  await refuseAll('pictures', () => ({ path: `${admitted.media}/photo/${photoId}` }), [
    ...places.map(place => tried(place, { path: admitted.media + place }, 404, 401)),
    ...Object.entries(keys).map(([name, path]) => tried(name, { path: `${path}/photo/${photoId}` }, 401)),
    tried('none, but that of a call', { path: `/media/photo/${photoId}`, headers: own() }, 401)
  ])
})

test('tickets: used, guessed, misshapen, of another; twenty at once admit one', async () => {
  const take = (ticket: unknown): Question => ({
    path: '/admission/ticket',
    method: 'POST',
    body: JSON.stringify({ ticket }),
    headers: json
  })
  const used = ticketIn(await withTicket(reverie.address))
  await admitByHand(origin, used)
  const fresh = ticketIn(await withTicket(reverie.address))
  const foreign = ticketIn(await withTicket(other.address))
  const misshapen: Record<string, unknown> = {
    'a number': 1,
    nothing: null,
    'a list': [fresh],
    'a record': { ticket: fresh },
    yes: true,
    empty: '',
    'cut off': fresh.slice(0, 42),
    'a letter more': `${fresh}A`,
    'small letters': fresh.toLowerCase(),
    'a line end': `${fresh}\n`,
    'a zero': `${fresh.slice(0, 42)}\u0000`,
    padded: `${fresh}=`,
    'a star': '*',
    long: 'A'.repeat(3000),
    'of another Reverie': foreign,
    used,
    'the page key': admitted.page.key
  }
  const wrong = [401, 429]
  await refuseAll('tickets', library, [
    ...Object.entries(misshapen).map(([name, ticket]) => tried(name, take(ticket), ...wrong)),
    ...Array.from({ length: 12 }, (_, i) => tried(`guessed ${i}`, take(newSecret()), ...wrong)),
    tried('guessed once more', take(newSecret()), 429),
    tried('in the address', { path: `/?ticket=${fresh}`, headers: { Accept: 'x' }, method: 'POST' }, 405),
    tried('in a header', withHeaders(take(''), { Ticket: fresh }), ...wrong),
    tried('as a form', { ...take(fresh), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 415),
    tried('as text', { ...take(fresh), headers: { 'Content-Type': 'text/plain' } }, 415),
    tried('with a prototype', { ...take(''), body: `{"__proto__":{"ticket":"${fresh}"}}` }, ...wrong)
  ])
  // A right one is taken however often others were wrong, and exactly once.
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(origin, take(fresh))))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  tally.push({ kind: 'tickets at once', tried: 19 })
})

test('the proof: misshapen questions, and what is made of its answers', async () => {
  const { pageId, key } = admitted.page
  const hello = (input: unknown): Question => ({
    path: '/admission/hello',
    method: 'POST',
    body: JSON.stringify(input),
    headers: json
  })
  const nonce = newSecret()
  const { boot, proof } = valueOf(await ask(origin, hello({ pageId, nonce }))) as { boot: string; proof: string }
  expect(proof).toBe(sign(key, pageTexts.proof(origin, nonce, boot)))
  // Whoever passes the question on proves the wrong address.
  expect(proof).not.toBe(sign(key, pageTexts.proof(`http://${new URL(origin).hostname}:${port + 1}`, nonce, boot)))
  // For another number another proof; for another page a page key that nobody has.
  expect((valueOf(await ask(origin, hello({ pageId, nonce: newSecret() }))) as { proof: string }).proof).not.toBe(proof)
  const labels = ['calls', 'media', 'page'].map(name => `reverie ${name} 1\n${origin}\n${boot}`)
  await refuseAll('the proof', () => hello({ pageId, nonce }), [
    ...[
      null,
      1,
      '',
      [],
      {},
      { pageId },
      { nonce },
      { pageId, nonce: 1 },
      { pageId: [pageId], nonce },
      { pageId: `${pageId}A`, nonce }
    ].map((input, i) => tried(`misshapen ${i}`, hello(input), 400)),
    // Another text in the place of a number, to have it signed.
    ...labels.map(nonceText => tried(nonceText.split('\n')[0]!, hello({ pageId, nonce: nonceText }), 400)),
    tried('the proof as a key', library({ Authorization: `Reverie ${pageId}.${proof}` }), 401),
    tried('the start as a key', library({ Authorization: `Reverie ${pageId}.${boot}` }), 401),
    tried('the proof for pictures', { path: `/media/${pageId}/${proof}/photo/${photoId}` }, 401),
    tried('something else', { path: '/admission/everything', method: 'POST', body: '{}', headers: json }, 404),
    tried('nothing', { path: '/admission/', method: 'POST', body: '{}', headers: json }, 404)
  ])
})

test('types, sizes and shapes of what is sent', async () => {
  const types = [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/plain; application/json',
    'application/xml',
    'application/json-patch+json',
    'application/json,text/plain',
    ''
  ]
  const bad = (method: string, body: string | Buffer): Question => ({ ...library(), path: `/call/${method}`, body })
  const deep = '['.repeat(20_000)
  const shapes: [string, string, string | Buffer][] = [
    ...['', '{', '{"a":', '[1', 'NaN', "{'a':1}", '{"a":1}}', '\u0000', 'undefined', deep].map(
      (body): [string, string, string] => [`no JSON ${body.slice(0, 9)}`, 'library', body]
    ),
    ['a list', 'library', '[]'],
    ['nothing', 'library', 'null'],
    ['a text', 'library', '"x"'],
    ['a number', 'library', '1'],
    ['a prototype', 'library', '{"__proto__":{"isAdmin":true},"x":1}'],
    ['a constructor', 'library', '{"constructor":{"prototype":{"isAdmin":true}}}'],
    ['a prototype in settings', 'changeSettings', '{"__proto__":{"isAdmin":true},"isAdmin":true}'],
    ['a depth that ends', 'item', `{"itemId":${'['.repeat(500)}${']'.repeat(500)}}`],
    ['infinity', 'item', '{"itemId":1e999}'],
    ['below nothing', 'item', '{"itemId":-1}'],
    ['half', 'item', '{"itemId":0.5}'],
    ['too exact', 'item', '{"itemId":9007199254740993}'],
    ['a text for a number', 'item', '{"itemId":"1"}'],
    ['a list for a path', 'addFolder', '{"path":["/etc"]}'],
    ['a zero in a path', 'addFolder', '{"path":"/etc\\u0000/x"}'],
    ['no base64', 'openImage', '{"bytes":{"$bytes":"~"}}'],
    ['bytes in bytes', 'openImage', '{"bytes":{"$bytes":{"$bytes":""}}}'],
    ['an unknown setting', 'changeSettings', '{"evil":true}'],
    ['a limit below nothing', 'search', '{"text":"","limit":-1}'],
    ['bytes that are no text', 'library', Buffer.from([0xff, 0xfe, 0x7b, 0x7d])]
  ]
  const methods = [
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'close',
    'on',
    'media',
    'pathOf',
    'LIBRARY',
    'library%20',
    'library%00',
    '',
    '..%2flibrary',
    'a'.repeat(2000)
  ]
  const post = (...more: string[]): string[] => [
    'POST /call/library HTTP/1.1',
    host(),
    `Authorization: ${admitted.authorization}`,
    'Content-Type: application/json',
    ...more,
    'Connection: close'
  ]
  await refuseAll('types, sizes and shapes', () => library({ 'Content-Type': 'application/json; charset=utf-8' }), [
    ...types.map(type => tried(`as ${type}`, library({ 'Content-Type': type }), 415)),
    ...shapes.map(([name, method, body]) => tried(name, bad(method, body), 400, 404)),
    ...methods.map(method => tried(`the method ${method.slice(0, 20)}`, bad(method, '{}'), 404, 400)),
    sent('more than 96 MB are announced', lines(...post('Content-Length: 100663297')), 413),
    sent('more than there are numbers', lines(...post('Content-Length: 99999999999999999999')), 400),
    sent('fewer than none', lines(...post('Content-Length: -1')), 400),
    sent('a length in hexadecimal', lines(...post('Content-Length: 0x2')), 400),
    tried(
      'a ticket of 5 KB',
      { path: '/admission/ticket', method: 'POST', body: JSON.stringify({ ticket: 'A'.repeat(5000) }), headers: json },
      413
    ),
    sent('a header of 40 KB', lines('GET / HTTP/1.1', host(), `X: ${'a'.repeat(40_000)}`, 'Connection: close'), 431),
    sent(
      'an address of 40 KB',
      lines(`GET /${'a'.repeat(40_000)} HTTP/1.1`, host(), 'Connection: close'),
      431,
      414,
      400
    ),
    sent(
      'five thousand headers',
      lines('GET / HTTP/1.1', host(), ...Array.from({ length: 5000 }, (_, i) => `X-${i}: a`), 'Connection: close'),
      431,
      400
    )
  ])
})

test('addresses that would lead out of the page’s folder', async () => {
  const up = [
    '/../package.json',
    '/../../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%2e%2e%2fpackage.json',
    '/..%252fpackage.json'
  ]
  const more = [
    ...[
      '/assets/../../package.json',
      '/assets/..%2f..%2fpackage.json',
      '/assets/..%5c..%5cpackage.json',
      '/..\\package.json',
      '/....//package.json'
    ],
    ...[
      '//etc/passwd',
      '///etc/passwd',
      '/etc/passwd',
      '/%2fetc%2fpasswd',
      '/%c0%ae%c0%ae/package.json',
      '/%u002e%u002e/package.json'
    ],
    ...[
      '/.git/config',
      '/web/key',
      '/data/web/key',
      '/reverie.db',
      '/index.html%00.js',
      '/index.html/',
      '/index.html/../../package.json'
    ],
    ...[
      '/file:///etc/passwd',
      '/C:/Windows/win.ini',
      '/assets',
      '/assets/',
      '/.',
      '/..',
      '/%',
      '/%zz',
      '/;/index.html',
      '/~root',
      '/index.html.map',
      '/src/main.ts'
    ]
  ]
  await refuseAll('addresses', () => ({ path: '/' }), [
    ...[...up, ...more].map(path =>
      tried(path, { path, headers: own() }, 404, 400, ...(path === '/.' || path === '/..' ? [200] : []))
    ),
    sent('no address', lines('GET  HTTP/1.1', host(), 'Connection: close'), 400),
    sent('a star', lines('OPTIONS * HTTP/1.1', host(), 'Connection: close'), 400),
    sent('a name only', lines('GET index.html HTTP/1.1', host(), 'Connection: close'), 400),
    sent('a zero', Buffer.from(`GET /\u0000 HTTP/1.1\r\n${host()}\r\nConnection: close\r\n\r\n`), 400),
    sent('a blank', lines('GET /a b HTTP/1.1', host(), 'Connection: close'), 400)
  ])
})

test('requests within requests, other protocols, and connections that want to be something else', async () => {
  const post = (...more: string[]): string =>
    lines('POST /call/library HTTP/1.1', host(), 'Content-Type: application/json', ...more)
  const inner = lines('POST /call/library HTTP/1.1', host(), 'Content-Length: 0', 'Connection: close')
  const upgrade = (to: string, path: string): string =>
    lines(
      `GET ${path} HTTP/1.1`,
      host(),
      'Connection: Upgrade, close',
      `Upgrade: ${to}`,
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
    )
  await refuseAll('requests within requests', library, [
    sent('a length and pieces', `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${inner}`, 400),
    sent('pieces and a length', `${post('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${inner}`, 400),
    sent('two lengths', `${post('Content-Length: 0', 'Content-Length: 4')}{}{}`, 400),
    sent('two lengths in one', `${post('Content-Length: 0, 4')}{}{}`, 400),
    sent('pieces of an unknown kind', `${post('Transfer-Encoding: xchunked')}0\r\n\r\n`, 400, 401, 501),
    sent('pieces twice', `${post('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')}0\r\n\r\n`, 400),
    sent('pieces before the last', `${post('Transfer-Encoding: chunked, identity')}0\r\n\r\n`, 400),
    sent(
      'a piece of a wrong size',
      `${post('Transfer-Encoding: chunked', 'Connection: close')}zz\r\n{}\r\n0\r\n\r\n`,
      400,
      401
    ),
    sent('a blank before the colon', lines('GET / HTTP/1.1', host().replace(':', ' :'), 'Connection: close'), 400),
    sent('a folded header', lines('GET / HTTP/1.1', host(), 'X: a', ' b: c', 'Connection: close'), 400, 200),
    sent('a header without a name', lines('GET / HTTP/1.1', host(), ': a', 'Connection: close'), 400),
    sent('a zero in a header', `GET / HTTP/1.1\r\n${host()}\r\nX: a\u0000b\r\nConnection: close\r\n\r\n`, 400),
    sent('a bare line end', `GET / HTTP/1.1\n${host()}\nConnection: close\n\n`, 400, 200),
    sent('a bare carriage return', `GET / HTTP/1.1\r${host()}\r\r`, 400),
    sent('a request behind a request', `${lines('GET /nowhere HTTP/1.1', host())}${inner}`, 404, 401),
    sent('a request in a body', `${post(`Content-Length: ${inner.length}`, 'Connection: close')}${inner}`, 401),
    sent(
      'an expectation of another kind',
      lines('GET / HTTP/1.1', host(), 'Expect: everything', 'Connection: close'),
      417
    ),
    sent('HTTP/0.9', 'GET /\r\n\r\n', 400, 403),
    sent('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400),
    sent('HTTP/3.7', lines('GET / HTTP/3.7', host()), 400),
    sent('TLS', Buffer.from('16030100a5010000a10303', 'hex'), 400),
    sent('SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 400),
    sent('SMTP', 'EHLO evil.example\r\n', 400),
    ...['/events', '/call/library', '/media/a/b/photo/1'].map(path =>
      sent(`a web socket at ${path}`, upgrade('websocket', path), 401)
    ),
    sent('a web socket at the page', upgrade('websocket', '/socket'), 404),
    sent('HTTP/2 instead', upgrade('h2c', '/events'), 401),
    sent('TLS instead', upgrade('TLS/1.0', '/events'), 401)
  ])
})

test('those who send drop by drop keep nobody waiting, and are cut off', async () => {
  const drips = [
    `GET / HTTP/1.1\r\n${host()}\r\nX: `,
    `POST /call/library HTTP/1.1\r\n${host()}\r\nX: `,
    'G',
    `POST /admission/ticket HTTP/1.1\r\n`
  ]
  const slow = Array.from({ length: 40 }, (_, i) => raw(drips[i % drips.length]!))
  expect((await call('library', {})).status).toBe(200)
  for (const { statuses, text } of await Promise.all(slow)) {
    expect(statuses).toEqual([408])
    expect(text).not.toContain(marker)
  }
  expect((await call('library', {})).status).toBe(200)
  tally.push({ kind: 'drop by drop', tried: slow.length })
})

test('none of at least 185 has succeeded', () => {
  const sum = tally.reduce((total, { tried: count }) => total + count, 0)
  console.log(
    [
      ...tally.map(({ kind, tried: count }) => `${String(count).padStart(4)}  ${kind}`),
      `${String(sum).padStart(4)}  requests, 0 succeeded`
    ].join('\n')
  )
  expect(sum).toBeGreaterThanOrEqual(185)
})
