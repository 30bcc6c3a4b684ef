import { once } from 'node:events'
import { homedir } from 'node:os'
import { openEngine } from './engine/engine.ts'
import { appVersion } from './hosts/app-version.ts'
import { listenForEnd, type Ending } from './hosts/ending.ts'
import { serveHttp } from './hosts/http.ts'
import { openBrowser } from './hosts/open-browser.ts'
import { appPaths, defaultDataFolder } from './hosts/paths.ts'
import { nodeWorkers } from './hosts/processes.ts'

export interface WebOptions {
  /** The default folder of the platform when absent. */
  readonly data?: string | undefined
  /** Another folder with model packs. */
  readonly models?: string | undefined
  /** Whether a damaged database is set aside for a new one. */
  readonly rebuild?: boolean
  /** Any free one when absent or 0. */
  readonly port?: number | undefined
  /** Whether the person's browser is opened. */
  readonly open: boolean
}

/** The same engine and page on this machine's own address. Prints the address; `close` ends all of it. */
export async function startWeb(options: WebOptions): Promise<{ url: string; close(): Promise<void> }> {
  const paths = appPaths(import.meta.filename)
  const engine = await openEngine({
    dataFolder:
      options.data ?? defaultDataFolder({ platform: process.platform, environment: process.env, home: homedir() }),
    resourcesFolder: paths.resources,
    ...(options.models === undefined ? {} : { modelFolders: [options.models] }),
    startWorker: nodeWorkers(paths.workers),
    version: appVersion(paths.root),
    watch: true,
    rebuild: options.rebuild === true
  })
  const host = await serveHttp(engine, { port: options.port ?? 0, rendererFolder: paths.renderer }).catch(
    async (error: unknown) => {
      await engine.close()
      throw error
    }
  )
  console.log(`Reverie is at ${host.url}`)
  if (options.open) openBrowser(host.url)
  return {
    url: host.url,
    async close() {
      await host.close()
      await engine.close()
    }
  }
}

/** Serves until the process is asked to end: by Ctrl-C, a service manager, or a terminal that is closed. Asked again it does not wait. */
export async function serveWeb(options: WebOptions, { signal }: Ending = listenForEnd()): Promise<void> {
  const web = await startWeb(options)
  if (!signal.aborted) await once(signal, 'abort')
  await web.close()
}
