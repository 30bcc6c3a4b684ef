import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DoorFolder } from '../../../src/main/hosts/web/door-folder.ts'
import { freshHost, freshPort, loopbackAddressIn, originOf } from '../../../src/main/hosts/web/loopback.ts'

test('a fresh address is of this machine’s own network, and none that a system uses itself', () => {
  const hosts = Array.from({ length: 500 }, freshHost)
  for (const host of hosts) expect(host).toMatch(/^127(\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])){3}$/)
  // Of 16 million, 500 are hardly ever two alike, and never a handful.
  expect(new Set(hosts).size).toBeGreaterThan(495)
  for (const port of Array.from({ length: 500 }, freshPort)) {
    expect(port).toBeGreaterThanOrEqual(49_152)
    expect(port).toBeLessThanOrEqual(65_535)
  }
})

test('only origins of this machine’s own network are addresses to listen at', () => {
  const address = { host: '127.83.12.201', port: 50_123 }
  expect(loopbackAddressIn(originOf(address))).toEqual(address)
  expect(loopbackAddressIn('http://127.0.0.1')).toEqual({ host: '127.0.0.1', port: 80 })
  for (const other of [
    ...['', '-1', '127.0.0.1:4711', 'http://0.0.0.0:4711', 'http://[::1]:4711', 'http://localhost:4711'],
    ...['https://127.0.0.1:4711', 'http://127.0.0.1:4711/', 'http://127.0.0.1:70000', 'http://127.0.0.1:0'],
    ...['http://127.1:4711', 'http://127.300.0.1:4711', 'http://127.0.0.1.evil.example:4711', 'http://192.168.0.7:4711']
  ])
    expect(loopbackAddressIn(other), other).toBeNull()
})

test('eight addresses are remembered, the latest first; one that a page uses stays', () => {
  const data = mkdtempSync(join(tmpdir(), 'reverie-door-'))
  onTestFinished(() => rmSync(data, { recursive: true }))
  const door = DoorFolder.open(data)
  const origins = Array.from({ length: 9 }, (_, i) => `http://127.1.1.${i + 1}:50000`)
  for (const origin of origins) door.remember([origin])
  const remembered = (): string[] => door.addresses().map(originOf)
  expect(remembered()).toEqual(origins.toReversed().slice(0, 8))
  door.remember([origins[8]!, origins[1]!])
  expect(remembered().slice(0, 2)).toEqual([origins[8], origins[1]])
  door.remember(['http://127.1.1.10:50000'])
  expect(remembered()).toContain(origins[1])
  expect(DoorFolder.find(data)?.address).toEqual({ host: '127.1.1.10', port: 50_000 })
  writeFileSync(join(data, 'web', 'addresses'), 'http://evil.example:80\n')
  expect(DoorFolder.find(data)).toBeNull()
})
