import type { JobStatus } from '../../../../shared/jobs.ts'
import type {
  Difference,
  Device,
  JudgedFigures,
  PairReason,
  PairsAnswer,
  ProjectorStatus,
  Readiness,
  RunPoint,
  Verdict
} from '../../../../shared/learning.ts'
import type { Chart, CurveName } from '../../layout/curves.ts'
import { pairSources } from '../pair-sources.ts'
import { count, formats, list, number, percent, span } from './formats.ts'
import { progressWords } from './progress.ts'

const { curveValue, loss, share, signed } = formats

export const deviceNames: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'NVIDIA GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Apple GPU (Core ML)'
}

const reasons: Readonly<Record<PairReason, string>> = {
  confirmed: 'Confirmed by you',
  description: 'Caption',
  title: 'Title',
  keywords: 'Keywords',
  'alt-text': 'Alt text',
  embed: 'Shown in a note',
  wikilink: 'Wikilink',
  link: 'Link',
  'same-name': 'Note of the same name',
  sidecar: 'Sidecar',
  'file-name': 'File name'
}

/** Where pairs come from, as one would count them up; several reasons can be one place. */
const sources: Readonly<Record<PairReason, string>> = {
  confirmed: 'what you confirmed',
  description: 'captions',
  title: 'titles',
  keywords: 'keywords',
  'alt-text': 'alt texts',
  embed: 'notes that show them',
  wikilink: 'links',
  link: 'links',
  'same-name': 'notes of the same name',
  sidecar: 'sidecars',
  'file-name': 'file names'
}

const levels: Readonly<Record<Readiness['level'], string>> = {
  none: 'not enough yet',
  few: 'enough to begin',
  enough: 'enough'
}

/** '312 pairs from captions, links and sidecars; enough'. */
export function readinessSentence({ counts, readiness }: Pick<PairsAnswer, 'counts' | 'readiness'>): string {
  if (readiness.pairs === 0) return 'No pairs of a photo and its words yet'
  const { listed, more } = pairSources(counts, sources)
  const named = more === 0 ? listed : [...listed, `${number(more)} more`]
  const from = named.length === 0 ? '' : ` from ${list(named)}`
  return `${count(readiness.pairs, 'pair')}${from}; ${levels[readiness.level]}`
}

/** '+0.034 (95 % interval +0.012 to +0.057)'. */
export const gainSentence = ({ mean, low, high }: Difference): string =>
  `${signed(mean)} (95% interval ${signed(low)} to ${signed(high)})`

/** '3 May 2026, 14:02'; the pack's own map has no date. */
export const versionName = (version: ProjectorStatus): string =>
  version.createdMs === null ? trainingWords.history.own : formats.when(version.createdMs)

/** What the page says about learning from the library. */
export const trainingWords = {
  title: 'Retrain on my library',
  short: 'Retrain',
  resultIsThere: 'Training result',
  /** The button in the header, for who hears it. */
  open: (job: JobStatus | null, hasResult: boolean): string => {
    if (job !== null) return `Retrain on my library: ${progressWords.short(job)}`
    return hasResult ? 'Retrain on my library: a result is there' : 'Retrain on my library'
  },
  lead: 'Reverie learns which words you use for which pictures. What it learned takes over only if it finds more photos of notes and subjects that were kept out of the training, and one press takes it back. Nothing leaves this machine.',

  readiness: {
    title: 'What there is to learn from',
    meter: 'Readiness',
    counting: 'Counting the pairs of photos and words…',
    groups: ({ photos, different, groups }: Readiness): string => {
      const counted =
        different < photos
          ? `${count(photos, 'photo')} with words; ${number(different)} of them differ enough to count.`
          : `${count(photos, 'photo')} with words.`
      return groups < different
        ? `${counted} They are of ${count(groups, 'note or subject', 'notes or subjects')}, by which it is judged what was learned.`
        : counted
    },
    missing: ({ level, missing, missingGroups }: Readiness): string | null => {
      if (level === 'none' && missing === 0)
        return `${count(missingGroups, 'more note or subject', 'more notes or subjects')} ${missingGroups === 1 ? 'is' : 'are'} needed to tell whether anything was learned. Photos of one note, and of nearly the same words, count once.`
      if (level === 'none')
        return `${count(missing, 'more photo')} with words ${missing === 1 ? 'is' : 'are'} needed. Bursts and photos that look alike count once.`
      if (level === 'few')
        return `With ${count(missing, 'more photo')} it also learns to know a photo that lies on its side.`
      return null
    },
    mark: { few: 'enough to begin', enough: 'enough' },
    advice: 'What you can do',
    advices: [
      'Write captions, titles or keywords with your photo program. They are read from the files and from sidecars.',
      'Show photos in your notes, with an alt text or a caption, or give a note the name of its photo.',
      'Add folders that hold such photos and notes to the library.'
    ]
  },

  start: {
    button: 'Retrain on my library',
    starting: 'Starting…',
    noModel: 'No model is installed, so there is nothing to train. Install a model first; search by words goes on.',
    noCommonSpace:
      'The model cannot compare pictures with words yet, so there is nothing to improve. Choose a model that can; search goes on as it is.',
    training: 'A training is running.',
    busy: 'Another job is running. Wait for it, or stop it first.',
    tooFew: ({ missing, missingGroups }: Readiness): string =>
      missing > 0
        ? `${count(missing, 'more photo')} with words ${missing === 1 ? 'is' : 'are'} needed first.`
        : `${count(missingGroups, 'more note or subject', 'more notes or subjects')} with photos ${missingGroups === 1 ? 'is' : 'are'} needed first.`
  },

  device: {
    title: 'Device',
    auto: 'Automatic',
    autoDetail: 'The fastest that passes its self-test, else the CPU.',
    summary: (device: Device | 'auto'): string =>
      `Trains on: ${device === 'auto' ? 'automatic choice' : deviceNames[device]}`,
    testing: 'Testing the devices of this machine…',
    untested: 'The devices were not tested.',
    again: 'Test again',
    rate: (stepsPerSecond: number): string => `${count(Math.round(stepsPerSecond), 'step')} a second`,
    fails: 'cannot be used',
    runs: ({ device, stepsPerSecond, step, steps, secondsLeft }: RunPoint, isRunning: boolean): string =>
      isRunning
        ? `Step ${number(step)} of ${number(steps)} on ${deviceNames[device]}, ${trainingWords.device.rate(stepsPerSecond)}, about ${span(secondsLeft)} left`
        : `${count(step, 'step')} on ${deviceNames[device]}, ${trainingWords.device.rate(stepsPerSecond)}`
  },

  curves: {
    title: { running: 'This training', of: 'Its training' },
    show: 'How it was trained',
    waiting: 'The first point comes soon.',
    chart: {
      validation: 'Search on validation pairs',
      losses: 'Losses',
      probes: 'What a fresh probe can still tell'
    } satisfies Record<Chart['name'], string>,
    detail: {
      validation: 'MRR: 1 when the right one always comes first. Higher is better.',
      losses: 'By part, averaged between two points.',
      probes: 'Share it gets right. The nearer to chance (the faint lines), the better.'
    } satisfies Record<Chart['name'], string>,
    name: {
      validation: 'MRR',
      pair: 'Pairs',
      label: 'Labels',
      structure: 'Structure',
      anchor: 'Photos of others',
      modality: 'Modality',
      rotation: 'Rotation',
      discriminator: 'Discriminator',
      modalityProbe: 'Photo or text',
      rotationProbe: 'Which way up'
    } satisfies Record<CurveName, string>,
    chance: (value: number): string => `chance ${loss(value)}`,
    step: 'Step',
    table: 'The same as a table',
    /** What the picture shows, for who does not see it. */
    summary: (chart: Chart): string => {
      const curves = chart.curves.flatMap(({ name, values }) => {
        const measured = values.filter(value => value !== null)
        const [first, last] = [measured.at(0), measured.at(-1)]
        if (first === undefined || last === undefined) return []
        return [`${trainingWords.curves.name[name]} from ${curveValue(name, first)} to ${curveValue(name, last)}`]
      })
      return `${trainingWords.curves.chart[chart.name]}: ${curves.length === 0 ? 'nothing measured yet' : curves.join('; ')}`
    }
  },

  verdict: {
    title: 'Before and after',
    /** What was judged, and how it went. */
    heldOut: ({ judged, heldOutPhotos, before, after }: Verdict): string => {
      if (judged === null)
        return `Judged by an older Reverie, less strictly: on ${count(heldOutPhotos, 'photo')} kept out of the training, which could be of notes that were learned from, and among these photos alone.`
      const { captions, groups, gallery } = judged
      return `Of ${count(captions, 'caption')} of ${count(groups, 'note or subject', 'notes or subjects')} that it had not seen, ${share(after.textToImage.r10)} now find their photo among the first ten of ${number(gallery)}; it was ${share(before.textToImage.r10)}.`
    },
    how: ({ turns, isAgainstVersion }: NonNullable<Verdict['judged']>): string =>
      `Judged in ${count(turns, 'turn')}, each by notes and subjects that its training had not seen; compared with ${isAgainstVersion ? 'the version that answered then' : 'the model’s own map'}.`,
    known: 'New photos of notes it knows',
    knownDetail: ({ photos, mrrGain }: JudgedFigures): string =>
      `${gainSentence(mrrGain)} in MRR, for ${count(photos, 'photo')}. This says what is remembered and decides nothing.`,
    needed: (groups: number, needed: number): string =>
      `Too small a library to know: ${count(groups, 'note or subject was', 'notes and subjects were')} judged, and about ${number(needed)} would tell a gain of this size from chance.`,
    state: {
      candidate: 'Being judged',
      waiting: 'Accepted; it takes over when the library is projected',
      active: 'Accepted and in use',
      retired: 'Accepted; not in use now',
      rejected: 'Not taken'
    } satisfies Record<ProjectorStatus['state'], string>,
    direction: { textToImage: 'Words find their photo', imageToText: 'A photo finds its words' },
    before: 'Before',
    after: 'After',
    change: 'Change',
    figure: { r1: 'Comes first', r5: 'In the first 5', r10: 'In the first 10', mrr: 'MRR' },
    figureCode: { r1: 'R@1', r5: 'R@5', r10: 'R@10', mrr: 'mean of 1 / rank' },
    gain: 'Gain in MRR, both directions',
    blended: (amount: number): string =>
      amount === 0
        ? 'None of what was learned was any better on the validation pairs.'
        : `${percent(amount)} of what was learned is blended into the map it began with; more of it was no better on the validation pairs.`,
    general: 'Beyond your library',
    generalDetail: (before: number, after: number): string =>
      `${share(before)} before, ${share(after)} after, in the first 10. This guards what the model knew already.`,
    keep: 'Keep',
    kept: 'Kept. You can return to an older version under History at any time.',
    rollBack: 'Roll back',
    rolledBack: 'Rolled back. Search uses the version from before.',
    rollingBack: 'Rolling back…',
    dismiss: 'Dismiss'
  },

  changes: {
    title: (n: number): string => `${count(n, 'question')} with other answers`,
    detail: 'Texts of your own that were kept out of the training. The photo that belongs to each has a frame.',
    rank: (before: number, after: number): string => `Rank ${number(before)} → ${number(after)}`,
    rankSpoken: (before: number, after: number): string =>
      `Its photo was at rank ${number(before)} and is now at rank ${number(after)}`,
    before: 'Before',
    after: 'After',
    photos: (when: string, place: number): string =>
      place === 0 ? `${when}: its photo is not among the first` : `${when}: its photo is number ${number(place)}`,
    more: (n: number): string => `Show ${number(n)} more`
  },

  history: {
    title: 'History',
    detail: 'Every version stays on this machine. Switching encodes nothing anew.',
    own: 'The model’s own map',
    table: 'Table of versions',
    none: 'Nothing was trained yet. Search uses the model’s own map.',
    columns: {
      date: 'Version',
      state: 'State',
      pairs: 'Pairs',
      gain: 'Gain in MRR',
      device: 'Device',
      seconds: 'Time',
      actions: 'Actions'
    },
    state: {
      candidate: 'being judged',
      waiting: 'being projected',
      active: 'in use',
      retired: 'not in use',
      rejected: 'not taken'
    } satisfies Record<ProjectorStatus['state'], string>,
    gain: ({ mean, low, high }: Difference): { readonly mean: string; readonly interval: string } => ({
      mean: signed(mean),
      interval: `${signed(low)} to ${signed(high)}`
    }),
    seconds: (seconds: number): string => span(seconds),
    unknown: '–',
    use: 'Use',
    useNamed: (name: string): string => `Use ${name}`,
    details: 'Details',
    detailsNamed: (name: string): string => `Details of ${name}`,
    detailsTitle: (name: string): string => `Version of ${name}`,
    switched: 'Search uses the chosen version now.',
    facts: (seed: number | null, pairHash: string | null): string =>
      [
        ...(seed === null ? [] : [`seed ${seed}`]),
        ...(pairHash === null ? [] : [`pairs ${pairHash.slice(0, 12)}`])
      ].join(' · ')
  },

  pairs: {
    title: 'Pairs',
    detail: 'What Reverie takes for a photo and its words. Your word counts more than what was found.',
    show: 'Look at the pairs',
    reason: reasons,
    filter: 'From',
    all: (n: number): string => `Everywhere (${number(n)})`,
    option: (reason: PairReason, n: number): string => `${reasons[reason]} (${number(n)})`,
    first: (shown: number, of: number): string =>
      shown < of
        ? `The first ${number(shown)} of ${number(of)}, the surest first.`
        : `${count(of, 'pair')}, the surest first.`,
    none: 'No pairs from there.',
    confirm: 'They belong together',
    reject: 'They do not',
    named: (does: string, text: string): string => `${does}: ${text}`,
    confirmed: 'Confirmed',
    rejected: 'Rejected: not trained on',
    undo: 'Take back'
  }
} as const
