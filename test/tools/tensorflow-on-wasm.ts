import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type { LoadedTensorflow } from '../../src/main/engine/stages/train/executors/tensorflow-backend.ts'

/** TensorFlow.js on the CPU, in WebAssembly: the tests' oracle for what ONNX Runtime computes. */
export async function tensorflowOnWasm(): Promise<LoadedTensorflow> {
  const tf = await import('@tensorflow/tfjs')
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  // The backend's threads are web workers of a browser; in Node they never answer.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its wasm backend.')
  await tf.ready()
  return { tf, device: 'cpu' }
}
