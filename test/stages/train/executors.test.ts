import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import { cudaExecutor } from '../../../src/main/engine/stages/train/executors/cuda.ts'
import { openSession } from '../../../src/main/engine/stages/train/executors/open-session.ts'
import { loadNativeTensorflow } from '../../../src/main/engine/stages/train/executors/tensorflow-backend.ts'
import { openTensorflowSession } from '../../../src/main/engine/stages/train/executors/tensorflow-session.ts'
import { compile, tensorOf } from '../../../src/main/engine/stages/train/executors/onnxruntime.ts'
import { openOnnxSession } from '../../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { inOrder, nameOf, type Expr } from '../../../src/main/engine/stages/train/expression.ts'
import { gradients } from '../../../src/main/engine/stages/train/gradients.ts'
import type { Batch, Program, Session, SessionState, Values } from '../../../src/main/engine/stages/train/step.ts'
import { tensorflowOnWasm } from '../../tools/tensorflow-on-wasm.ts'
import { naive, naiveAll } from './naive.ts'
import { normals, randomGraph } from './random-graphs.ts'
import { smallBatch, smallProgram } from './small-program.ts'

const open: Readonly<Record<string, (program: Program) => Promise<Session>>> = {
  'ONNX Runtime': program => openOnnxSession(program, { device: 'cpu', threads: 1 }),
  'TensorFlow.js': async program => openTensorflowSession(program, await tensorflowOnWasm())
}
const opened: Session[] = []
const start = async (name: string, program: Program = smallProgram(1)): Promise<Session> => {
  const session = await open[name]!(program)
  opened.push(session)
  return session
}
afterAll(async () => {
  for (const session of opened) await session.close()
})

/** Both steps in turn, as SSAL's loop runs them. @returns what was told */
async function runSteps(session: Session, from: number, to: number): Promise<Values[]> {
  const told: Values[] = []
  for (let step = from; step <= to; step++) {
    const batch = smallBatch(step)
    const rows = await session.run('represent', batch, 0)
    told.push(rows, await session.run('discriminate', { ...batch, ...rows }, 1e-3))
    told.push(await session.run('project', batch, 5e-3))
  }
  return told
}

function expectClose(found: Values, right: Values, within: number): void {
  expect(Object.keys(found)).toEqual(Object.keys(right))
  for (const [name, values] of Object.entries(right))
    values.forEach((value, i) => {
      const off = Math.abs(found[name]![i]! - value)
      expect(off, `${name}[${i}]: ${found[name]![i]!} for ${value}`).toBeLessThanOrEqual(
        within * Math.max(1, Math.abs(value))
      )
    })
}

const parts = ['weights', 'averages', 'first', 'second'] as const

describe('ONNX Runtime and TensorFlow.js', () => {
  test('move the same program the same way and tell the same', async () => {
    const onnx = await start('ONNX Runtime')
    const tensorflow = await start('TensorFlow.js')
    const told = [await runSteps(onnx, 1, 6), await runSteps(tensorflow, 1, 6)] as const
    told[0].forEach((values, i) => expectClose(told[1][i]!, values, 2e-5))
    const [a, b] = [await onnx.read(), await tensorflow.read()]
    for (const part of parts) expectClose(b[part], a[part], 2e-5)
    expect(b.runs).toEqual(a.runs)
    expect(a.runs).toEqual({ represent: 6, discriminate: 6, project: 6 })
  })
})

describe.each(Object.keys(open))('%s', name => {
  test('moves what a step moves, averages what is averaged, and leaves the rest', async () => {
    const program = smallProgram(1)
    const session = await start(name, program)
    const before = await session.read()
    expect(before.averages).toEqual(
      Object.fromEntries(
        program.parameters
          .filter(({ isAveraged }) => isAveraged)
          .map(({ parameter, initial }) => [nameOf(parameter), initial])
      )
    )
    await session.run('project', smallBatch(1), 1e-3)
    await session.run('project', smallBatch(2), 1e-3)
    const after = await session.read()
    const moved = Object.keys(before.weights).filter(key => !isSame(before.weights[key]!, after.weights[key]!))
    expect(moved).toEqual(program.steps.project!.moves)
    expect(after.runs).toEqual({ represent: 0, discriminate: 0, project: 2 })
  })

  test('gives the same weights for the same seed, to the last bit, and others for another', async () => {
    const [one, same, other] = [await start(name), await start(name), await start(name, smallProgram(2))]
    for (const session of [one, same, other]) await runSteps(session, 1, 3)
    expect(await same.read()).toEqual(await one.read())
    expect(await other.read()).not.toEqual(await one.read())
  })

  test('goes on from a state that was read as if it had never stopped, to the last bit', async () => {
    const [whole, first, second] = [await start(name), await start(name), await start(name)]
    await runSteps(whole, 1, 6)
    await runSteps(first, 1, 3)
    // It has been elsewhere.
    await runSteps(second, 7, 8)
    const state = structuredClone(await first.read())
    await second.write(state)
    await runSteps(second, 4, 6)
    expect(await second.read()).toEqual(await whole.read())
    // What was written in is not what the session writes on.
    expect(state).toEqual(await first.read())
  })

  test('a state that was read stays as it was', async () => {
    const session = await start(name)
    await runSteps(session, 1, 2)
    const state = await session.read()
    const copy = structuredClone(state)
    const told = await session.run('project', smallBatch(3), 1e-2)
    const toldCopy = structuredClone(told)
    await runSteps(session, 4, 6)
    expect(state).toEqual(copy)
    expect(told).toEqual(toldCopy)
  })

  test('says which input a batch lacks, and which step there is none of', async () => {
    const session = await start(name)
    const without = Object.fromEntries(Object.entries(smallBatch(1)).filter(([key]) => key !== 'texts'))
    await expect(session.run('project', without, 1e-3)).rejects.toThrow('The batch has no texts.')
    await expect(session.run('jump', smallBatch(1), 1e-3)).rejects.toThrow('The program has no step jump.')
  })
})

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.every((value, i) => value === b[i])
}

describe('ONNX Runtime against the naive interpreter', () => {
  const onnx = async (outputs: Readonly<Record<string, Expr>>, given: Batch): Promise<Values> => {
    const graph = await compile(outputs, { device: 'cpu', threads: 1 })
    const shapes = new Map(
      inOrder(Object.values(outputs)).flatMap(one => ('name' in one ? [[one.name, one.shape]] : []))
    )
    const results = await graph.run(
      Object.fromEntries(graph.inputs.map(name => [name, tensorOf(given[name]!, shapes.get(name)!)]))
    )
    const values = Object.entries(results).map(([name, { data }]) => [name, Float32Array.from(data as Float32Array)])
    await graph.close()
    return Object.fromEntries(values) as Values
  }

  test('random graphs and their gradients', async () => {
    await fc.assert(
      fc.asyncProperty(randomGraph({ hasDetours: true }), async ({ loss, parameters, given }) => {
        const outputs = Object.fromEntries([loss, ...gradients(loss, parameters)].map((one, i) => [`out${i}`, one]))
        const right = naiveAll(Object.values(outputs), given)
        expectClose(
          await onnx(outputs, given),
          Object.fromEntries(Object.entries(outputs).map(([key, one]) => [key, Float32Array.from(right.get(one)!)])),
          1e-4
        )
      }),
      { numRuns: 60 }
    )
  })

  test('every loss of the small program, and its gradients', async () => {
    const program = smallProgram(1)
    const random = seededRandom(5)
    // Away from the start, where half of the gradients are zero.
    const weights = Object.fromEntries(
      program.parameters.map(({ parameter }) => [nameOf(parameter), normals(random, parameter.shape)])
    )
    const given = { ...smallBatch(1), ...weights }
    const { loss, reports, moves } = program.steps.project!
    const moved = program.parameters.map(({ parameter }) => parameter).filter(one => moves.includes(nameOf(one)))
    const found = gradients(loss, moved)
    const outputs = { ...reports, ...Object.fromEntries(moved.map((one, i) => [`d ${nameOf(one)}`, found[i]!])) }
    const right = Object.fromEntries(
      Object.entries(outputs).map(([key, one]) => [key, Float32Array.from(naive(one, given))])
    )
    expectClose(await onnx(outputs, given), right, 1e-4)
  })
})

describe('TensorFlow.js', () => {
  test('keeps no tensor of a step that is over, and none after it is closed', async () => {
    const { tf } = await tensorflowOnWasm()
    const before = tf.memory().numTensors
    const session = await open['TensorFlow.js']!(smallProgram(1))
    await runSteps(session, 1, 1)
    const during = tf.memory().numTensors
    await runSteps(session, 2, 5)
    const state: SessionState = await session.read()
    await session.write(state)
    expect(tf.memory().numTensors).toBe(during)
    await session.close()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('asked for where it is not installed, the native package is named', async () => {
    await expect(loadNativeTensorflow()).rejects.toThrow('@tensorflow/tfjs-node-gpu is not installed.')
  })

  test('CUDA asked for where nothing can run it is refused with what to install', async context => {
    context.skip(cudaExecutor() !== null, 'a library for CUDA is installed')
    await expect(openSession(smallProgram(1), { device: 'cuda', threads: 1 })).rejects.toThrow(
      /neither the CUDA library of ONNX Runtime nor @tensorflow\/tfjs-node-gpu is installed/
    )
  })
})
