import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gateOf, gateProgram, type Gate } from './gate.ts'

/** @returns the path of a built program: its source takes twice as long to start, and is what the build is made of. */
export function builtProgram(name: 'cli' | 'start'): string {
  const program = resolve(import.meta.dirname, `../../out/main/${name}.js`)
  if (!existsSync(program)) throw new Error('There is no build to test: run npm run build first (npm test does).')
  return program
}

export interface StartedCommand {
  readonly child: ChildProcess
  readonly gate: Gate
  /** What was printed so far. */
  out(): string
  err(): string
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** One of the app's programs as it was built, in a process of its own behind a gate that is closed. */
export function startCommand(
  argv: readonly string[],
  {
    program = 'cli',
    env = {},
    output = 'pipe'
  }: {
    readonly program?: 'cli' | 'start'
    readonly env?: NodeJS.ProcessEnv
    /** An open file instead. */
    readonly output?: 'pipe' | number
  } = {}
): StartedCommand {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      ...['--import', pathToFileURL(gateProgram).href],
      ...[builtProgram(program), ...argv]
    ],
    { stdio: ['ignore', output, 'pipe', 'ipc'], env: { ...process.env, ...env } }
  )
  const said = { out: '', err: '' }
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  return {
    child,
    gate: gateOf(child),
    out: () => said.out,
    err: () => said.err,
    ended: new Promise(done => child.once('close', (code, signal) => done(code ?? signal)))
  }
}
