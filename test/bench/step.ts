/**
 * One step of the projectors on one thread: ONNX Runtime, TensorFlow.js on wasm and PyTorch, beside the matrix products alone.
 * `npm run bench step -- [--batch <n>] [--rounds <n>] [--threads <n>] [--device <name>]`
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Device } from '../../src/shared/learning.ts'
import { seededRandom, type Random } from '../../src/main/engine/math/random.ts'
import { compile, tensorOf } from '../../src/main/engine/stages/train/executors/onnxruntime.ts'
import { openOnnxSession } from '../../src/main/engine/stages/train/executors/onnxruntime-session.ts'
import { openTensorflowSession } from '../../src/main/engine/stages/train/executors/tensorflow-session.ts'
import { inOrder, input, matMul, nameOf, sizeOf, type Expr } from '../../src/main/engine/stages/train/expression.ts'
import { gradients } from '../../src/main/engine/stages/train/gradients.ts'
import { librarySettings } from '../../src/main/engine/stages/train/settings.ts'
import { ssalProgram } from '../../src/main/engine/stages/train/ssal.ts'
import type { Batch, Program, Session, Values } from '../../src/main/engine/stages/train/step.ts'
import { tensorflowOnWasm } from '../tools/tensorflow-on-wasm.ts'

const inputDimension = 512
const k = 256
const hidden = 256
const learningRate = 5e-4
/** Above this a step has a hundred times the work of one of 256, and takes seconds: one a round, and on wasm none. */
const largestQuickBatch = 1024

/** Something that can do steps, and tells how long each took. */
interface Contender {
  readonly name: string
  run(steps: number): Promise<{ readonly ms: readonly number[]; readonly losses: Readonly<Record<string, number>> }>
  close(): Promise<void>
}

export async function bench(rest: readonly string[] = []): Promise<void> {
  const given = (name: string): string | null => (rest.includes(name) ? (rest[rest.indexOf(name) + 1] ?? null) : null)
  const b = Number(given('--batch') ?? 256)
  const rounds = Number(given('--rounds') ?? 10)
  const threads = Number(given('--threads') ?? 1)
  const device = given('--device') as Device | null

  const random = seededRandom(1)
  const settings = { ...librarySettings(b, { hasRotations: true, hasLabels: false, seed: 1 }), batch: b, learningRate }
  const linear = (): { mean: Float32Array; matrix: Float32Array } => ({
    mean: normals(random, inputDimension, 0.01),
    matrix: normals(random, inputDimension * k, 1 / Math.sqrt(inputDimension))
  })
  const tower = { inputDimension, dimension: k, words: null, hidden }
  const start = {
    image: { ...tower, tower: 'image' as const, linear: linear() },
    text: { ...tower, tower: 'text' as const, linear: linear() },
    labels: 0
  }
  const program = ssalProgram(start, settings)
  const batch = batchOf(b, random)

  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
  console.log(`batch ${b}, ${inputDimension} numbers in, ${k} out, ${hidden} hidden, photos also rotated\n`)
  const folder = await mkdtemp(join(tmpdir(), 'reverie-step-'))
  const contenders: Contender[] = []
  try {
    contenders.push(await products(program, threads))
    const onnx = await openOnnxSession(program, { device: 'cpu', threads })
    contenders.push(session(`ONNX Runtime, ${threads === 1 ? '1 thread' : `${threads} threads`}`, onnx, batch))
    if (device !== null)
      contenders.push(session(`ONNX Runtime on ${device}`, await openOnnxSession(program, { device, threads }), batch))
    if (b <= largestQuickBatch)
      contenders.push(session('TensorFlow.js, wasm', openTensorflowSession(program, await tensorflowOnWasm()), batch))
    else console.log(`TensorFlow.js is left out: a batch above ${largestQuickBatch} takes it many seconds a step.`)
    await save(folder, program, batch, {
      means: { image: start.image.linear.mean, text: start.text.linear.mean },
      settings: { ...settings }
    })
    const torch = await pytorch(folder)
    if (typeof torch === 'string') console.log(`PyTorch is left out: ${torch}`)
    else contenders.push(torch)
    await race(contenders, rounds, b > largestQuickBatch ? 1 : 3)
  } finally {
    for (const contender of contenders) await contender.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** In turns, so that what else the machine does slows all alike. */
async function race(contenders: readonly Contender[], rounds: number, stepsInRound: number): Promise<void> {
  const times = contenders.map((): number[] => [])
  console.log('losses of the first step:')
  for (const contender of contenders) {
    const { losses } = await contender.run(1)
    const told = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(5)}`)
    if (told.length > 0) console.log(`  ${contender.name.padEnd(26)}${told.join('  ')}`)
    await contender.run(stepsInRound - 1)
  }
  for (let round = 0; round < rounds; round++)
    for (const [i, contender] of contenders.entries()) times[i]!.push(...(await contender.run(stepsInRound)).ms)

  const medians = times.map(median)
  console.log(`\n${rounds * stepsInRound} steps each, in ${rounds} rounds\n`)
  console.log(`${''.padEnd(28)}median ms  fastest ms   steps/s   to the products   to PyTorch`)
  const torch = medians[contenders.findIndex(({ name }) => name.startsWith('PyTorch'))]
  contenders.forEach(({ name }, i) => {
    const own = medians[i]!
    const figures = [
      own.toFixed(1).padStart(9),
      Math.min(...times[i]!)
        .toFixed(1)
        .padStart(11),
      (1000 / own).toFixed(1).padStart(9),
      (own / medians[0]!).toFixed(2).padStart(17),
      (torch === undefined ? '–' : (own / torch).toFixed(2)).padStart(12)
    ]
    console.log(`${name.padEnd(28)}${figures.join(' ')}`)
  })
}

function session(name: string, opened: Session, batch: Batch): Contender {
  return {
    name,
    async run(steps) {
      const ms: number[] = []
      let told: Values = {}
      for (let i = 0; i < steps; i++) {
        const before = performance.now()
        told = await opened.run('project', batch, learningRate)
        ms.push(performance.now() - before)
      }
      return { ms, losses: Object.fromEntries(Object.entries(told).map(([key, values]) => [key, values[0]!])) }
    },
    close: () => opened.close()
  }
}

/** Every product of the way forward and back, each of its own operands, and nothing else: what a step cannot be faster than. */
async function products(program: Program, threads: number): Promise<Contender> {
  const { loss, moves } = program.steps.project!
  const moved = program.parameters.map(({ parameter }) => parameter).filter(one => moves.includes(nameOf(one)))
  const seen = new Set<string>()
  const outputs: Record<string, Expr> = {}
  const order = inOrder([loss, ...gradients(loss, moved)])
  let flops = 0
  for (const expr of order) {
    if (expr.op !== 'matMul') continue
    const [a, b] = expr.from as [Expr, Expr]
    const key = `${order.indexOf(a)} ${expr.transposesA} ${order.indexOf(b)} ${expr.transposesB}`
    if (seen.has(key)) continue
    seen.add(key)
    const name = `p${seen.size}`
    outputs[name] = matMul(input(`${name}a`, a.shape), input(`${name}b`, b.shape), {
      a: expr.transposesA,
      b: expr.transposesB
    })
    flops += 2 * sizeOf(expr.shape) * a.shape[expr.transposesA ? 0 : 1]!
  }
  const graph = await compile(outputs, { device: 'cpu', threads })
  const random = seededRandom(2)
  const drawn = (expr: Expr) => tensorOf(normals(random, sizeOf(expr.shape), 1), expr.shape)
  const feeds = Object.fromEntries(
    Object.values(outputs).flatMap(({ from }) => from.map(one => [nameOf(one), drawn(one)]))
  )
  const into = Object.fromEntries(Object.entries(outputs).map(([name, one]) => [name, drawn(one)]))
  console.log(`A step is ${seen.size} matrix products, ${(flops / 1e9).toFixed(2)} billion operations.`)
  return {
    name: 'matrix products alone',
    async run(steps) {
      const ms: number[] = []
      for (let i = 0; i < steps; i++) {
        const before = performance.now()
        await graph.run(feeds, into)
        ms.push(performance.now() - before)
      }
      return { ms, losses: {} }
    },
    close: () => graph.close()
  }
}

/** The same step, weights and batch for step.py. */
async function save(
  folder: string,
  program: Program,
  batch: Batch,
  {
    means,
    settings
  }: { readonly means: Readonly<Record<string, Float32Array>>; readonly settings: Readonly<Record<string, unknown>> }
): Promise<void> {
  const shapes: Record<string, readonly number[]> = {}
  const write = async (name: string, shape: readonly number[], values: Batch[string]): Promise<void> => {
    shapes[name] = shape
    await writeFile(join(folder, `${name}.f32`), values)
  }
  for (const { parameter, initial } of program.parameters) await write(nameOf(parameter), parameter.shape, initial)
  for (const expr of inOrder([program.steps.project!.loss]))
    if (expr.op === 'input') await write(expr.name, expr.shape, batch[expr.name]!)
  for (const [name, mean] of Object.entries(means)) await write(`${name}.offset`, [1, mean.length], mean)
  const { moves } = program.steps.project!
  await writeFile(join(folder, 'step.json'), JSON.stringify({ ...settings, moves, shapes }))
}

/** @returns why there is none, where there is none */
async function pytorch(folder: string): Promise<Contender | string> {
  const child = spawn('/usr/bin/python3', [join(import.meta.dirname, 'step.py'), folder], {
    env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  let trouble = ''
  child.on('error', ({ message }) => (trouble = message))
  child.stderr.on('data', (data: Buffer) => (trouble = data.toString().trim().split('\n').at(-1) ?? trouble))
  // Its end is seen as the end of its answers.
  child.stdin.on('error', ({ message }) => (trouble ||= message))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Record<string, unknown> | null> => {
    const { value, done } = await lines.next()
    return done === true ? null : (JSON.parse(value) as Record<string, unknown>)
  }
  const hello = await answer()
  if (hello === null) return trouble === '' ? 'it ended without a word' : trouble
  // A bare BLAS, as of Debian's own package, does 6; OpenBLAS or MKL on the same processor ten times that.
  console.log(
    `PyTorch's own products: ${Number(hello.speed).toFixed(0)} billion operations a second. Another BLAS: LD_LIBRARY_PATH=<folder of its libblas.so.3>`
  )
  return {
    name: `PyTorch ${String(hello.version)}`,
    async run(steps) {
      child.stdin.write(`${steps}\n`)
      const told = await answer()
      if (told === null) throw new Error(`PyTorch ended: ${trouble}`)
      return told as unknown as Awaited<ReturnType<Contender['run']>>
    },
    close: () => ended(child)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const end = new Promise(resolve => child.once('exit', resolve))
  child.stdin?.end()
  await end
}

function batchOf(b: number, random: Random): Batch {
  const unit = (): Float32Array => normals(random, b * inputDimension, 1 / Math.sqrt(inputDimension))
  const rotations = new Float32Array(b * 4)
  for (let i = 0; i < b; i++) rotations[i * 4 + random.below(4)] = 1
  const groups = (): Float32Array => Float32Array.from({ length: b }, () => random.below(b))
  return {
    images: unit(),
    rotated: unit(),
    texts: unit(),
    rotations,
    rehearsed: Float32Array.from({ length: b }, (_, i) => i % 2),
    photoGroups: groups(),
    textGroups: groups(),
    modalityReversal: Float32Array.of(0.1),
    rotationReversal: Float32Array.of(0.05)
  }
}

function normals(random: Random, count: number, deviation: number): Float32Array {
  return Float32Array.from({ length: count }, () => deviation * random.normal())
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}
