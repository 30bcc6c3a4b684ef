import { once } from 'node:events'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openEngine, type Engine } from '../../engine/engine.ts'
import { EngineError } from '../../../shared/errors.ts'
import { appVersion } from '../common/app-version.ts'
import { DoorFolder } from './door-folder.ts'
import { listenForEnd, type Ending } from '../common/ending.ts'
import { serveHttp, type HttpHost } from './http.ts'
import { freshHost, freshPort, originOf, usualHost, type LoopbackAddress } from './loopback.ts'
import { openBrowser } from './open-browser.ts'
import { appPaths, defaultDataFolder } from '../common/paths.ts'
import { keepFilesPrivate } from '../common/private-files.ts'
import { nodeWorkers } from '../common/processes.ts'
import { findRunning } from './running-web.ts'

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

/** The same engine and page on this machine's own network. Prints the address; `close` ends all of it. */
async function startWeb(options: WebOptions): Promise<{ close(): Promise<void> }> {
  keepFilesPrivate()
  const paths = appPaths(import.meta.filename)
  const surroundings = { platform: process.platform, environment: process.env, home: homedir() }
  const dataFolder = options.data ?? defaultDataFolder(surroundings)
  const engine = await openEngine({
    dataFolder,
    surroundings,
    resourcesFolder: paths.resources,
    ...(options.models === undefined ? {} : { modelFolders: [options.models] }),
    startWorker: nodeWorkers(paths.workers),
    checkpointer: paths.checkpointer,
    version: appVersion(paths.root),
    watch: true,
    rebuild: options.rebuild === true
  })
  const host = await serveDoor(engine, dataFolder, options.port ?? 0, paths.renderer).catch(async (error: unknown) => {
    await engine.close()
    throw error
  })
  console.log(`Reverie is at ${host.origin}/`)
  if (options.port !== undefined && options.port !== 0)
    console.log(`For a tunnel also at ${originOf({ host: usualHost, port: options.port })}/`)
  // A log is read by more people than a terminal.
  if (process.stdout.isTTY) console.log(`Open it, once, within ten minutes: ${host.newTicket(false).address}`)
  console.log(`Another tab or browser, at any time: npm run -s reverie -- open${dataOption(options.data)}`)
  if (options.open) {
    const { address, file } = host.newTicket(true)
    openBrowser(file === null ? address : pathToFileURL(file).href)
  }
  return {
    async close() {
      await host.close()
      await engine.close()
    }
  }
}

/** At an address of its own, and at those that it had where they are free, so that a page which stayed open goes on. */
async function serveDoor(engine: Engine, dataFolder: string, port: number, rendererFolder: string): Promise<HttpHost> {
  const doorFolder = DoorFolder.open(dataFolder)
  // Another one that runs there stays the one that `reverie open` finds.
  const isOnly = (await findRunning(dataFolder)) === null
  const former = isOnly ? doorFolder.addresses() : []
  const host = await listenAfresh(port, former, address => {
    const fresh = originOf(address)
    const known = new Set([fresh])
    return serveHttp(engine, {
      address,
      // Known beforehand, for the end of a tunnel.
      further: port === 0 || address.host === usualHost ? [] : [{ host: usualHost, port }],
      former: former.filter(one => one.host !== usualHost || one.port !== port),
      rendererFolder,
      doorFolder,
      onPage(origin) {
        if (isOnly && !known.has(origin)) doorFolder.remember([fresh, origin])
        known.add(origin)
      }
    })
  })
  if (isOnly) {
    // Of a host that was killed; their tickets died with it.
    doorFolder.removeTicketFiles()
    doorFolder.remember([host.origin])
  }
  return host
}

/** See [Note: another address for each start]. @param port  any free one when 0 */
async function listenAfresh(
  port: number,
  former: readonly LoopbackAddress[],
  serve: (address: LoopbackAddress) => Promise<HttpHost>
): Promise<HttpHost> {
  let host = freshHost()
  for (let triesLeft = 20; ; triesLeft--) {
    const address = { host, port: port === 0 ? freshPort() : port }
    if (port === 0 && former.some(one => one.port === address.port)) continue
    try {
      return await serve(address)
    } catch (error) {
      const reason = error instanceof EngineError ? error.detail.reason : null
      if (reason === 'EADDRNOTAVAIL' && host !== usualHost) host = usualHost
      else if (reason !== 'EADDRINUSE' || port !== 0 || triesLeft === 0) throw error
    }
  }
}

/** As it is to be typed. */
function dataOption(folder: string | undefined): string {
  if (folder === undefined) return ''
  const path = resolve(folder)
  return ` --data ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`}`
}

/** Serves until the process is asked to end: by Ctrl-C, a service manager, or a terminal that is closed. Asked again it does not wait. */
export async function serveWeb(options: WebOptions, { signal }: Ending = listenForEnd()): Promise<void> {
  const web = await startWeb(options)
  if (!signal.aborted) await once(signal, 'abort')
  await web.close()
}
