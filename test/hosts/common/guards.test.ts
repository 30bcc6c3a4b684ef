import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  externalAddress,
  isAllowedPermission,
  isAllowedRequest,
  isOurFrame,
  isOurPage,
  pagePath,
  parseMediaAddress
} from '../../../src/main/hosts/common/guards.ts'

const development = 'http://localhost:5173'

test('only our own scheme is our page; the development server only while there is one', () => {
  expect(isOurPage('app://reverie/', null)).toBe(true)
  expect(isOurPage('app://reverie/index.html#q=a', null)).toBe(true)
  expect(isOurPage('http://localhost:5173/src', development)).toBe(true)
  for (const address of [
    'app://other/',
    'app:reverie',
    'file:///etc/passwd',
    'http://localhost:5173/',
    'https://evil.example/app://reverie/',
    'about:blank',
    'data:text/html,x',
    'javascript:alert(1)',
    ''
  ])
    expect(isOurPage(address, null), address).toBe(false)
  expect(isOurPage('http://localhost:5174/', development)).toBe(false)
})

test('only the top frame of our page may call', () => {
  expect(isOurFrame({ url: 'app://reverie/', parent: null }, null)).toBe(true)
  expect(isOurFrame({ url: 'app://reverie/', parent: {} }, null)).toBe(false)
  expect(isOurFrame({ url: 'https://evil.example/', parent: null }, null)).toBe(false)
  expect(isOurFrame(null, null)).toBe(false)
})

test('only web addresses without credentials open outside', () => {
  expect(externalAddress('https://example.org/a?b=c')).toBe('https://example.org/a?b=c')
  expect(externalAddress('http://example.org')).toBe('http://example.org/')
  for (const address of [
    'file:///etc/passwd',
    'smb://host/share',
    'javascript:alert(1)',
    'https://you:me@example.org/',
    'mailto:a@b.c',
    'ms-msdt:/id',
    'nonsense'
  ])
    expect(externalAddress(address), address).toBeNull()
})

test('the page may put something on the clipboard, and nothing else', () => {
  expect(isAllowedPermission('clipboard-sanitized-write')).toBe(true)
  for (const permission of [
    'clipboard-read',
    'media',
    'geolocation',
    'notifications',
    'openExternal',
    'fileSystem',
    'hid'
  ])
    expect(isAllowedPermission(permission), permission).toBe(false)
})

test('nothing is fetched over a network', () => {
  for (const address of [
    'app://reverie/a.js',
    'media://item/photo/1',
    'data:,',
    'blob:app://reverie/1',
    'devtools://devtools/x'
  ])
    expect(isAllowedRequest(address, null), address).toBe(true)
  for (const address of ['https://example.org/', 'http://localhost:5173/', 'ws://localhost:5173/', 'ftp://a/'])
    expect(isAllowedRequest(address, null), address).toBe(false)
  expect(isAllowedRequest('ws://localhost:5173/', development)).toBe(true)
  expect(isAllowedRequest('https://example.org/', development)).toBe(false)
})

test('a picture’s address is a size and an item id', () => {
  expect(parseMediaAddress('media://item/thumbnail/12?v=3')).toEqual({
    size: 'thumbnail',
    itemId: 12,
    hasVersion: true
  })
  expect(parseMediaAddress('media://item/photo/1')).toEqual({ size: 'photo', itemId: 1, hasVersion: false })
  for (const address of [
    'media://other/photo/1',
    'media://item/photo/../../etc/passwd',
    'media://item/photo/1/2',
    'media://item/photo/0',
    'media://item/photo/1e3',
    'media://item//photo/1',
    'file://item/photo/1'
  ])
    expect(parseMediaAddress(address), address).toBeNull()
})

test('a path of the page is told from its address, with dots resolved', () => {
  expect(pagePath('app://reverie/assets/a.js?x')).toBe('/assets/a.js')
  expect(pagePath('app://reverie/../../etc/passwd')).toBe('/etc/passwd')
  expect(pagePath('media://reverie/a')).toBeNull()
})

// Electron cannot run in these tests: its program is not in the package. What it is told is decided above and tested
// for real; that it is told at all can only be read from the source.
const source = readFileSync(new URL('../../../src/main/hosts/desktop/electron.ts', import.meta.url), 'utf8')
const preload = readFileSync(new URL('../../../src/preload/index.ts', import.meta.url), 'utf8')

test('the window is sandboxed, isolated, and has no Node', () => {
  const preferences = /webPreferences: \{([^}]*)\}/.exec(source)?.[1] ?? ''
  for (const line of [
    ...['sandbox: true', 'contextIsolation: true', 'nodeIntegration: false', 'nodeIntegrationInWorker: false'],
    ...[
      'nodeIntegrationInSubFrames: false',
      'webSecurity: true',
      'allowRunningInsecureContent: false',
      'webviewTag: false'
    ],
    ...['navigateOnDragDrop: false', 'spellcheck: false', 'devTools: !app.isPackaged']
  ])
    expect(preferences).toContain(line)
  expect(source.match(/new BrowserWindow\(/g)).toHaveLength(1)
})

test('every guard is in place', () => {
  for (const call of [
    ...[
      'app.requestSingleInstanceLock()',
      'app.enableSandbox()',
      'setPermissionRequestHandler(',
      'setPermissionCheckHandler('
    ],
    ...[
      'setDevicePermissionHandler(() => false)',
      'onBeforeRequest(',
      "'will-frame-navigate'",
      "'will-redirect'",
      "'will-attach-webview'"
    ],
    ...["{ action: 'deny' }", 'await listStaticFiles(rendererFolder)']
  ])
    expect(source, call).toContain(call)
  // No message from a page is heeded without a look at its sender.
  expect(source.match(/ipcMain\.(on|handle)\(/g)).toHaveLength(3)
  expect(source.match(/isOurFrame\(event\.senderFrame, developmentUrl\)/g)).toHaveLength(2)
  expect(source).not.toMatch(/remote|executeJavaScript|bypassCSP|allowServiceWorkers/)
})

test('the page gets one object from the preload script, and no channel of its choice', () => {
  expect(preload.match(/contextBridge\.exposeInMainWorld\(/g)).toHaveLength(1)
  const channels = [...preload.matchAll(/ipcRenderer\.(?:send|invoke|on|off)\(([^,)]*)/g)].map(([, channel]) => channel)
  expect(new Set(channels)).toEqual(new Set(["'engine'", "'pick-folder'", "'reveal'"]))
})
