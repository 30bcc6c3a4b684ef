import type { Device } from '../../contract.ts'
import type { Program, Session } from '../step.ts'
import { openOnnxSession } from './onnxruntime-session.ts'

/** The program on a device. @throws when the device cannot run it; some drivers end the process instead: see `testDevice` */
export function openSession(
  program: Program,
  options: { readonly device: Device; readonly threads: number }
): Promise<Session> {
  return openOnnxSession(program, options)
}
