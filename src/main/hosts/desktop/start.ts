import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { findDesktopBinary, obtainDesktopBinary } from './desktop-binary.ts'
import { listenForEnd, type Ending } from '../common/ending.ts'
import { exitCodeOf } from '../common/exit-codes.ts'
import { appPaths } from '../common/paths.ts'

/** About 120 MB; a slow line needs a while, and a dead one answers at once. */
const downloadLimitMs = 180_000
/** Whoever waits longer wants to know for what. */
const noticeAfterMs = 3000
/** A desktop program that ends with an error this soon never showed a window. */
const startLimitMs = 8000

interface Options {
  readonly data: string | undefined
  readonly models: string | undefined
  readonly rebuild: boolean
  readonly port: number
  readonly open: boolean
}

async function start(): Promise<void> {
  const { values } = parseArgs({
    options: {
      web: { type: 'boolean', default: false },
      open: { type: 'boolean', default: true },
      port: { type: 'string', default: '0' },
      data: { type: 'string' },
      models: { type: 'string' },
      rebuild: { type: 'boolean', default: false }
    },
    allowNegative: true
  })
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) fail('--port wants a number from 0 to 65535.')
  const options: Options = {
    data: values.data,
    models: values.models,
    rebuild: values.rebuild,
    port: Number(values.port),
    open: values.open
  }

  const ending = listenForEnd()
  const why = values.web ? null : await startDesktop(options, ending)
  if (why === undefined) return
  if (why !== null) console.log(`No window, because ${why}; the same app opens as a page in the browser.`)
  // Loaded only now: behind a window the native parts of the engine would be loaded for nothing.
  const { serveWeb } = await import('../web/serve-page.ts')
  await serveWeb(options, ending)
}

/** Runs the desktop app to its end. @returns why it could not be shown; undefined when it was */
async function startDesktop(options: Options, ending: Ending): Promise<string | undefined> {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'this machine has no display'
  const paths = appPaths(import.meta.filename)
  let binary = findDesktopBinary(paths.root, process.env)
  if ('missing' in binary) {
    const notice = setTimeout(() => console.log('Getting Electron, once (about 120 MB) …'), noticeAfterMs)
    binary = await obtainDesktopBinary(paths.root, process.env, downloadLimitMs)
    clearTimeout(notice)
  }
  if ('missing' in binary) return binary.missing

  const given = (['data', 'models'] as const).flatMap(name =>
    options[name] === undefined ? [] : [`--${name}`, options[name]]
  )
  const startedMs = performance.now()
  if (options.rebuild) given.push('--rebuild')
  const child = spawn(binary.path, [paths.desktopEntry, ...given], { stdio: 'inherit' })
  // What the terminal told us, it told the window's process as well; being told to end twice does it no harm.
  ending.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  process.once('exit', () => child.kill('SIGKILL'))
  const ended = await new Promise<string>(resolve => {
    child.once('error', error => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? (code === 0 ? '' : `exit code ${code ?? 'unknown'}`)))
  })
  if (ended !== '' && !ending.signal.aborted && performance.now() - startedMs < startLimitMs)
    return `Electron could not start (${ended})`
  return undefined
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}

start().catch((error: unknown) => {
  const isOurs = error instanceof Error && (error.name === 'EngineError' || 'code' in error)
  console.error(isOurs ? error.message : error)
  if (isOurs && 'code' in error && error.code === 'database-corrupt') console.error('To do so: npm start -- --rebuild')
  process.exitCode = exitCodeOf(error)
})
