import { homedir } from 'node:os'
import { fitPaper, openEngine, openPack, type EngineOptions } from '../../engine/engine.ts'
import { appVersion } from '../common/app-version.ts'
import { runCommandLine } from './command-line.ts'
import { listenForEnd } from '../common/ending.ts'
import { appPaths, defaultDataFolder } from '../common/paths.ts'
import { askOnTerminal } from './ask.ts'
import { openBrowser } from '../web/open-browser.ts'
import { keepFilesPrivate } from '../common/private-files.ts'
import { nodeWorkers } from '../common/processes.ts'
import { findRunning, notRunning } from '../web/running-web.ts'
import { serveWeb } from '../web/serve-page.ts'

keepFilesPrivate()
const paths = appPaths(import.meta.filename)
const version = appVersion(paths.root)
const ending = listenForEnd(process.stdout)
const startWorker = nodeWorkers(paths.workers)
const surroundings = { platform: process.platform, environment: process.env, home: homedir() }

interface Given {
  readonly data: string | undefined
  readonly models: string | undefined
  readonly rebuild?: boolean
}

const dataFolderOf = (data: string | undefined): string => data ?? defaultDataFolder(surroundings)

const engineOptions = ({ data, models, rebuild = false }: Given): EngineOptions => ({
  dataFolder: dataFolderOf(data),
  surroundings,
  resourcesFolder: paths.resources,
  modelFolders: models === undefined ? [] : [models],
  startWorker,
  checkpointer: paths.checkpointer,
  version,
  rebuild
})

const exitCode = await runCommandLine(process.argv.slice(2), {
  version,
  out: process.stdout,
  err: process.stderr,
  ending,
  ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
  openEngine: options => openEngine(engineOptions(options)),
  openPairTools: (pack, options) => openPack(pack, engineOptions(options)),
  fitPaper: (folder, seed, onProgress, signal) => fitPaper(folder, seed, { startWorker }, onProgress, signal),
  serve: options => serveWeb(options, ending),
  openBrowser,
  async findRunning({ data }) {
    const dataFolder = dataFolderOf(data)
    const running = await findRunning(dataFolder)
    if (running === null) throw notRunning(dataFolder)
    return running
  }
})
// Asked to end, and everything is closed: a question that waits for its answer is waited for no longer.
if (ending.signal.aborted) process.exit(exitCode)
process.exitCode ??= exitCode
