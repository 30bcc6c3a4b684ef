import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import type * as Package from '@tensorflow/tfjs'
import type { Device } from '../../../../../shared/learning.ts'
import { isInstalled } from './is-installed.ts'

export type Tensorflow = typeof Package

/** `native` is `@tensorflow/tfjs-node-gpu`, which the user may install beside Reverie; `wasm` is always there. */
export type TensorflowBackend = 'native' | 'wasm'

export interface LoadedTensorflow {
  readonly tf: Tensorflow
  readonly backend: TensorflowBackend
  readonly device: Device
}

/**
 * TensorFlow.js, ready to compute.
 *
 * @param wanted `auto`: native where it is installed, else wasm
 * @throws when native is wanted and is not installed, or is installed and cannot be loaded
 */
export async function loadTensorflow(wanted: TensorflowBackend | 'auto'): Promise<LoadedTensorflow> {
  if (wanted !== 'wasm') {
    const native = await loadNative()
    if (native !== null) return native
    if (wanted === 'native') throw new Error(`${nativePackage} is not installed. TensorFlow.js on wasm always is.`)
  }
  return loadWasm()
}

// By a name that no type checker and no bundler follows: it need not be there.
const nativePackage = ['@tensorflow', 'tfjs-node-gpu'].join('/')

async function loadNative(): Promise<LoadedTensorflow | null> {
  if (!isInstalled(nativePackage)) return null
  // It still calls a function that Node 23 took away.
  const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= value => value == null
  const { default: tf } = (await import(nativePackage)) as { readonly default: Tensorflow }
  await tf.setBackend('tensorflow')
  await tf.ready()
  return { tf, backend: 'native', device: 'cuda' }
}

async function loadWasm(): Promise<LoadedTensorflow> {
  const tf = await import('@tensorflow/tfjs')
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep)
  // Its threads are web workers of a browser; in Node they never answer.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its wasm backend.')
  await tf.ready()
  return { tf, backend: 'wasm', device: 'cpu' }
}
