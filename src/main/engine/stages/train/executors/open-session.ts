import type { Device } from '../../../../../shared/learning.ts'
import type { Program, Session } from '../step.ts'
import { cudaExecutor } from './cuda.ts'
import { openOnnxSession } from './onnxruntime-session.ts'

/** The program on a device. @throws when the device cannot run it; some drivers end the process instead: see `testDevice` */
export async function openSession(
  program: Program,
  options: { readonly device: Device; readonly threads: number }
): Promise<Session> {
  if (options.device !== 'cuda' || cudaExecutor() !== 'tensorflow') return openOnnxSession(program, options)
  // Loaded when it is needed only: TensorFlow.js is large.
  const { openTensorflowSession } = await import('./tensorflow-session.ts')
  return openTensorflowSession(program, { backend: 'native' })
}
