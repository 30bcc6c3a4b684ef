import { constants, setPriority } from 'node:os'
import { hostPort } from './host-port.ts'
import { serve } from './port.ts'
import { createTrainerApi } from './trainer-service.ts'

/** The trainer process, started by a host as a Node child or an Electron utility process. */
yieldToOthers()
serve(hostPort(), createTrainerApi())

/**
 * Whoever searches or works goes first; threads that ONNX Runtime starts later inherit it. Below normal and not the lowest: with
 * that, a training beside two busy programs on two cores hardly moves. The variable is for tests, many of which run side by side.
 */
function yieldToOthers(): void {
  if (process.env.REVERIE_TRAINER_PRIORITY === 'normal') return
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Some sandboxes forbid it: the training then runs beside everything else as an equal.
  }
}
