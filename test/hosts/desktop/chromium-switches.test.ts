import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { quietChromium } from '../../../src/main/hosts/desktop/chromium-switches.ts'

/** What a command line was given. */
function given(developmentUrl: string | null): [string, string | undefined][] {
  const switches: [string, string | undefined][] = []
  quietChromium({ appendSwitch: (name, value) => switches.push([name, value]) }, developmentUrl)
  return switches
}

test('a window finds no name and looks for no proxy', () => {
  expect(given(null)).toEqual([
    ['host-resolver-rules', 'MAP * ~NOTFOUND'],
    ['no-proxy-server', undefined]
  ])
})

test('while it is developed, it finds the development server, and nothing else', () => {
  expect(given('http://localhost:5173/')[0]).toEqual(['host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost'])
})

test('they are set before the app is ready, and the spelling checker is off for the window and for the session', () => {
  const host = readFileSync(resolve(import.meta.dirname, '../../../src/main/hosts/desktop/electron.ts'), 'utf8')
  const claim = host.slice(
    host.indexOf('export function claimDesktop'),
    host.indexOf('export async function openWindow')
  )
  expect(claim).toContain('quietChromium(app.commandLine, developmentUrl)')
  expect(host).toContain('spellcheck: false')
  expect(host).toContain('defaultSession.setSpellCheckerEnabled(false)')
  const entry = readFileSync(resolve(import.meta.dirname, '../../../src/main/hosts/desktop/run.ts'), 'utf8')
  // `run` waits for the app to be ready.
  expect(entry.indexOf('if (claimDesktop())')).toBeLessThan(entry.indexOf('run().catch'))
})
