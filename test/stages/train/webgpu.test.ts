import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deserialize } from 'node:v8'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Device, DeviceStatus } from '../../../src/shared/learning.ts'
import type { Values } from '../../../src/main/engine/stages/train/step.ts'
import { TrainerProcess } from '../../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../../src/main/hosts/common/processes.ts'
import { noGpu, softwareGpu, type Environment } from '../../tools/software-gpu.ts'
import { sourceWorkers } from '../../tools/source-workers.ts'
import type { Outcome } from './run-small-program.ts'

afterEach(() => vi.unstubAllEnvs())

async function runSmallProgram(device: Device, environment: Environment = {}): Promise<Outcome> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'run-small-program.ts'), device],
    { env: { ...process.env, ...environment }, maxBuffer: 2 ** 24 }
  )
  return deserialize(Buffer.from(stdout, 'base64')) as Outcome
}

const patienceMs = 230_000

/** As the engine does it: in a trainer process, which takes its environment from this one. */
async function testIn(environment: Environment): Promise<DeviceStatus> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const trainer = new TrainerProcess(nodeWorkers(sourceWorkers))
  try {
    // A graphics card played in software is slow, and so is a machine that has much else to do: how long it takes is not tested.
    return await trainer.testDevice('webgpu', undefined, patienceMs)
  } finally {
    trainer.close()
  }
}

/** Relative to values above one. */
function largestDifference(found: Values, right: Values): number {
  expect(Object.keys(found)).toEqual(Object.keys(right))
  return Math.max(
    0,
    ...Object.entries(right).flatMap(([name, values]) =>
      [...values].map((value, i) => Math.abs((found[name]?.[i] ?? Number.NaN) - value) / Math.max(1, Math.abs(value)))
    )
  )
}

/**
 * Float32 keeps seven digits and either device adds up in an order of its own: seen are differences of 1e-6. A wrong sign, a lost
 * update or a stale buffer moves a weight by the learning rate, 5e-3.
 */
const tolerance = 2e-5

const gpu = softwareGpu()
const name = 'WebGPU on a graphics card played in software'
if (gpu === null) {
  console.log(`skipped: ${name} (needs Linux and a Chromium that brings SwiftShader)`)
  describe.skip(name, () => {
    test('needs a Chromium that brings SwiftShader', () => undefined)
  })
} else {
  describe(name, () => {
    test('tells and keeps what the CPU does, with words, labels and both adversaries, and over a checkpoint', async () => {
      const [cpu, webgpu] = [await runSmallProgram('cpu'), await runSmallProgram('webgpu', gpu)]
      expect(webgpu.told).toHaveLength(cpu.told.length)
      cpu.told.forEach((told, i) => expect(largestDifference(webgpu.told[i]!, told)).toBeLessThan(tolerance))
      for (const part of ['weights', 'averages', 'first', 'second'] as const)
        expect(largestDifference(webgpu.state[part], cpu.state[part]), part).toBeLessThan(tolerance)
      expect(webgpu.state.runs).toEqual(cpu.state.runs)
    })

    test('passes the test of a device, and is told to be slower than the CPU', async () => {
      const status = await testIn(gpu)
      expect(status).toMatchObject({
        device: 'webgpu',
        isUsable: true,
        message: expect.stringMatching(/^Computes what the CPU does, but takes [\d.]+ times as long\.$/) as string
      })
      expect(status.stepsPerSecond).toBeGreaterThan(0)
    })
  })
}

test('without a graphics card WebGPU is of no use, and a sentence says why', async context => {
  context.skip(process.platform !== 'linux', 'elsewhere a graphics card cannot be hidden from a process')
  expect(await testIn(noGpu)).toEqual({
    device: 'webgpu',
    isUsable: false,
    message: 'No graphics card was found that WebGPU can use here.',
    stepsPerSecond: null
  })
})
