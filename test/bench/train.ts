/**
 * How long a thousand pairs take from the button to the verdict, rotations already encoded, in the real trainer process; ten in a row, with the
 * memory of both processes.
 */
import { readFileSync } from 'node:fs'
import { TrainerProcess } from '../../src/main/engine/workers/trainer-process.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import { sourceWorkers } from '../tools/source-workers.ts'
import { syntheticWorld } from '../stages/train/synthetic-world.ts'

const boundSeconds = 60

export async function bench(rest: readonly string[]): Promise<void> {
  const runs = Number(rest[0] ?? 10)
  const { data } = syntheticWorld({ pairs: 1000, strangers: 0, dimension: 256, seed: 1 })
  let pid: number | undefined
  const start = nodeWorkers(sourceWorkers)
  const trainer = new TrainerProcess(name => {
    const started = start(name)
    pid = started.pid
    return started
  })
  const seconds: number[] = []
  console.log('run  seconds  engine MB  trainer MB  decision')
  for (let run = 1; run <= runs; run++) {
    const startedMs = performance.now()
    let trainerBytes = 0
    let decision = ''
    const input = {
      data,
      base: null,
      incumbent: null,
      general: null,
      rehearsal: null,
      seed: run,
      device: 'cpu' as const,
      checkpoint: null
    }
    for await (const step of trainer.train({ ...input, threads: 2 }, new AbortController().signal)) {
      trainerBytes = Math.max(trainerBytes, pid === undefined ? 0 : residentBytes(pid))
      if (step.kind === 'trained')
        decision = `${step.verdict.isAccepted ? 'accepted' : 'rejected'}, MRR ${step.verdict.mrrGain.mean.toFixed(3)}`
    }
    seconds.push((performance.now() - startedMs) / 1000)
    console.log(
      `${String(run).padStart(3)}  ${seconds.at(-1)?.toFixed(1).padStart(7)}  ${megabytes(residentBytes(process.pid)).padStart(9)}  ${megabytes(trainerBytes).padStart(10)}  ${decision}`
    )
  }
  trainer.close()
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? NaN
  console.log(`median ${median.toFixed(1)} s; at most ${boundSeconds} s asked for`)
  if (median > boundSeconds) process.exitCode = 1
}

/** As Linux tells it; NaN elsewhere. */
function residentBytes(pid: number): number {
  try {
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return NaN
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
