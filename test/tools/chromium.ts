import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Tells in one line how to get a browser for the end-to-end tests. */
export const howToGetChromium =
  'The end-to-end tests need Chromium, Chrome or Edge: install one (Debian: sudo apt-get install chromium) or name one in REVERIE_CHROMIUM.'

/** The browser that is on this machine: what REVERIE_CHROMIUM names, else the first of the usual places; null without one. */
export function findChromium(): string | null {
  const named = process.env.REVERIE_CHROMIUM
  if (named !== undefined) return isProgram(named) ? named : null
  return usualPlaces().find(isProgram) ?? null
}

/** Finds a browser, or installs Debian's when this is root on a Debian or Ubuntu machine. @throws with one line that tells how to get one */
export async function ensureChromium(): Promise<string> {
  const found = findChromium()
  if (found !== null) return found
  const isDebian = existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get')
  if (isDebian && process.getuid?.() === 0) {
    console.log('Installing Chromium for the end-to-end tests (apt-get install chromium) …')
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', 'chromium')
  }
  const installed = findChromium()
  if (installed === null) throw new Error(howToGetChromium)
  return installed
}

function usualPlaces(): string[] {
  if (process.platform === 'darwin') {
    const programs = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(name => `${name}.app/Contents/MacOS/${name}`)
    return ['/Applications', join(homedir(), 'Applications')].flatMap(folder =>
      programs.map(name => join(folder, name))
    )
  }
  if (process.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap(name => process.env[name] ?? [])
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Chromium/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe'
    ]
    return folders.flatMap(folder => programs.map(name => join(folder, name)))
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(folder => folder !== '')
  const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge']
  return programs.flatMap(name => folders.map(folder => join(folder, name)))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Runs apt-get; waits up to five minutes while another program has its lock. Its own words are shown only when it fails. */
async function aptGet(...command: string[]): Promise<void> {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (let attempt = 1; ; attempt++) {
    try {
      await promisify(execFile)('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...command], {
        env: environment,
        maxBuffer: 64 * 2 ** 20
      })
      return
    } catch (error) {
      const said = String((error as { stderr?: unknown }).stderr ?? error)
      const isLocked = said.includes('Could not get lock') || said.includes('is held by process')
      if (isLocked && attempt < 60) await wait(5000)
      else throw new Error(`apt-get ${command.join(' ')} failed: ${said.trim()} ${howToGetChromium}`, { cause: error })
    }
  }
}
