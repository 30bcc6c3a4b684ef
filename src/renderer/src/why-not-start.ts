import type { JobStatus } from '../../shared/jobs.ts'
import type { LibraryStatus } from '../../shared/library.ts'
import type { PairsAnswer } from '../../shared/learning.ts'
import { trainingWords } from './words/chosen.ts'

/** Why a training cannot be started now, or null. */
export function whyNotStart(
  library: LibraryStatus | null,
  pairs: PairsAnswer | null,
  job: JobStatus | null
): string | null {
  if (library === null || pairs === null) return trainingWords.readiness.counting
  if (library.model === null) return trainingWords.start.noModel
  if (!library.model.hasCommonSpace) return trainingWords.start.noCommonSpace
  if (job !== null) return job.kind === 'train' ? trainingWords.start.training : trainingWords.start.busy
  if (pairs.readiness.level === 'none') return trainingWords.start.tooFew(pairs.readiness)
  return null
}
