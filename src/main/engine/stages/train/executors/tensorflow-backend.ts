import { createRequire } from 'node:module'
import type * as Package from '@tensorflow/tfjs'
import type { Device } from '../../../../../shared/learning.ts'
import { isInstalled } from './is-installed.ts'

export type Tensorflow = typeof Package

/** TensorFlow.js with a backend that is ready to compute, and the device on which the backend computes. */
export interface LoadedTensorflow {
  readonly tf: Tensorflow
  readonly device: Device
}

/**
 * TensorFlow.js on CUDA, from the package that a person may install beside Reverie. The package brings its own core of TensorFlow.js:
 * Reverie itself installs none.
 *
 * @throws Error when the package is not installed, cannot be loaded, or computes on the CPU because it finds no card
 */
export async function loadNativeTensorflow(): Promise<LoadedTensorflow> {
  if (!isInstalled(nativePackage)) throw new Error(`${nativePackage} is not installed.`)
  // The package still calls a function that Node 23 took away.
  const util = createRequire(import.meta.url)('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= value => value == null
  const { default: tf } = (await import(nativePackage)) as { readonly default: Tensorflow }
  await tf.setBackend('tensorflow')
  await tf.ready()
  // Without a card that fits its CUDA it computes on the CPU, and says so nowhere else.
  const { isUsingGpuDevice } = tf.backend() as { readonly isUsingGpuDevice?: boolean }
  if (isUsingGpuDevice !== true)
    throw new Error(
      `${nativePackage} found no graphics card that it can use (it needs CUDA 11.2 and cuDNN 8.1) and would compute on the CPU.`
    )
  return { tf, device: 'cuda' }
}

/** Joined at run time, so that neither the type checker nor the bundler looks for the package, which need not be there. */
export const nativePackage = ['@tensorflow', 'tfjs-node-gpu'].join('/')
