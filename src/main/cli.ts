import { homedir } from 'node:os'
import { fitPaper, openEngine, openPack, type EngineOptions } from './engine/engine.ts'
import { appVersion } from './hosts/app-version.ts'
import { runCommandLine } from './hosts/command-line.ts'
import { appPaths, defaultDataFolder } from './hosts/paths.ts'
import { askOnTerminal } from './hosts/ask.ts'
import { nodeWorkers } from './hosts/processes.ts'
import { serveWeb } from './web.ts'

const paths = appPaths(import.meta.filename)
const version = appVersion(paths.root)
const startWorker = nodeWorkers(paths.workers)

interface Given {
  readonly data: string | undefined
  readonly models: string | undefined
  readonly rebuild?: boolean
}

const engineOptions = ({ data, models, rebuild = false }: Given): EngineOptions => ({
  dataFolder: data ?? defaultDataFolder({ platform: process.platform, environment: process.env, home: homedir() }),
  resourcesFolder: paths.resources,
  modelFolders: models === undefined ? [] : [models],
  startWorker,
  version,
  rebuild
})

process.exitCode = await runCommandLine(process.argv.slice(2), {
  version,
  out: process.stdout,
  err: process.stderr,
  ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : null,
  openEngine: options => openEngine(engineOptions(options)),
  openPairTools: (pack, options) => openPack(pack, engineOptions(options)),
  fitPaper: (folder, seed, onProgress) => fitPaper(folder, seed, { startWorker }, onProgress),
  serve: options => serveWeb(options)
})
