/**
 * Runs the small program on the device that the first argument names, and writes what it told and kept to stdout (v8, base64).
 * A process of its own, because a driver that fails ends it.
 */
import { serialize } from 'node:v8'
import type { Device } from '../../../src/shared/learning.ts'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import type { SessionState, Values } from '../../../src/main/engine/stages/train/step.ts'
import { smallBatch, smallProgram } from './small-program.ts'

export interface Outcome {
  readonly told: readonly Values[]
  readonly state: SessionState
}

const rounds = 8
const [device] = process.argv.slice(2)
const session = await openOnnxSession(smallProgram(1), { device: device as Device, threads: 1 })
const told: Values[] = []
for (let round = 1; round <= rounds; round++) {
  const batch = smallBatch(round)
  const rows = await session.run('represent', batch, 0)
  told.push(rows, await session.run('discriminate', { ...batch, ...rows }, 1e-3))
  told.push(await session.run('project', batch, 5e-3))
  // From the device and back to it, as at a checkpoint.
  if (round === rounds / 2) await session.write(await session.read())
}
const outcome: Outcome = { told, state: await session.read() }
await session.close()
process.stdout.write(serialize(outcome).toString('base64'))
