import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  protocol,
  session,
  shell,
  systemPreferences,
  utilityProcess
} from 'electron'
import { readFile } from 'node:fs/promises'
import { telemetryOff } from '../../engine/base/telemetry-off.ts'
import type { StartWorker, WorkerName } from '../../engine/engine.ts'
import { accentStyle } from './accent.ts'
import { serveEngine, type CarriedEngine } from '../common/carry.ts'
import { quietChromium } from './chromium-switches.ts'
import {
  externalAddress,
  isAllowedPermission,
  isAllowedRequest,
  isOurFrame,
  isOurPage,
  mediaScheme,
  pageAddress,
  pagePath,
  pageScheme,
  parseMediaAddress
} from '../common/guards.ts'
import { mediaCaching, mediaSecurity, securityHeaders } from '../common/headers.ts'
import { LastWords } from '../common/last-words.ts'
import { withUsualRights } from '../common/private-files.ts'
import { listStaticFiles } from '../common/static-files.ts'

/** The development server's address; never heeded by a packaged app. */
const developmentUrl = app.isPackaged ? null : (process.env.ELECTRON_RENDERER_URL ?? null)

/** To be called before the app is ready. @returns false when Reverie runs already: that window comes to the front instead */
export function claimDesktop(): boolean {
  if (!app.requestSingleInstanceLock()) return false
  app.enableSandbox()
  quietChromium(app.commandLine, developmentUrl)
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    { scheme: mediaScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }
  ])
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-attach-webview', event => event.preventDefault())
  })
  return true
}

/** Shows the page in a window, and carries its calls until the window is closed. */
export async function openWindow(
  engine: CarriedEngine,
  { rendererFolder, preloadFile }: { readonly rendererFolder: string; readonly preloadFile: string }
): Promise<void> {
  guardSession()
  await serveSchemes(engine, rendererFolder)
  // On macOS copy and paste come from the menu; elsewhere the window has no use for one.
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null
  )
  const window = new BrowserWindow({
    width: 1280,
    height: 860,
    minWidth: 480,
    minHeight: 400,
    show: false,
    title: 'Reverie',
    webPreferences: {
      preload: preloadFile,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged
    }
  })
  window.once('ready-to-show', () => window.show())
  followAccent(window)
  guardNavigation(window)
  carryCalls(engine, window)
  await window.loadURL(developmentUrl ?? pageAddress)
}

/** Gives the page the system's accent colour, at first and when it changes. */
function followAccent(window: BrowserWindow): void {
  const give = (): void => {
    let colour: string | null = null
    try {
      colour = systemPreferences.getAccentColor()
    } catch {
      // This system has none: the page keeps its own.
    }
    const style = accentStyle(colour)
    if (style !== null && !window.isDestroyed())
      void window.webContents.insertCSS(style).catch(() => {
        // The window was closed meanwhile.
      })
  }
  window.webContents.on('dom-ready', give)
  systemPreferences.on('accent-color-changed', give)
  window.on('closed', () => systemPreferences.off('accent-color-changed', give))
}

function guardSession(): void {
  const { defaultSession } = session
  // It would fetch its dictionaries.
  defaultSession.setSpellCheckerEnabled(false)
  defaultSession.setPermissionRequestHandler((_contents, permission, decide) => decide(isAllowedPermission(permission)))
  defaultSession.setPermissionCheckHandler((_contents, permission) => isAllowedPermission(permission))
  defaultSession.setDevicePermissionHandler(() => false)
  defaultSession.webRequest.onBeforeRequest(({ url }, decide) =>
    decide({ cancel: !isAllowedRequest(url, developmentUrl) })
  )
  defaultSession.on('will-download', event => event.preventDefault())
}

/** The page's files under app://reverie/, pictures by item id under media://item/. */
async function serveSchemes(engine: CarriedEngine, rendererFolder: string): Promise<void> {
  const files = developmentUrl === null ? await listStaticFiles(rendererFolder) : new Map<string, never>()
  const nothing = (): Response => new Response(null, { status: 404 })

  protocol.handle(pageScheme, async ({ url }) => {
    const file = files.get(pagePath(url) ?? '')
    if (file === undefined) return nothing()
    return new Response(await readFile(file.path), { headers: { ...securityHeaders, 'Content-Type': file.type } })
  })
  protocol.handle(mediaScheme, async ({ url }) => {
    const wanted = parseMediaAddress(url)
    const found = wanted === null ? null : await engine.media(wanted.itemId, wanted.size)
    if (wanted === null || found === null) return nothing()
    return new Response(Uint8Array.from(found.bytes), {
      headers: {
        ...securityHeaders,
        'Content-Type': found.type,
        'Content-Security-Policy': mediaSecurity,
        // Another scheme is another origin: the page could not show what only its own origin may have.
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': mediaCaching(wanted.size, wanted.hasVersion)
      }
    })
  })
}

function guardNavigation(window: BrowserWindow): void {
  const { webContents } = window
  webContents.on('will-frame-navigate', event => {
    if (!event.isMainFrame || !isOurPage(event.url, developmentUrl)) event.preventDefault()
  })
  webContents.on('will-redirect', event => {
    if (!isOurPage(event.url, developmentUrl)) event.preventDefault()
  })
  webContents.setWindowOpenHandler(({ url }) => {
    const address = externalAddress(url)
    if (address !== null) void withUsualRights(() => shell.openExternal(address))
    return { action: 'deny' }
  })
}

/** A reload is a new page: what the old one asked for is cancelled, and its replies do not reach the new one. */
function carryCalls(engine: CarriedEngine, window: BrowserWindow): void {
  const { webContents } = window
  const serve = (): (() => void) =>
    serveEngine(engine, {
      post(message) {
        if (!webContents.isDestroyed()) webContents.send('engine', message)
      },
      onMessage(listener) {
        const listen = (event: Electron.IpcMainEvent, message: unknown): void => {
          if (event.sender === webContents && isOurFrame(event.senderFrame, developmentUrl)) listener(message)
        }
        ipcMain.on('engine', listen)
        return () => void ipcMain.off('engine', listen)
      }
    })
  let stop = serve()
  webContents.on('did-start-navigation', details => {
    if (!details.isMainFrame || details.isSameDocument) return
    stop()
    stop = serve()
  })
  window.once('closed', () => stop())

  const isOurs = (event: Electron.IpcMainInvokeEvent): boolean =>
    event.sender === webContents && isOurFrame(event.senderFrame, developmentUrl)
  ipcMain.handle('pick-folder', async event => {
    if (!isOurs(event)) return null
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory'] })
    return filePaths[0] ?? null
  })
  ipcMain.handle('reveal', (event, itemId: unknown) => {
    const path = isOurs(event) && typeof itemId === 'number' ? engine.pathOf(itemId) : undefined
    if (path !== undefined) shell.showItemInFolder(path)
  })
}

/** Worker processes of a desktop app. @param files  the built worker by its name */
export function desktopWorkers(files: Readonly<Record<WorkerName, string>>): StartWorker {
  return name => {
    const child = utilityProcess.fork(files[name], [], {
      serviceName: `Reverie ${name}`,
      env: { ...process.env, ...telemetryOff },
      stdio: ['ignore', 'ignore', 'pipe']
    })
    const words = new LastWords(child.stderr)
    return {
      post: message => child.postMessage(message),
      onMessage: listener => void child.on('message', listener),
      onExit: listener => void child.once('exit', code => listener(code, null)),
      kill: () => void child.kill(),
      lastWords: () => words.text(),
      get pid() {
        return child.pid
      }
    }
  }
}
