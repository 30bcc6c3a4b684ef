/**
 * The classic benchmark on raw features: Wikipedia's pictures (128 numbers) and texts (10), ten classes. What `reverie fit --mode paper`
 * does, for three seeds: pairs with ACMR's label and triplet terms, without and with the modality adversary; mean average precision over
 * all of the test part, and a fresh probe of modality.
 */
import { readFeatureFolder } from '../../src/main/engine/features/learning/feature-folder.ts'
import { runPaper } from '../../src/main/engine/stages/train/paper.ts'
import { sharedData } from '../tools/shared-data.ts'

export async function bench(): Promise<void> {
  const folder = sharedData('wikipedia')
  if (folder === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const benchmark = await readFeatureFolder(folder)
  console.log('map                 seed  mAP image→text  mAP text→image  modality probe')
  for (const seed of [1, 2, 3])
    for await (const step of runPaper({ benchmark, seed })) {
      if (step.kind !== 'compared') continue
      for (const [name, { imageToText, textToImage, modalityProbe }] of [
        ['without adversary', step.withoutAdversary],
        ['with adversary', step.withAdversary]
      ] as const)
        console.log(
          `${name.padEnd(20)}${seed}     ${[imageToText, textToImage, modalityProbe].map(value => value.toFixed(3).padEnd(16)).join('')}`
        )
    }
}
