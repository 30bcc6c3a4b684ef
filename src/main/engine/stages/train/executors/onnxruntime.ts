import type { Tensor } from 'onnxruntime-node'
import type { Device } from '../../../../../shared/learning.ts'
import { ort } from '../../../base/onnx-runtime.ts'
import { sizeOf, type Expr } from '../expression.ts'
import { onnxGraph } from './onnx-graph.ts'

/** One compiled graph: named arrays in, named arrays out. */
export interface Compiled {
  readonly inputs: readonly string[]
  /** @param into  where outputs go that are to be written in place: as many values as the output has */
  run(feeds: Readonly<Record<string, Tensor>>, into?: Readonly<Record<string, Tensor>>): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

export interface CompileOptions {
  readonly device: Device
  readonly threads: number
  /** Outputs that stay where the device computes; the others come back to the CPU. */
  readonly stay?: readonly string[]
}

/** Compiles a graph for ONNX Runtime. @param outputs  by name @throws Error of ONNX Runtime where the device is not there */
export async function compile(
  outputs: Readonly<Record<string, Expr>>,
  { device, threads, stay = [] }: CompileOptions
): Promise<Compiled> {
  const { model, inputs } = onnxGraph(outputs)
  const session = await ort.InferenceSession.create(model, {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Errors only: it warns of each constant that its own optimiser makes needless.
    logSeverityLevel: 3,
    ...(device === 'webgpu' && stay.length > 0
      ? { preferredOutputLocation: Object.fromEntries(stay.map(name => [name, 'gpu-buffer' as const])) }
      : {}),
    // On two threads, waiting in a loop would take the other core from search; on one, nobody waits.
    extra: { session: { intra_op: { allow_spinning: '0' } } }
  })
  const names = Object.keys(outputs)
  return {
    inputs,
    async run(feeds, into = {}) {
      const wanted = Object.fromEntries(names.map(name => [name, into[name] ?? null]))
      return await session.run(feeds, wanted)
    },
    close: () => session.release()
  }
}

/** A tensor over the values, which are not copied. @throws RangeError when they do not fill the shape */
export function tensorOf(values: Float32Array | Int32Array, shape: readonly number[]): Tensor {
  if (values.length !== sizeOf(shape))
    throw new RangeError(`${values.length} values do not fill [${shape.join(', ')}].`)
  return values instanceof Float32Array
    ? new ort.Tensor('float32', values, shape)
    : new ort.Tensor('int32', values, shape)
}
