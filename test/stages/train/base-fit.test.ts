import { expect, test } from 'vitest'
import type { RunPoint } from '../../../src/shared/learning.ts'
import { serializeProjector, withId } from '../../../src/main/engine/stages/project/projector-file.ts'
import { runFit } from '../../../src/main/engine/stages/train/base-fit.ts'
import { foldsOf } from '../../../src/main/engine/stages/train/folds.ts'
import type { SsalConfig } from '../../../src/main/engine/stages/train/ssal.ts'
import { syntheticWorld } from './synthetic-world.ts'

/** Enough steps for adversaries of this strength to show, in a world of this size; the app takes about as many on 4,500 photos. */
const longer = { steps: 700, evaluateEvery: 700 }
const d = 64

test(
  'with the usual settings a base map tells modality and rotation less than without adversaries',
  { timeout: 600_000 },
  async () => {
    const { data } = syntheticWorld({ pairs: 560, strangers: 1, dimension: d, seed: 5 })
    const folds = foldsOf(data.groups)
    // From a map that changes nothing, because CCA would have taken the planted gap between photos and texts away.
    const matrix = Float32Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0))
    const map = { linear: { mean: new Float32Array(d), matrix }, words: null, residuals: [] }
    const fitted = async (settings: Partial<SsalConfig>): Promise<RunPoint | null> => {
      const fit = runFit({
        data,
        validation: Int32Array.from([...folds.validation, ...folds.test]),
        seed: 1,
        device: 'cpu',
        hasWords: false,
        start: serializeProjector(withId({ dimension: d, image: map, text: map, source: 'nothing learned' })),
        settings: { ...longer, ...settings }
      })
      let last: RunPoint | null = null
      for await (const step of fit) if (step.kind === 'point') last = step.point
      return last
    }

    const usual = await fitted({})
    const control = await fitted({ modalityReversal: 0, rotationReversal: 0 })
    expect(usual?.modalityProbe).toBeLessThan((control?.modalityProbe ?? 0) - 0.04)
    expect(usual?.rotationProbe).toBeLessThan((control?.rotationProbe ?? 0) - 0.08)
    expect(usual?.validationMrr).toBeGreaterThan((control?.validationMrr ?? 1) - 0.05)
  }
)
