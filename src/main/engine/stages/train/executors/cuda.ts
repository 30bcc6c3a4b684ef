import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { isInstalled } from './is-installed.ts'

/** Who can train on NVIDIA's cards here: ONNX Runtime with the library that its users fetch, TensorFlow.js' native package, or nobody. */
export function cudaExecutor(): 'onnxruntime' | 'tensorflow' | null {
  if (process.platform !== 'linux') return null
  if (hasOnnxCuda()) return 'onnxruntime'
  return isInstalled('@tensorflow/tfjs-node-gpu') ? 'tensorflow' : null
}

/** The package brings no CUDA; whoever has such a card adds the library (README). */
function hasOnnxCuda(): boolean {
  const packaged = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return existsSync(
    join(packaged, 'bin', 'napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so')
  )
}
