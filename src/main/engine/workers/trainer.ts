import { constants, setPriority } from 'node:os'
import { hostPort } from './host-port.ts'
import { serve } from './port.ts'
import { createTrainerApi } from './trainer-service.ts'

/** The trainer process, started by a host as a Node child or an Electron utility process. */
yieldToOthers()
serve(hostPort(), createTrainerApi())

/** Whoever searches or works goes first; threads that ONNX Runtime starts later inherit it. */
function yieldToOthers(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
  } catch {
    // Some sandboxes forbid it: the training then runs beside everything else as an equal.
  }
}
