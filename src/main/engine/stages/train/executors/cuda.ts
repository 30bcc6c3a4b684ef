import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { isInstalled } from './is-installed.ts'
import { nativePackage } from './tensorflow-backend.ts'

/**
 * What can train on NVIDIA's cards here: ONNX Runtime with its CUDA library, TensorFlow.js' native package, or nothing. Both are
 * for a person to install (README, “Training on a GPU”).
 */
export function cudaExecutor(): 'onnxruntime' | 'tensorflow' | null {
  if (process.platform !== 'linux') return null
  if (hasOnnxCuda()) return 'onnxruntime'
  return isInstalled(nativePackage) ? 'tensorflow' : null
}

/** Why Linux has no CUDA where `cudaExecutor` is null, for a person who asks for it. */
export const cudaMissing = `neither the CUDA library of ONNX Runtime nor ${nativePackage} is installed (README, “Training on a GPU”).`

/** The package onnxruntime-node brings no CUDA library. */
function hasOnnxCuda(): boolean {
  const packaged = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return existsSync(
    join(packaged, 'bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so')
  )
}
