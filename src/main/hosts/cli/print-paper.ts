import type { PaperReport } from '../../engine/engine.ts'

/** The classic benchmark's figures, without and with what the method adds. */
export function paperLines({
  seed,
  trained,
  validation,
  test,
  withAdversary,
  withoutAdversary,
  seconds
}: PaperReport): string[] {
  const row = (name: string, { imageToText, textToImage, modalityProbe }: PaperReport['withAdversary']): string =>
    `  ${name.padEnd(20)}${[imageToText, textToImage, modalityProbe].map(value => value.toFixed(3).padStart(16)).join('')}`
  return [
    `Trained on ${trained} pairs, chosen on ${validation}, judged on ${test} that nothing was chosen on; seed ${seed}, ${seconds} s.`,
    `  ${''.padEnd(20)}${['mAP image→text', 'mAP text→image', 'modality read'].map(name => name.padStart(16)).join('')}`,
    row('without adversary', withoutAdversary),
    row('with adversary', withAdversary),
    'The modality is read by a fresh probe on the rows; by chance it would be right in .5 of them.'
  ]
}
