import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { findDesktopBinary } from '../../src/main/hosts/desktop/desktop-binary.ts'
import type { Part, Report } from './house.ts'
import type { Life } from './life.ts'
import { control } from './parts-of-life.ts'
import { findHouse } from './run-in-house.ts'

const limitMs = 480_000
const house = findHouse()
const name = 'what Reverie sends while it lives'
if (typeof house === 'string') console.log(`skipped: ${name} (${house})`)

describe.skipIf(typeof house === 'string')(name, () => {
  let report: Report
  let life: Life
  const part = (wanted: string): Part => report.parts.find(({ name }) => name === wanted)!

  beforeAll(async () => {
    if (typeof house === 'string') return
    report = await house([process.execPath, resolve(import.meta.dirname, 'life.ts')], limitMs)
    expect(report.exitCode).toBe(0)
    life = report.said as Life
  }, limitMs + 10_000)

  test.each(['control', 'control again'])('the house hears what is sent on purpose (%s)', wanted => {
    const { attempts, sent } = part(wanted)
    const heard = attempts.map(({ kind, what }) => `${kind} ${what}`)
    expect(heard).toContain(`name ${control.name}`)
    expect(heard).toContain('connection 198.51.100.7:443')
    expect(heard).toContain(`connection ${control.address}:443`)
    if (report.hasIpv6) expect(heard).toContain(`connection ${control.ipv6}:443`)
    expect(sent.connections).toBeGreaterThanOrEqual(2)
    expect(sent.datagrams).toBeGreaterThanOrEqual(1)
    expect(sent.packets).toBeGreaterThanOrEqual(5)
  })

  test('all that Reverie does was done: indexed, searched, watched, added, tried, trained, and a minute went by', () => {
    const { did } = life
    expect(did.indexed).toBeGreaterThan(350)
    expect(did.hits).toBeGreaterThan(0)
    expect(did.searches).toBeGreaterThan(5)
    expect(did.commandLineHits).toBeGreaterThan(0)
    expect(did.addedModel).toBe('another')
    expect(did.devices).toBeGreaterThan(0)
    expect(did.steps).toBeGreaterThan(0)
    expect(did.listenedSeconds).toBeGreaterThanOrEqual(60)
    expect(did.refused).toEqual(['a.dng: no-preview', 'a.heic: corrupt', 'a.svg: unsupported-format'])
    // ExifTool is a Perl program.
    if (spawnSync('perl', ['-v']).status === 0) expect(part('life').programs).toContain('perl')
  })

  test('no name was asked for, nobody was called, and no packet was sent', () => {
    const { attempts, sockets, sent } = part('life')
    expect(attempts).toEqual([])
    expect(sockets).toEqual([])
    expect(sent).toEqual({ connections: 0, datagrams: 0, packets: 0 })
  })

  test('the watch of files hears what is made and removed at once, in every place, before and after', () => {
    expect(life.deaf).toEqual([])
    // Everybody's, the account's home, and those of the life itself.
    expect(life.watched).toBeGreaterThanOrEqual(6)
  })

  test('no file came to be outside the data folder: none in the home folder, none in any folder for temporary files', () => {
    expect(life.files).toEqual([])
  })

  test('no file of the library changed, but for the one that was copied into it', () => {
    expect(life.changed).toEqual(['own words', 'own words/new.jpg'])
  })
})

const binary = findDesktopBinary(resolve(import.meta.dirname, '../..'), process.env)
const whyNoWindow =
  'missing' in binary
    ? binary.missing
    : typeof house === 'string'
      ? house
      : spawnSync('xvfb-run', ['--help']).error !== undefined
        ? 'there is no xvfb-run for a window that nobody sees'
        : null
const windowName = 'what a desktop window sends'
if (whyNoWindow !== null) console.log(`skipped: ${windowName} (${whyNoWindow})`)

describe.skipIf(whyNoWindow !== null)(windowName, () => {
  test(
    'is nothing: Electron asks for no name and calls nobody for a minute',
    async () => {
      if (typeof house === 'string' || 'missing' in binary) return
      const program = [process.execPath, resolve(import.meta.dirname, 'life-of-window.ts'), binary.path]
      const { parts, said } = await house(program, limitMs)
      expect(said).toEqual({ isOpen: true })
      const heard = parts.map(({ name, attempts }) => [name, attempts.map(({ what }) => what).includes(control.name)])
      expect(heard).toEqual([
        ['control', true],
        ['life', false],
        ['control again', true],
        ['end', false]
      ])
      expect(parts[1]).toMatchObject({ attempts: [], sockets: [], sent: { connections: 0, datagrams: 0, packets: 0 } })
    },
    limitMs + 10_000
  )
})
