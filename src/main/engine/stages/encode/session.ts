import { readFileSync, statSync } from 'node:fs'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { EngineError, messageOf } from '../../../../shared/errors.ts'
import { fromFloat16 } from '../../math/float16.ts'
import { ort } from '../../base/onnx-runtime.ts'

export interface SessionOptions {
  /** Threads for one run. */
  readonly threads: number
}

/** Opens an ONNX model. @throws EngineError model-broken when ONNX Runtime refuses it */
export async function openSession(path: string, { threads }: SessionOptions): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(path, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // The decoder's threads share these cores: waiting in a loop for the next run would take them away.
      extra: {
        session: { intra_op: { allow_spinning: '0' }, disable_quant_qdq: hasOnlyQuantisedWeights(path) ? '1' : '0' }
      }
    })
  } catch (error) {
    throw new EngineError(
      'model-broken',
      `The model ${path} could not be opened (${sentence(error)}). Your library is unharmed. Install the model again, or choose another one.`
    )
  }
}

/**
 * Whether a model is quantised in its weights alone. ONNX Runtime keeps their DequantizeLinear for kernels that compute in
 * int8, and where there are none it runs it anew for every picture; told so, it does it once (MobileNetV2: 9 instead of
 * 21 ms a picture). A model that also quantises what it computes is faster as it is.
 */
function hasOnlyQuantisedWeights(path: string): boolean {
  // Larger ones would have to be read in parts, and keep their weights in other files anyway.
  if (statSync(path).size > 2 ** 29) return false
  const model = readFileSync(path)
  return model.includes('DequantizeLinear') && !model.includes('QuantizeLinear')
}

/** Type and shape of an input; a name in the shape is a size that may vary. */
export function inputOf(
  session: InferenceSession,
  name: string
): { type: Tensor.Type; shape: readonly (number | string)[] } {
  const found = session.inputMetadata.find(input => input.name === name)
  if (found?.isTensor !== true) throw broken(`it has no input named ${name}`)
  return { type: found.type, shape: found.shape }
}

/** @param values  float16 as its bits */
export function pictureTensor(
  type: 'float32' | 'float16',
  values: Float32Array | Uint16Array,
  dims: readonly number[]
): Tensor {
  const tensor = new ort.Tensor(type, values, dims)
  // Where Float16Array exists, onnxruntime-common makes one of the bits, and the binding then reads no bytes at all.
  // https://github.com/microsoft/onnxruntime/pull/32323
  if (type === 'float16') Object.defineProperty(tensor, 'data', { value: values })
  return tensor
}

/** One run; the named output as float32, with its shape. */
export async function runSession(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
  output: string
): Promise<{ values: Float32Array; shape: readonly number[] }> {
  if (!session.outputNames.includes(output)) throw broken(`it has no output named ${output}`)
  let tensor: Tensor | undefined
  try {
    const results = await session.run(feeds, [output])
    tensor = results[output]
  } catch (error) {
    throw broken(sentence(error))
  }
  if (tensor?.type === 'float32') return { values: tensor.data as Float32Array, shape: tensor.dims }
  if (tensor?.type !== 'float16') throw broken(`its output ${output} is not a tensor of numbers`)
  // Uint16Array, or Float16Array where the platform has it: the same bits.
  const halves = tensor.data as Uint16Array
  return { values: fromFloat16(new Uint16Array(halves.buffer, halves.byteOffset, halves.length)), shape: tensor.dims }
}

/** A refusal of a model that cannot be run. @param what  the fault, as the end of a sentence */
export function broken(what: string): EngineError {
  return new EngineError(
    'model-broken',
    `The model could not be run: ${what}. Your library is unharmed. Choose another model, or install this one again.`
  )
}

function sentence(error: unknown): string {
  return messageOf(error).split('\n', 1)[0]?.slice(0, 200) ?? ''
}
