import { EngineError } from '../../../../shared/errors.ts'
import type { PaperStep } from '../../stages/train/paper.ts'
import type { TrainerProcess } from '../../workers/trainer-process.ts'
import { readFeatureFolder } from './feature-folder.ts'

export interface PaperReport extends Omit<Extract<PaperStep, { kind: 'compared' }>, 'kind'> {
  readonly mode: 'paper'
  readonly seed: number
  readonly seconds: number
}

/** The classic benchmark in a folder of features, from its files to its figures. Nothing is written. */
export async function fitPaper(
  folder: string,
  seed: number,
  trainer: TrainerProcess,
  onProgress: (step: number, steps: number) => void
): Promise<PaperReport> {
  const startedMs = performance.now()
  const benchmark = await readFeatureFolder(folder)
  for await (const step of trainer.paper({ benchmark, seed, threads: 1 }, new AbortController().signal)) {
    if (step.kind === 'paper-point') {
      onProgress(step.step, step.steps)
      continue
    }
    const { trained, validation, test, withAdversary, withoutAdversary } = step
    const seconds = Math.round((performance.now() - startedMs) / 10) / 100
    return { mode: 'paper', seed, trained, validation, test, withAdversary, withoutAdversary, seconds }
  }
  throw new EngineError('internal', 'The benchmark ended without figures. Nothing was changed.')
}
