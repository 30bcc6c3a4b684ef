import { expect, test } from 'vitest'
import { isFromOurPage, isOurHost, refusalOf } from '../../../src/main/hosts/web/admission.ts'

const origin = 'http://127.0.0.1:8123'

test('only the very address that the page is opened at is ours', () => {
  expect(isOurHost('127.0.0.1:8123', origin)).toBe(true)
  for (const host of [
    undefined,
    ...['', '127.0.0.1', '127.0.0.1:80', '127.0.0.1:8124', '127.0.0.1:08123', '127.0.0.1:8123.', ' 127.0.0.1:8123'],
    // Another user's program may listen at ::1, with the same port; this is its name, too.
    ...['localhost:8123', 'LOCALHOST:8123', '[::1]:8123', '127.1:8123', '2130706433:8123', '127.0.0.2:8123'],
    ...['evil.example:8123', '127.0.0.1.evil.example:8123', '192.168.0.7:8123', '127.0.0.1:8123@evil.example']
  ])
    expect(isOurHost(host, origin), host).toBe(false)
  expect(isOurHost('127.0.0.1', 'http://127.0.0.1')).toBe(true)
  expect(isOurHost('127.0.0.1:80', 'http://127.0.0.1')).toBe(true)
})

test('a browser’s word on where a request comes from is heeded', () => {
  expect(isFromOurPage({}, origin)).toBe(true)
  expect(isFromOurPage({ origin }, origin)).toBe(true)
  expect(isFromOurPage({ 'sec-fetch-site': 'same-origin' }, origin)).toBe(true)
  for (const other of ['null', 'http://127.0.0.1:8124', 'https://127.0.0.1:8123', 'http://localhost:8123', ''])
    expect(isFromOurPage({ origin: other }, origin), other).toBe(false)
  for (const site of ['cross-site', 'same-site', ''])
    expect(isFromOurPage({ 'sec-fetch-site': site }, origin), site).toBe(false)
})

test('a link from anywhere leads to the front door, in a tab of its own and nowhere else', () => {
  const visit = { host: '127.0.0.1:8123', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  const asked = (headers: Record<string, string>, path = '/', method = 'GET') =>
    refusalOf({ headers, headersDistinct: {}, method }, path, origin)?.status ?? null
  expect(asked({ ...visit, 'sec-fetch-dest': 'document' })).toBeNull()
  for (const place of ['iframe', 'frame', 'embed', 'object', 'script', 'image', 'serviceworker'])
    expect(asked({ ...visit, 'sec-fetch-dest': place }), place).toBe(403)
  expect(asked(visit, '/call/search')).toBe(403)
  expect(asked(visit, '/', 'POST')).toBe(403)
  expect(asked({ ...visit, origin: 'http://evil.example' })).toBe(403)
})

test('a header that stands twice is refused, whatever it says', () => {
  const headers = { host: '127.0.0.1:8123' }
  for (const name of ['host', 'origin', 'authorization', 'content-type', 'sec-fetch-site'])
    expect(refusalOf({ headers, headersDistinct: { [name]: ['a', 'a'] }, method: 'GET' }, '/', origin)?.status).toBe(
      400
    )
})
