import { app, dialog } from 'electron'
import { homedir } from 'node:os'
import { parseArgs } from 'node:util'
import { openEngine, type Engine } from '../../engine/engine.ts'
import { EngineError } from '../../../shared/errors.ts'
import { appVersion } from '../common/app-version.ts'
import { ignoreBrokenOutput } from '../common/ending.ts'
import { claimDesktop, desktopWorkers, openWindow } from './electron.ts'
import { appPaths, defaultDataFolder } from '../common/paths.ts'
import { keepFilesPrivate } from '../common/private-files.ts'

keepFilesPrivate()

const { values } = parseArgs({
  options: { data: { type: 'string' }, models: { type: 'string' }, rebuild: { type: 'boolean' } },
  strict: false
})
const folder = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The desktop app: one engine, one window. */
async function run(rebuild = values.rebuild === true): Promise<void> {
  await app.whenReady()
  const paths = appPaths(import.meta.filename)
  const surroundings = { platform: process.platform, environment: process.env, home: homedir() }
  const models = folder(values.models)
  const engine = await openEngine({
    dataFolder: folder(values.data) ?? defaultDataFolder(surroundings),
    surroundings,
    resourcesFolder: paths.resources,
    ...(models === null ? {} : { modelFolders: [models] }),
    startWorker: desktopWorkers(paths.workers),
    checkpointer: paths.checkpointer,
    version: appVersion(paths.root),
    watch: true,
    rebuild
  })
  closeBeforeQuit(engine)
  await openWindow(engine, { rendererFolder: paths.renderer, preloadFile: paths.preload })
}

function closeBeforeQuit(engine: Engine): void {
  let isClosed = false
  app.on('window-all-closed', () => app.quit())
  app.on('before-quit', event => {
    if (isClosed) return
    event.preventDefault()
    void engine.close().finally(() => {
      isClosed = true
      app.quit()
    })
  })
}

/** Asks before anything is set aside. */
function wantsRebuild(message: string): boolean {
  return (
    dialog.showMessageBoxSync({
      type: 'warning',
      message,
      buttons: ['Build a new one', 'Quit'],
      defaultId: 0,
      cancelId: 1
    }) === 0
  )
}

function fail(error: unknown): void {
  if (error instanceof EngineError) dialog.showErrorBox('Reverie cannot start', error.message)
  else console.error(error)
  app.exit(1)
}

// Whoever started it may be gone, and its terminal with it.
ignoreBrokenOutput()
if (claimDesktop()) {
  // Not awaited here: Electron becomes ready only after this module was read to its end.
  run().catch((error: unknown) => {
    if (error instanceof EngineError && error.code === 'database-corrupt' && wantsRebuild(error.message)) {
      run(true).catch(fail)
    } else fail(error)
  })
} else app.quit()
