import type { JobStatus } from '../../../shared/jobs.ts'
import type { RunPoint } from '../../../shared/learning.ts'
import type { Engine } from '../../engine/engine.ts'
import { EngineError } from '../../../shared/errors.ts'
import { ProgressLine } from './progress-line.ts'

export interface FollowOptions {
  readonly err: NodeJS.WriteStream
  /** No progress is shown. */
  readonly isQuiet: boolean
  /** What is kept and what to do, in a sentence or two. */
  readonly whenCancelled: string
}

/** Shows the progress of what `start` sets going until nothing runs any more. What is done is kept when it is cancelled. */
export async function follow(
  engine: Engine,
  { err, isQuiet, whenCancelled }: FollowOptions,
  start: () => Promise<unknown>
): Promise<{ encoded: number }> {
  const line = new ProgressLine(err)
  const ended: JobStatus[] = []
  let point: RunPoint | null = null
  const stops = [
    engine.on('jobProgress', status => {
      if (!isQuiet) line.show(status, status.stage === 'train' || status.stage === 'prove' ? point : null)
    }),
    engine.on('runProgress', progress => (point = progress.point)),
    engine.on('jobEnded', status => ended.push(status))
  ]
  try {
    await start()
    await engine.idle()
  } finally {
    for (const stop of stops) stop()
    line.clear()
  }
  const broken = ended.find(status => status.outcome === 'error')
  if (broken !== undefined)
    throw new EngineError(broken.code ?? 'internal', broken.message ?? 'The work ended with an error.')
  if (ended.some(status => status.outcome === 'cancelled')) throw new EngineError('cancelled', whenCancelled)
  return { encoded: ended.reduce((sum, status) => sum + status.encoded, 0) }
}
