import type { Tensor } from 'onnxruntime-node'
import type { Device } from '../../../../../shared/learning.ts'
import { input, inOrder, nameOf, type Expr, type Shape } from '../expression.ts'
import { gradients } from '../gradients.ts'
import { adamW, clockAt, movedAverage } from '../optimiser.ts'
import type { Batch, Program, Session, SessionState, Step, Values } from '../step.ts'
import { compile, tensorOf, type Compiled } from './onnxruntime.ts'

/**
 * A program in ONNX Runtime: each step is one compiled graph of forward, backward and optimiser. What a step moves is written into
 * a second set of arrays while the first is read, and the sets change places. On WebGPU both are the device's own, from the first step on.
 *
 * [Note: names of the state] `w`, `m`, `v`, `a` and the parameter's name: its weight, both moments and its average.
 */
export async function openOnnxSession(
  program: Program,
  { device, threads }: { readonly device: Device; readonly threads: number }
): Promise<Session> {
  const shapes = shapesOf(program)
  const state = new Map<string, Tensor>()
  const spare = new Map<string, Tensor>()
  const put = (name: string, values: Float32Array, shape: Shape): void => {
    letGo(state.get(name))
    state.set(name, tensorOf(values, shape))
    spare.delete(name)
  }
  for (const { parameter, initial, isAveraged } of program.parameters) {
    const name = nameOf(parameter)
    const { shape } = parameter
    put(name, initial.slice(), shape)
    put(`m ${name}`, new Float32Array(initial.length), shape)
    put(`v ${name}`, new Float32Array(initial.length), shape)
    if (isAveraged) put(`a ${name}`, initial.slice(), shape)
  }

  const compiled = new Map<string, { graph: Compiled; moved: readonly string[] }>()
  for (const [name, step] of Object.entries(program.steps)) {
    const { moved, reports } = outputsOf(program, step)
    const graph = await compile({ ...moved, ...reports }, { device, threads, stay: Object.keys(moved) })
    compiled.set(name, { graph, moved: Object.keys(moved) })
  }
  const runs: Record<string, number> = Object.fromEntries(Object.keys(program.steps).map(name => [name, 0]))

  /** Copies one array back from wherever the device keeps it. */
  const exporter = device === 'cpu' ? null : new Map<string, Compiled>()
  const download = async (name: string): Promise<Float32Array> => {
    const tensor = state.get(name)
    if (tensor === undefined) throw new RangeError(`The session keeps no ${name}.`)
    if (exporter === null || tensor.location === 'cpu') return (tensor.data as Float32Array).slice()
    // [Note: no getData] It ends the process for a GPU buffer of this binding; a graph that copies does not.
    const key = tensor.dims.join(' ')
    const copy = exporter.get(key) ?? (await compile({ out: input('in', tensor.dims) }, { device, threads: 1 }))
    exporter.set(key, copy)
    const { out } = await copy.run({ in: tensor })
    return (out?.data as Float32Array).slice()
  }
  const namesOf = (prefix: string, averagedOnly = false): [name: string, key: string][] =>
    program.parameters
      .filter(({ isAveraged }) => isAveraged || !averagedOnly)
      .map(({ parameter }) => [nameOf(parameter), `${prefix}${nameOf(parameter)}`])
  const readAll = async (names: readonly [string, string][]): Promise<Record<string, Float32Array>> => {
    const values: Record<string, Float32Array> = {}
    for (const [name, key] of names) values[name] = await download(key)
    return values
  }

  return {
    device,
    async run(step, batch, learningRate) {
      const found = compiled.get(step)
      if (found === undefined) throw new RangeError(`The program has no step ${step}.`)
      const { graph, moved } = found
      const t = (runs[step] = (runs[step] ?? 0) + 1)
      const given: Batch = { ...batch, ...numbers(clockAt(t, learningRate)) }
      const feeds: Record<string, Tensor> = {}
      for (const name of graph.inputs) feeds[name] = state.get(name) ?? fed(name, given, shapes)
      const into: Record<string, Tensor> = {}
      if (device === 'cpu') {
        for (const output of moved) {
          const tensor = state.get(keptAs(output))
          if (tensor === undefined) continue
          into[output] = spare.get(keptAs(output)) ?? tensorOf(new Float32Array(tensor.size), tensor.dims)
        }
      }
      const results = await graph.run(feeds, into)
      for (const output of moved) {
        const name = keptAs(output)
        const old = state.get(name)
        const next = results[output]
        if (old === undefined || next === undefined) continue
        state.set(name, next)
        if (device === 'cpu') spare.set(name, old)
        else letGo(old)
      }
      const reports: Record<string, Float32Array> = {}
      for (const [name, tensor] of Object.entries(results))
        if (!moved.includes(name)) reports[name] = tensor.data as Float32Array
      return reports
    },

    async read(): Promise<SessionState> {
      return {
        weights: await readAll(namesOf('')),
        averages: await readAll(namesOf('a ', true)),
        first: await readAll(namesOf('m ')),
        second: await readAll(namesOf('v ')),
        runs: { ...runs }
      }
    },

    write(from) {
      const set = (prefix: string, values: Values): void => {
        for (const [name, array] of Object.entries(values)) {
          const shape = shapes.get(name)
          if (shape !== undefined && state.has(`${prefix}${name}`)) put(`${prefix}${name}`, array.slice(), shape)
        }
      }
      set('', from.weights)
      set('m ', from.first)
      set('v ', from.second)
      set('a ', from.averages)
      Object.assign(runs, from.runs)
      return Promise.resolve()
    },

    async close() {
      for (const tensor of state.values()) letGo(tensor)
      state.clear()
      for (const { graph } of compiled.values()) await graph.close()
      for (const copy of exporter?.values() ?? []) await copy.close()
    }
  }
}

/** What a step gives: the moved state under `next …`, and its reports. */
function outputsOf(program: Program, step: Step): { moved: Record<string, Expr>; reports: Record<string, Expr> } {
  const parameters = step.moves.map(name => {
    const found = program.parameters.find(({ parameter }) => nameOf(parameter) === name)
    if (found === undefined) throw new RangeError(`The program has no parameter ${name}.`)
    return found
  })
  const found = gradients(
    step.loss,
    parameters.map(({ parameter }) => parameter)
  )
  const moved: Record<string, Expr> = {}
  parameters.forEach((settings, i) => {
    const { parameter: weight, isAveraged } = settings
    const name = nameOf(weight)
    const gradient = found[i]
    if (gradient === undefined) return
    const { shape } = weight
    const kept = { weight, first: input(`m ${name}`, shape), second: input(`v ${name}`, shape) }
    const next = adamW(kept, gradient, settings)
    moved[`next ${name}`] = next.weight
    moved[`next m ${name}`] = next.first
    moved[`next v ${name}`] = next.second
    if (isAveraged) moved[`next a ${name}`] = movedAverage(input(`a ${name}`, shape), next.weight, program.averageDecay)
  })
  return { moved, reports: { ...step.reports } }
}

/** The device's memory is not the garbage collector's. */
function letGo(tensor: Tensor | undefined): void {
  if (tensor !== undefined && tensor.location !== 'cpu') tensor.dispose()
}

function keptAs(output: string): string {
  return output.slice('next '.length)
}

/** Of everything that has a name. */
function shapesOf(program: Program): ReadonlyMap<string, Shape> {
  const roots = Object.values(program.steps).flatMap(({ loss, reports }) => [loss, ...Object.values(reports)])
  const named = [...inOrder(roots), ...program.parameters.map(({ parameter }) => parameter)]
  return new Map(named.flatMap(expr => ('name' in expr ? [[expr.name, expr.shape] as const] : [])))
}

function fed(name: string, batch: Batch, shapes: ReadonlyMap<string, Shape>): Tensor {
  const values = batch[name]
  if (values === undefined) throw new RangeError(`The batch has no ${name}.`)
  return tensorOf(values, shapes.get(name) ?? [])
}

function numbers(values: Readonly<Record<string, number>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)]))
}
