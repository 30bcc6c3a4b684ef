import type { Tensor } from '@tensorflow/tfjs'
import { input, inOrder, nameOf, type Expr } from '../expression.ts'
import { adamW, clock, clockAt, movedAverage } from '../optimiser.ts'
import type { Batch, Parameter, Program, Session, SessionState, Values } from '../step.ts'
import type { LoadedTensorflow, Tensorflow } from './tensorflow-backend.ts'
import { evaluated, type Constants } from './tensorflow-graph.ts'

/**
 * A program in TensorFlow.js: the same expressions, but the gradients are those of its own autodiff, so that neither executor can
 * be wrong without the other telling. It keeps the same state as ONNX Runtime's session, under the same names.
 */
export function openTensorflowSession(program: Program, { tf, device }: LoadedTensorflow): Session {
  const constants: Constants = new Map()
  const state = new Map<string, Tensor>()
  const put = (name: string, value: Tensor): void => {
    state.get(name)?.dispose()
    state.set(name, value)
  }
  const shapes = new Map(program.parameters.map(({ parameter }) => [nameOf(parameter), [...parameter.shape]]))
  const putArray = (prefix: string, name: string, values: Float32Array): void =>
    put(`${prefix}${name}`, tf.tensor(values, shapes.get(name), 'float32'))
  for (const { parameter, initial, isAveraged } of program.parameters) {
    const name = nameOf(parameter)
    putArray('', name, initial)
    putArray('m ', name, new Float32Array(initial.length))
    putArray('v ', name, new Float32Array(initial.length))
    if (isAveraged) putArray('a ', name, initial)
  }
  const plans = new Map(Object.keys(program.steps).map(name => [name, planOf(program, name)]))
  const runs: Record<string, number> = Object.fromEntries([...plans.keys()].map(name => [name, 0]))

  const readAll = async (prefix: string, averagedOnly = false): Promise<Record<string, Float32Array>> => {
    const values: Record<string, Float32Array> = {}
    for (const { parameter, isAveraged } of program.parameters) {
      const name = nameOf(parameter)
      const kept = state.get(`${prefix}${name}`)
      if (kept !== undefined && (isAveraged || !averagedOnly)) values[name] = Float32Array.from(await kept.data())
    }
    return values
  }

  return {
    device,
    async run(step, batch, learningRate) {
      const plan = plans.get(step)
      if (plan === undefined) throw new RangeError(`The program has no step ${step}.`)
      const fed = fedTensors(tf, plan, batch)
      const t = (runs[step] = (runs[step] ?? 0) + 1)
      const { reports, moved } = tf.tidy(() => {
        const given = new Map([...state, ...fed])
        for (const [name, value] of Object.entries(clockAt(t, learningRate))) given.set(name, tf.scalar(value))
        const found = lossGradients(tf, plan, given, constants)
        plan.moves.forEach(({ parameter }, i) => {
          const own = found.gradients[i] ?? tf.zerosLike(given.get(nameOf(parameter)) ?? tf.scalar(0))
          given.set(`g ${nameOf(parameter)}`, own)
        })
        const values = evaluated(tf, Object.values(plan.moved), given, constants)
        return { reports: found.reports, moved: named(plan.moved, values) }
      })
      for (const tensor of fed.values()) tensor.dispose()
      for (const [name, tensor] of Object.entries(moved)) put(name, tensor)
      const told: Record<string, Float32Array> = {}
      for (const [name, tensor] of Object.entries(reports)) {
        told[name] = Float32Array.from(await tensor.data())
        tensor.dispose()
      }
      return told
    },

    async read(): Promise<SessionState> {
      return {
        weights: await readAll(''),
        averages: await readAll('a ', true),
        first: await readAll('m '),
        second: await readAll('v '),
        runs: { ...runs }
      }
    },

    write(from) {
      const set = (prefix: string, values: Values): void => {
        for (const [name, array] of Object.entries(values))
          if (state.has(`${prefix}${name}`)) putArray(prefix, name, array)
      }
      set('', from.weights)
      set('m ', from.first)
      set('v ', from.second)
      set('a ', from.averages)
      Object.assign(runs, from.runs)
      return Promise.resolve()
    },

    close() {
      for (const tensor of [...state.values(), ...constants.values()]) tensor.dispose()
      state.clear()
      constants.clear()
      return Promise.resolve()
    }
  }
}

/** What one step computes. */
interface Plan {
  readonly loss: Expr
  readonly reports: Readonly<Record<string, Expr>>
  readonly moves: readonly Parameter[]
  /** The next state by its name, of the state now and of gradients `g …`. */
  readonly moved: Readonly<Record<string, Expr>>
  /** Everything that a batch brings. */
  readonly inputs: readonly Extract<Expr, { op: 'input' | 'ids' }>[]
}

function planOf(program: Program, step: string): Plan {
  const { loss, reports, moves: names } = program.steps[step] ?? { loss: null, reports: {}, moves: [] }
  if (loss === null) throw new RangeError(`The program has no step ${step}.`)
  const moves = names.map(name => {
    const found = program.parameters.find(({ parameter }) => nameOf(parameter) === name)
    if (found === undefined) throw new RangeError(`The program has no parameter ${name}.`)
    return found
  })
  const moved: Record<string, Expr> = {}
  for (const settings of moves) {
    const { parameter: weight, isAveraged } = settings
    const { shape } = weight
    const name = nameOf(weight)
    const kept = { weight, first: input(`m ${name}`, shape), second: input(`v ${name}`, shape) }
    const next = adamW(kept, input(`g ${name}`, shape), settings)
    moved[name] = next.weight
    moved[`m ${name}`] = next.first
    moved[`v ${name}`] = next.second
    if (isAveraged) moved[`a ${name}`] = movedAverage(input(`a ${name}`, shape), next.weight, program.averageDecay)
  }
  const clocks = Object.keys(clock)
  const inputs = inOrder([...(moves.length === 0 ? [] : [loss]), ...Object.values(reports)]).filter(
    expr => (expr.op === 'input' || expr.op === 'ids') && !clocks.includes(expr.name)
  ) as Plan['inputs']
  return { loss, reports, moves, moved, inputs }
}

function fedTensors(tf: Tensorflow, { inputs }: Plan, batch: Batch): Map<string, Tensor> {
  const fed = new Map<string, Tensor>()
  for (const { name, op, shape } of inputs) {
    if (fed.has(name)) continue
    const values = batch[name]
    if (values === undefined) throw new RangeError(`The batch has no ${name}.`)
    fed.set(name, tf.tensor(values, [...shape], op === 'ids' ? 'int32' : 'float32'))
  }
  return fed
}

/** By TensorFlow.js' autodiff; what the loss does not depend on has none. The reports are the caller's to dispose of. */
function lossGradients(
  tf: Tensorflow,
  { loss, reports, moves }: Plan,
  given: ReadonlyMap<string, Tensor>,
  constants: Constants
): { gradients: readonly (Tensor | undefined)[]; reports: Record<string, Tensor> } {
  const told: Record<string, Tensor> = {}
  const forward = (): Tensor => {
    const values = evaluated(tf, [loss, ...Object.values(reports)], given, constants)
    // A report may be an input or a constant as it is: only a copy can be disposed of.
    for (const [name, tensor] of Object.entries(named(reports, values))) told[name] = tf.keep(tf.clone(tensor))
    return values.get(loss) ?? tf.scalar(0)
  }
  if (moves.length === 0) {
    forward()
    return { gradients: [], reports: told }
  }
  const weights = moves.map(({ parameter }) => given.get(nameOf(parameter)) ?? tf.scalar(0))
  const { grads } = tf.engine().gradients(forward, weights, undefined, true)
  return { gradients: grads, reports: told }
}

function named(exprs: Readonly<Record<string, Expr>>, values: ReadonlyMap<Expr, Tensor>): Record<string, Tensor> {
  const found: Record<string, Tensor> = {}
  for (const [name, expr] of Object.entries(exprs)) {
    const value = values.get(expr)
    if (value !== undefined) found[name] = value
  }
  return found
}
