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
  const devices = new Devices({ trainer, settings: kept, version: '1' })
  const statuses = await devices.all()
  const { on } = kept.get('devices') as { readonly on: string }
  kept.set('devices', { on, statuses: statuses.filter(({ device }) => device !== 'cuda') })
  await expect(devices.choose('cuda')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('nor @tensorflow/tfjs-node-gpu is installed') as string
  })
})
