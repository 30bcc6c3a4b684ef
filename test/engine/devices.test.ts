import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { DeviceStatus } from '../../src/shared/learning.ts'
import { Devices, fastest } from '../../src/main/engine/features/learning/devices.ts'
import { cudaExecutor } from '../../src/main/engine/stages/train/executors/cuda.ts'
import type { SettingRows } from '../../src/main/engine/store/store.ts'
import { TrainerProcess } from '../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const tested = join(temporaryFolder(), 'tested')
process.env.REVERIE_TESTED = tested
const trainer = new TrainerProcess(
  nodeWorkers({ encoder: '', trainer: resolve(import.meta.dirname, '../workers/moody-trainer.ts') })
)
afterEach(() => writeFileSync(tested, ''))

function settings(): SettingRows {
  const rows = new Map<string, unknown>()
  return { get: name => rows.get(name), set: (name, value) => void rows.set(name, value) }
}

const status = (device: DeviceStatus['device'], stepsPerSecond: number | null, isUsable = true): DeviceStatus => ({
  device,
  isUsable,
  message: '',
  stepsPerSecond
})

test.each([
  ['the CPU where there is nothing else', [status('cpu', 10)], 'cpu'],
  ['the CPU when the other is hardly faster', [status('cpu', 10), status('webgpu', 11.9)], 'cpu'],
  ['the fastest of those that are', [status('cpu', 10), status('webgpu', 20), status('cuda', 40)], 'cuda'],
  ['none that computes something else', [status('cpu', 10), status('webgpu', 90, false)], 'cpu']
])('by itself it takes %s', (_, statuses, device) => {
  expect(fastest(statuses)).toBe(device)
})

test('each device is tried once for an app and a platform, and one that takes its process down is not usable', async () => {
  const kept = settings()
  const devices = new Devices({ trainer, settings: kept, version: '1' })
  const [statuses, again] = await Promise.all([devices.all(), devices.all()])
  expect(statuses.map(({ device, isUsable }) => [device, isUsable])).toEqual([
    ['cpu', true],
    ['webgpu', true],
    ['cuda', false],
    ['dml', false]
  ])
  expect(again).toBe(statuses)
  expect(await new Devices({ trainer, settings: kept, version: '1' }).choose('auto')).toBe('cpu')
  expect(readFileSync(tested, 'utf8')).toBe('cpuwebgpucudadml')
  await new Devices({ trainer, settings: kept, version: '2' }).all()
  expect(readFileSync(tested, 'utf8')).toBe('cpuwebgpucudadml'.repeat(2))
})

test('results hold for these cards and drivers and for a month, and each device is tested again when asked', async () => {
  const kept = settings()
  let [nowMs, cards] = [1e12, 'a card']
  const all = (isAnew = false) =>
    new Devices({
      trainer,
      settings: kept,
      version: '1',
      nowMs: () => nowMs,
      graphicsKey: () => Promise.resolve(cards)
    })
      .all(isAnew)
      .then(() => readFileSync(tested, 'utf8').length / 'cpuwebgpucudadml'.length)
  expect([await all(), await all()]).toEqual([1, 1])
  nowMs += 29 * 86_400_000
  expect(await all()).toBe(1)
  nowMs += 86_400_000
  expect([await all(), await all()]).toEqual([2, 2])
  cards = 'another card'
  expect([await all(), await all()]).toEqual([3, 3])
  expect(await all(true)).toBe(4)
  // Put back, a clock says nothing of when the tests were.
  nowMs -= 1
  expect(await all()).toBe(5)
})

test('a test that took too long says nothing: it is made again at the next start, the others are not', async () => {
  const kept = settings()
  const first = new Devices({ trainer, settings: kept, version: '1' })
  await first.all()
  const { statuses, ...rest } = kept.get('devices') as { readonly statuses: readonly DeviceStatus[] }
  const late = statuses.map(one => (one.device === 'webgpu' ? { ...one, isUsable: false, isUndecided: true } : one))
  kept.set('devices', { ...rest, statuses: late })
  writeFileSync(tested, '')
  const next = new Devices({ trainer, settings: kept, version: '1' })
  expect((await next.all()).map(({ isUsable }) => isUsable)).toEqual([true, true, false, false])
  await next.all()
  expect(readFileSync(tested, 'utf8')).toBe('webgpu')
})

test('a device that ended a training is used again once it passes its test again', async () => {
  const devices = new Devices({ trainer, settings: settings(), version: '1' })
  await devices.distrust('webgpu', 'SIGSEGV')
  await expect(devices.choose('webgpu')).rejects.toMatchObject({ code: 'bad-input' })
  await devices.all(true)
  expect(await devices.choose('webgpu')).toBe('webgpu')
})

test('a device that cannot be used is refused with its reason; the CPU needs no test', async () => {
  const devices = new Devices({ trainer, settings: settings(), version: '1' })
  expect(await devices.choose('cpu')).toBe('cpu')
  expect(readFileSync(tested, 'utf8')).toBe('')
  expect(await devices.choose('webgpu')).toBe('webgpu')
  await expect(devices.choose('cuda')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('driver ended the test') as string
  })
  await expect(devices.choose('coreml')).rejects.toMatchObject({
    message: expect.stringContaining('this platform has none') as string
  })
  await devices.distrust('webgpu', 'SIGSEGV')
  await expect(devices.choose('webgpu')).rejects.toMatchObject({
    message: expect.stringContaining('It ended a training (SIGSEGV)') as string
  })
})

test('CUDA is refused on Linux with what a person can install for it', async context => {
  context.skip(process.platform !== 'linux', 'Linux alone has CUDA as a library of its own')
  context.skip(cudaExecutor() !== null, 'a library for CUDA is installed')
  const kept = settings()
  const statuses = await new Devices({ trainer, settings: kept, version: '1' }).all()
  const remembered = kept.get('devices') as object
  kept.set('devices', { ...remembered, statuses: statuses.filter(({ device }) => device !== 'cuda') })
  await expect(new Devices({ trainer, settings: kept, version: '1' }).choose('cuda')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('nor @tensorflow/tfjs-node-gpu is installed') as string
  })
})
