import type {
  BothDirections,
  DeviceStatus,
  ProjectorStatus,
  RetrievalFigures,
  Verdict
} from '../../../shared/learning.ts'
import { safe } from './print.ts'

/** A training's result as a person reads it: before, after, and what was decided. */
export function verdictLines({ versionId, state, pairs, device, seconds, verdict }: ProjectorStatus): string[] {
  if (verdict === null) return [`Version ${versionId ?? 'base'} (${state})`]
  const { before, after, mrrGain, general, judged, known, share } = verdict
  const row = (name: string, of: RetrievalFigures): string =>
    `  ${name.padEnd(24)}${[of.r1, of.r5, of.r10, of.mrr].map(value => value.toFixed(3).padStart(7)).join('')}`
  return [
    `${verdict.isAccepted ? 'Accepted' : 'Rejected'}: ${verdict.reason}`,
    `Version ${versionId ?? 'base'} (${state}), ${pairs ?? 0} pairs, ${seconds ?? 0} s on ${device ?? 'cpu'}.`,
    judgedOn(verdict),
    `  ${''.padEnd(24)}    R@1    R@5   R@10    MRR`,
    row('captions → photos before', before.textToImage),
    row('captions → photos after', after.textToImage),
    row('photos → captions before', before.imageToText),
    row('photos → captions after', after.imageToText),
    `Gain in MRR${judged === null ? '' : ' for new notes'} ${signed(mrrGain.mean)} (95 %: ${signed(mrrGain.low)} to ${signed(mrrGain.high)})${share === 1 ? '' : `, ${Math.round(100 * share)} % of the new map blended in`}`,
    ...(known === null
      ? []
      : [
          `Gain in MRR for new photos of known notes ${signed(known.mrrGain.mean)} (95 %: ${signed(known.mrrGain.low)} to ${signed(known.mrrGain.high)}), ${known.photos} photos: decides nothing.`
        ]),
    ...(general === null
      ? []
      : [`Photos of others, R@10: ${general.before.toFixed(3)} before, ${general.after.toFixed(3)} after`])
  ]
}

function judgedOn({ judged, heldOutPhotos, before, after }: Verdict): string {
  if (judged === null)
    return `Judged by an older Reverie, less strictly: on ${heldOutPhotos} photos that were held out, which could be of notes that were learned from, and among these photos alone.`
  const { captions, groups, gallery, turns, isAgainstVersion } = judged
  const found = ({ textToImage }: BothDirections): string => `${(100 * textToImage.r10).toFixed(1)} %`
  return `Judged in ${turns} turns by ${captions} captions of ${groups} notes and subjects that each had not seen: ${found(after)} now find their photo among the first ten of ${gallery}, ${found(before)} with ${isAgainstVersion ? 'the version that answered' : 'the model’s own map'}.`
}

export function projectorLines(projectors: readonly ProjectorStatus[]): string[] {
  if (projectors.length === 0) return ['No model is installed, so there is no map.']
  return projectors.map(({ versionId, state, createdMs, pairs, verdict }) => {
    const name = versionId === null ? 'base' : String(versionId)
    const gain =
      verdict === null
        ? 'the model pack’s own map'
        : `${pairs ?? 0} pairs, ${signed(verdict.mrrGain.mean)} MRR${verdict.judged === null ? ' (judged by an older Reverie)' : ''}`
    const when = createdMs === null ? '' : new Date(createdMs).toISOString().slice(0, 16).replace('T', ' ')
    return `${name.padEnd(6)}${state.padEnd(10)} ${when.padEnd(17)} ${gain}`
  })
}

export function deviceLines(devices: readonly DeviceStatus[]): string[] {
  return devices.map(({ device, isUsable, message, stepsPerSecond }) => {
    const rate = stepsPerSecond === null ? '' : `${stepsPerSecond.toFixed(1)} steps/s`
    return `${device.padEnd(8)}${(isUsable ? 'works' : 'not used').padEnd(10)}${rate.padEnd(16)}${safe(message)}`
  })
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}
