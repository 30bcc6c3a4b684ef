import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findDesktopBinary } from '../../../src/main/hosts/desktop/desktop-binary.ts'
import type { DrawnLibrary } from '../../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../../tools/drawn-pack.ts'
import { startCommand, type StartedCommand } from '../../tools/started-command.ts'
import { buildKernels } from '../../tools/build-kernels.ts'
import { indexedLibrary } from '../../tools/indexed-library.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let models: string

beforeAll(async () => {
  await buildKernels()
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'indexed'))
  models = await buildDrawnPack(join(folder, 'models'))
})

let folders = 0
const newData = (): string => join(folder, `data ${folders++}`)

function reverie(argv: readonly string[], options: Parameters<typeof startCommand>[1] = {}): StartedCommand {
  const started = startCommand(argv, options)
  onTestFinished(() => void started.child.kill('SIGKILL'))
  return started
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A library that is indexed, so that commands have something to print. */
async function indexed(data: string): Promise<void> {
  await cp(join(folder, 'indexed'), data, { recursive: true })
}

describe.skipIf(process.platform === 'win32')('a command that is asked to end', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s cancels the job, closes the library, leaves no process behind, and is what the exit code says',
    async signal => {
      const data = newData()
      const command = reverie(['index', library.folder, '--data', data, '--models', models])
      await command.gate.release(40)
      // Files are under way, and wait at the gate.
      await expect.poll(async () => (await command.gate.passed()).answered).toBe(40)
      const { pids } = await command.gate.passed()
      expect(pids.length).toBeGreaterThan(0)
      command.child.kill(signal)

      expect(await command.ended).toBe(128 + constants.signals[signal])
      expect(command.err()).toContain('Cancelled. What was indexed so far is kept; run it again to go on.')
      expect(pids.filter(isRunning)).toEqual([])
      // Closed in order: the log has gone into the database.
      expect(existsSync(join(data, 'reverie.db-wal'))).toBe(false)

      const again = reverie(['index', '--data', data, '--models', models, '--json'])
      await again.gate.open()
      expect(await again.ended).toBe(0)
      expect(JSON.parse(again.out())).toMatchObject({ ...library.expected, waiting: 0 })
    }
  )

  test('one that has nothing to cancel ends as well', async () => {
    const data = newData()
    await indexed(data)
    // The pack is opened by a process that is stopped: the question would wait for ever.
    const command = reverie(['search', 'a blue boat', '--data', data, '--models', models])
    await expect.poll(async () => (await command.gate.passed()).pids.length).toBe(1)
    const { pids } = await command.gate.passed()
    process.kill(pids[0]!, 'SIGSTOP')
    command.child.kill('SIGTERM')
    expect(await command.ended).toBe(143)
    expect(pids.filter(isRunning)).toEqual([])
    expect(command.err()).not.toMatch(/\n {4}at /)
  })

  test('the second time it does not wait', async () => {
    const program = join(folder, 'never-closes.ts')
    const ending = JSON.stringify(new URL('../../../src/main/hosts/common/ending.ts', import.meta.url).href)
    writeFileSync(
      program,
      `const { interruptible, listenForEnd } = await import(${ending})
       setInterval(() => undefined, 1000)
       const forEver = () => new Promise(() => undefined)
       const cancel = () => { console.log('cancelling'); return forEver() }
       const working = interruptible(listenForEnd(), forEver, { cancel, close: forEver })
       console.log('working')
       await working`
    )
    const { spawn } = await import('node:child_process')
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const ended = new Promise(resolve => child.once('exit', resolve))
    await expect.poll(() => said).toContain('working')
    child.kill('SIGTERM')
    await expect.poll(() => said).toContain('cancelling')
    child.kill('SIGHUP')
    expect(await ended).toBe(129)
  })

  test.each([
    ['cli', ['serve', '--no-open']],
    ['start', ['--web', '--no-open']]
  ] as const)('the page that %s serves ends with its terminal, in order', async (program, argv) => {
    const data = newData()
    const command = reverie([...argv, '--data', data, '--models', models], { program })
    await expect.poll(() => command.out()).toContain('Reverie is at ')
    const { pids } = await command.gate.passed()
    command.child.kill('SIGHUP')
    expect(await command.ended).toBe(0)
    expect(pids.filter(isRunning)).toEqual([])
    expect(existsSync(join(data, 'reverie.db-wal'))).toBe(false)
  })

  test.each(['SIGTERM', 'SIGHUP'] as const)('%s closes the window, and no page is served instead', async signal => {
    const electron = join(folder, `electron of ${signal}`)
    mkdirSync(electron, { recursive: true })
    const environment = { ELECTRON_OVERRIDE_DIST_PATH: electron, DISPLAY: ':99' }
    const found = findDesktopBinary(process.cwd(), environment)
    const program = 'path' in found ? found.path : found.missing.replace(/^there is no Electron at (.*) \(.*$/, '$1')
    mkdirSync(join(program, '..'), { recursive: true })
    // A window that closes when it is told to, in its own time, with a code of its own.
    writeFileSync(
      program,
      `#!/bin/sh\ntrap 'echo closed > "${electron}/closed"; exit 3' TERM\necho up\nwhile :; do sleep 0.05; done\n`
    )
    chmodSync(program, 0o755)
    const command = reverie(['--data', newData()], { program: 'start', env: environment })
    await expect.poll(() => command.out()).toContain('up')
    command.child.kill(signal)
    expect(await command.ended).toBe(0)
    expect(readFileSync(join(electron, 'closed'), 'utf8')).toBe('closed\n')
    expect(command.out()).not.toContain('Reverie is at')
  })
})

describe('output that nobody reads', () => {
  test('a reader that has gone ends the command quietly, with everything closed', async () => {
    const data = newData()
    await indexed(data)
    const command = reverie(['status', '--json', '--data', data, '--models', models])
    command.child.stdout!.destroy()
    expect(await command.ended).toBe(141)
    expect(command.err()).toBe('')
    expect(existsSync(join(data, 'reverie.db-wal'))).toBe(false)
  })

  test('a file that is full is said, with code 8', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('this system has no /dev/full')
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const command = reverie(['settings', '--json', '--data', newData(), '--models', models], { output: full })
    expect(await command.ended).toBe(8)
    expect(command.err()).toMatch(/^The output is cut off: The disk.* is full/)
    expect(command.err()).not.toMatch(/\n {4}at /)
  })

  test('complaints that nobody reads change nothing: the work is done, and the exit code says how', async () => {
    const data = newData()
    const command = reverie(['index', library.folder, join(folder, 'nowhere'), '--data', data, '--models', models])
    command.child.stderr!.destroy()
    expect(await command.ended).toBe(3)
  })
})

test('a change of the encoder’s threads ends, with the process that was replaced', async () => {
  const data = newData()
  const command = reverie(['settings', 'encoderThreads=2', '--data', data, '--models', models])
  expect(await command.ended).toBe(0)
  expect(command.out()).toContain('encoderThreads=2')
})
