import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { hasCookie, isFromOurPage, isOurHost, isSameSecret, newToken } from '../../src/main/hosts/admission.ts'

const local = { host: '127.0.0.1', port: 8123 }
const network = { host: '0.0.0.0', port: 8123 }

test('on the loopback address only its own names are ours, with the right port', () => {
  for (const host of ['127.0.0.1:8123', 'localhost:8123', 'LOCALHOST:8123', '[::1]:8123'])
    expect(isOurHost(host, local), host).toBe(true)
  for (const host of [
    undefined,
    '',
    'localhost',
    'localhost:80',
    'evil.example:8123',
    '127.0.0.1.evil.example:8123',
    '192.168.0.7:8123',
    'localhost:8123@evil.example',
    'a b:8123'
  ])
    expect(isOurHost(host, local), host).toBe(false)
  expect(isOurHost('localhost', { host: '127.0.0.1', port: 80 })).toBe(true)
})

test('on the network an address or this machine’s own name is ours; a name from elsewhere is rebinding', () => {
  for (const host of ['192.168.0.7:8123', '[fe80::1]:8123', `${hostname()}:8123`])
    expect(isOurHost(host, network), host).toBe(true)
  expect(isOurHost('evil.example:8123', network)).toBe(false)
})

test('a browser’s word on where a request comes from is heeded', () => {
  const host = 'localhost:8123'
  expect(isFromOurPage({ host })).toBe(true)
  expect(isFromOurPage({ host, origin: 'http://localhost:8123' })).toBe(true)
  expect(isFromOurPage({ host, 'sec-fetch-site': 'same-origin' })).toBe(true)
  for (const origin of ['null', 'http://localhost:8124', 'https://localhost:8123', 'http://evil.example', ''])
    expect(isFromOurPage({ host, origin }), origin).toBe(false)
  for (const site of ['cross-site', 'same-site'])
    expect(isFromOurPage({ host, 'sec-fetch-site': site }), site).toBe(false)
})

test('a token has 32 random bytes, and is the same secret as nothing else', () => {
  const token = newToken()
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  expect(newToken()).not.toBe(token)
  expect(isSameSecret(token, token)).toBe(true)
  for (const other of ['', token.slice(1), `${token}a`, newToken()])
    expect(isSameSecret(other, token), other).toBe(false)
})

test('the cookie is found among others, by its port', () => {
  expect(hasCookie('a=1; reverie-8123=secret; b=2', 8123, 'secret')).toBe(true)
  for (const header of [undefined, '', 'reverie-8124=secret', 'reverie-8123=other', 'xreverie-8123=secret'])
    expect(hasCookie(header, 8123, 'secret'), header).toBe(false)
})
