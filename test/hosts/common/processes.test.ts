import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { WorkerProcess } from '../../../src/main/engine/workers/start-worker.ts'
import { nodeWorkers } from '../../../src/main/hosts/common/processes.ts'

/** A real process that runs this TypeScript. */
function started(source: string): {
  worker: WorkerProcess
  exit: Promise<[number | null, string | null]>
  messages: unknown[]
} {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-'))
  writeFileSync(join(folder, 'worker.ts'), source)
  const worker = nodeWorkers({ encoder: join(folder, 'worker.ts'), trainer: '' })('encoder')
  const messages: unknown[] = []
  worker.onMessage(message => messages.push(message))
  const exit = new Promise<[number | null, string | null]>(resolve =>
    worker.onExit((code, signal) => resolve([code, signal]))
  )
  onTestFinished(async () => {
    worker.kill()
    await exit
    rmSync(folder, { recursive: true, force: true })
  })
  return { worker, exit, messages }
}

const echo =
  "process.on('message', (message: unknown) => process.send!(message)); console.log('noise that nobody wants')"

test('structured values go there and back, bytes and all', async () => {
  const { worker, messages } = started(echo)
  const value = {
    text: 'ü',
    bytes: Uint8Array.of(1, 2, 3),
    vector: Float32Array.of(0.5),
    map: new Map([[1, 'one']]),
    nothing: undefined
  }
  worker.post(value)
  await expect.poll(() => messages).toHaveLength(1)
  expect(messages[0]).toEqual(value)
  expect((messages[0] as typeof value).vector).toBeInstanceOf(Float32Array)
  expect(worker.pid).toBeGreaterThan(0)
})

test('every worker is told that ONNX Runtime’s telemetry is off, whatever the shell says', async () => {
  vi.stubEnv('ORT_DISABLE_TELEMETRY', '0')
  onTestFinished(() => void vi.unstubAllEnvs())
  const { messages } = started('process.send!(process.env.ORT_DISABLE_TELEMETRY)')
  await expect.poll(() => messages).toEqual(['1'])
})

test('messages that are posted before the process is up are not lost, and keep their order', async () => {
  const { worker, messages } = started(echo)
  for (let i = 0; i < 200; i++) worker.post(i)
  await expect.poll(() => messages).toHaveLength(200)
  expect(messages).toEqual(Array.from({ length: 200 }, (_, i) => i))
})

test('a crash is told with its code and its last words, of which the end is kept', async () => {
  const { worker, exit } = started("process.stderr.write('x'.repeat(10_000) + 'the reason', () => process.exit(7))")
  expect(await exit).toEqual([7, null])
  expect(worker.lastWords()).toHaveLength(4096)
  expect(worker.lastWords()).toMatch(/the reason$/)
})

test('a process that hangs can be killed, and whoever asks late still hears of it', async () => {
  const { worker, exit, messages } = started("process.on('SIGTERM', () => undefined); process.send!('up'); for (;;) ;")
  await expect.poll(() => messages).toEqual(['up'])
  worker.kill()
  expect(await exit).toEqual([null, 'SIGKILL'])
  expect(await new Promise(resolve => worker.onExit((_code, signal) => resolve(signal)))).toBe('SIGKILL')
})

test('posting to a process that is gone does no harm', async () => {
  const { worker, exit } = started('process.exit(0)')
  await exit
  expect(() => worker.post('too late')).not.toThrow()
})

test('a worker that does not exist ends at once, and says why', async () => {
  const worker = nodeWorkers({ encoder: join(tmpdir(), 'no-such-worker.js'), trainer: '' })('encoder')
  const code = await new Promise(resolve => worker.onExit(resolve))
  expect(code).toBe(1)
  expect(worker.lastWords()).toContain('no-such-worker.js')
})
