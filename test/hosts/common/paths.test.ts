import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findDesktopBinary, obtainDesktopBinary } from '../../../src/main/hosts/desktop/desktop-binary.ts'
import { appPaths, defaultDataFolder } from '../../../src/main/hosts/common/paths.ts'

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reverie-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

test('the data folder is where each platform keeps such things', () => {
  const at = (platform: NodeJS.Platform, environment: Record<string, string> = {}): string =>
    defaultDataFolder({ platform, environment, home: '/home/ada' })
  expect(at('linux')).toBe('/home/ada/.local/share/reverie')
  expect(at('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/reverie')
  expect(at('linux', { XDG_DATA_HOME: 'relative' })).toBe('/home/ada/.local/share/reverie')
  expect(at('linux', { XDG_DATA_HOME: '' })).toBe('/home/ada/.local/share/reverie')
  expect(at('darwin')).toBe('/home/ada/Library/Application Support/Reverie')
  expect(at('win32', { APPDATA: 'C:\\Users\\ada\\AppData\\Roaming' })).toContain('Roaming')
  expect(at('win32')).toContain('Reverie')
})

test('the app finds its parts from source, from the build, and from a chunk of the build', () => {
  const root = folderWith({ 'package.json': '{}' })
  const built = appPaths(join(root, 'out/main/start.js'))
  expect(appPaths(join(root, 'out/main/chunks/web-1a.js'))).toEqual(built)
  expect(built).toEqual({
    root,
    resources: join(root, 'resources'),
    renderer: join(root, 'out/renderer'),
    preload: join(root, 'out/preload/index.cjs'),
    desktopEntry: join(root, 'out/main/index.js'),
    workers: { encoder: join(root, 'out/main/encoder.js'), trainer: join(root, 'out/main/trainer.js') },
    checkpointer: join(root, 'out/main/checkpointer.js')
  })
  expect(appPaths(join(root, 'src/main/start.ts')).workers.encoder).toBe(
    join(root, 'src/main/engine/workers/encoder.ts')
  )
})

test('in a packed app native libraries find the resources beside the archive', () => {
  const parent = folderWith({ 'app.asar/package.json': '{}', 'app.asar.unpacked/resources/x': '' })
  expect(appPaths(join(parent, 'app.asar/out/main/index.js')).resources).toBe(
    join(parent, 'app.asar.unpacked/resources')
  )
})

test('a module that belongs to no app says so', () => {
  expect(() => appPaths('/nowhere/at/all.js')).toThrow('incomplete')
})

test('Electron’s program is found where its package says, or where the person says', () => {
  const electron = 'node_modules/electron'
  const without = folderWith({ 'package.json': '{}' })
  expect(findDesktopBinary(without, {})).toEqual({ missing: 'Electron is not installed' })

  const bare = folderWith({ 'package.json': '{}', [`${electron}/package.json`]: '{"name":"electron"}' })
  expect(findDesktopBinary(bare, {})).toEqual({ missing: 'Electron has not been downloaded' })

  const whole = folderWith({
    'package.json': '{}',
    [`${electron}/package.json`]: '{"name":"electron"}',
    [`${electron}/path.txt`]: 'program',
    [`${electron}/dist/program`]: ''
  })
  expect(findDesktopBinary(whole, {})).toEqual({ path: join(whole, electron, 'dist/program') })

  const other = folderWith({ program: '' })
  expect(findDesktopBinary(whole, { ELECTRON_OVERRIDE_DIST_PATH: other })).toEqual({ path: join(other, 'program') })
  expect(findDesktopBinary(whole, { ELECTRON_OVERRIDE_DIST_PATH: without })).toHaveProperty('missing')
})

test('a download that fails, or takes too long, is told in one line; one that works is used', async () => {
  const app = (install: string): string =>
    folderWith({
      'package.json': '{}',
      'node_modules/electron/package.json': '{"name":"electron"}',
      'node_modules/electron/install.js': install
    })
  const failing = await obtainDesktopBinary(app('console.error("no network\\n  at x"); process.exit(1)'), {}, 10_000)
  expect(failing).toEqual({ missing: 'Electron is missing: it could not be downloaded (no network)' })
  const hanging = await obtainDesktopBinary(app('setInterval(() => undefined, 1000)'), {}, 300)
  expect(hanging).toEqual({ missing: 'Electron is missing: its download took longer than 0 seconds' })
  const working = app(
    "const fs = require('fs'); fs.mkdirSync(__dirname + '/dist'); fs.writeFileSync(__dirname + '/dist/program', ''); fs.writeFileSync(__dirname + '/path.txt', 'program')"
  )
  expect(await obtainDesktopBinary(working, {}, 10_000)).toEqual({
    path: join(working, 'node_modules/electron/dist/program')
  })
})
