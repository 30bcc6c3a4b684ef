import type { Kind } from './suffer.ts'
import { changingFiles } from './kinds/changing-files.ts'
import { clock } from './kinds/clock.ts'
import { diskFails } from './kinds/disk-fails.ts'
import { diskFull } from './kinds/disk-full.ts'
import { diskLost } from './kinds/disk-lost.ts'
import { killKinds, killsOfTraining } from './kinds/kill.ts'
import { killWorker } from './kinds/kill-worker.ts'
import { powerCut } from './kinds/power-cut.ts'
import { stop } from './kinds/stop.ts'
import { twoProcesses } from './kinds/two-processes.ts'

/** In the order in which they take their first turns: two minutes are enough for those that are done soon. */
export const kinds: readonly Kind[] = [
  ...killKinds,
  killWorker,
  diskFull,
  diskLost,
  diskFails,
  changingFiles,
  clock,
  stop,
  twoProcesses,
  powerCut,
  ...killsOfTraining
]
