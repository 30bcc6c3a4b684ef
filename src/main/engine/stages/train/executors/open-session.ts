import type { Device } from '../../../../../shared/learning.ts'
import type { Program, Session } from '../step.ts'
import { cudaExecutor, cudaMissing } from './cuda.ts'
import { openOnnxSession } from './onnxruntime-session.ts'
import { loadNativeTensorflow } from './tensorflow-backend.ts'
import { openTensorflowSession } from './tensorflow-session.ts'

/** The program on a device. @throws when the device cannot run it; some drivers end the process instead: see `testDevice` */
export async function openSession(
  program: Program,
  options: { readonly device: Device; readonly threads: number }
): Promise<Session> {
  if (options.device !== 'cuda') return openOnnxSession(program, options)
  const executor = cudaExecutor()
  // Possible all the same: what was installed when the device passed its test may be gone.
  if (executor === null) throw new Error(`CUDA cannot be used: ${cudaMissing}`)
  if (executor === 'onnxruntime') return openOnnxSession(program, options)
  return openTensorflowSession(program, await loadNativeTensorflow())
}
