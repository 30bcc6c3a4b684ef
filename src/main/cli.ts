import { homedir } from 'node:os'
import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { openEngine } from './engine/engine.ts'
import { openPairTools } from './engine/jobs/pair-tools.ts'
import { EncoderProcess } from './engine/workers/encoder-process.ts'
import { runCommandLine } from './hosts/command-line.ts'
import { appPaths, defaultDataFolder } from './hosts/paths.ts'
import { nodeWorkers } from './hosts/processes.ts'
import { serveWeb } from './web.ts'

const paths = appPaths(import.meta.filename)
const { version } = JSON.parse(readFileSync(join(paths.root, 'package.json'), 'utf8')) as { version: string }
const startWorker = nodeWorkers(paths.workers)
const dataFolder = (data: string | undefined): string =>
  data ?? defaultDataFolder({ platform: process.platform, environment: process.env, home: homedir() })

process.exitCode = await runCommandLine(process.argv.slice(2), {
  version,
  out: process.stdout,
  err: process.stderr,
  openEngine: ({ data, models }) =>
    openEngine({
      dataFolder: dataFolder(data),
      resourcesFolder: paths.resources,
      modelFolders: models === undefined ? [] : [models],
      startWorker
    }),
  openPairTools: (pack, { data, models }) =>
    openPairTools(
      pack,
      [...(models === undefined ? [] : [models]), join(dataFolder(data), 'models'), join(paths.resources, 'models')],
      new EncoderProcess(startWorker, 1)
    ),
  serve: options => serveWeb(options)
})
