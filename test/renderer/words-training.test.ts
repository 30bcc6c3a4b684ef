import { describe, expect, test } from 'vitest'
import type { JobStatus } from '../../src/shared/jobs.ts'
import type { LibraryStatus } from '../../src/shared/library.ts'
import type { PairReason, PairsAnswer, Readiness, Verdict } from '../../src/shared/learning.ts'
import type { ModelSummary } from '../../src/shared/models.ts'
import './english.ts'
import { chartsOf } from '../../src/renderer/src/layout/curves.ts'
import { whyNotStart } from '../../src/renderer/src/why-not-start.ts'
import { formats } from '../../src/renderer/src/words/en/formats.ts'
import { gainSentence, readinessSentence, trainingWords } from '../../src/renderer/src/words/en/training.ts'

const { gainInPoints, signed, tick } = formats

function answer(readiness: Partial<Readiness>, counts: Partial<Record<PairReason, number>> = {}): PairsAnswer {
  return {
    pairs: [],
    counts: (Object.keys(counts) as PairReason[]).map(reason => ({ reason, pairs: counts[reason] ?? 0 })),
    readiness: {
      ...{ pairs: 312, photos: 310, different: 305, groups: 301, level: 'enough', missing: 0, missingGroups: 0 },
      ...readiness
    }
  }
}

describe('readiness in one sentence', () => {
  test('names where most pairs come from, the most first, and whether it is enough', () => {
    expect(readinessSentence(answer({}, { sidecar: 40, description: 200, wikilink: 40, link: 32 }))).toMatch(
      /^312 pairs from captions, links,? and sidecars; enough$/u
    )
  })
  test('counts the places that it does not name, and leaves out where nothing comes from', () => {
    const counts = { description: 5, title: 4, keywords: 3, 'alt-text': 2, 'file-name': 1, confirmed: 0 }
    expect(readinessSentence(answer({ pairs: 15, level: 'none' }, counts))).toMatch(
      /^15 pairs from captions, titles, keywords,? and 2 more; not enough yet$/u
    )
  })
  test('says when there is nothing', () => {
    expect(readinessSentence(answer({ pairs: 0, level: 'none' }))).toBe('No pairs of a photo and its words yet')
    expect(readinessSentence(answer({ pairs: 1, level: 'few' }))).toBe('1 pair; enough to begin')
  })
})

test('what is missing for the next level is counted in photos', () => {
  const missing = (level: Readiness['level'], n: number) =>
    trainingWords.readiness.missing(answer({ level, missing: n }).readiness)
  expect(missing('none', 82)).toContain('82 more photos with words are needed')
  expect(missing('none', 1)).toContain('1 more photo with words is needed')
  expect(missing('few', 149)).toContain('149 more photos')
  expect(missing('enough', 0)).toBeNull()
})

test('where there are photos enough, the notes and subjects that are missing are counted', () => {
  const { readiness } = answer({ level: 'none', missing: 0, missingGroups: 11, different: 290, groups: 39 })
  expect(trainingWords.readiness.missing(readiness)).toContain('11 more notes or subjects are needed')
  expect(trainingWords.start.tooFew(readiness)).toBe('11 more notes or subjects with photos are needed first.')
  expect(trainingWords.readiness.groups(readiness)).toBe(
    '310 photos with words; 290 of them differ enough to count. They are of 39 notes or subjects, by which it is judged what was learned.'
  )
})

describe('why a training cannot be started', () => {
  const model = { hasCommonSpace: true } as ModelSummary
  const library = { model } as LibraryStatus
  const job = { kind: 'index' } as JobStatus

  test('is nothing when there is a model that compares, enough pairs and no other job', () => {
    expect(whyNotStart(library, answer({}), null)).toBeNull()
    expect(whyNotStart(library, answer({ level: 'few', missing: 3 }), null)).toBeNull()
  })
  test('is the first thing that has to be mended', () => {
    const few = answer({ level: 'none', missing: 82 })
    expect(whyNotStart({ ...library, model: null }, few, job)).toContain('No model is installed')
    expect(whyNotStart({ ...library, model: { ...model, hasCommonSpace: false } }, few, job)).toContain(
      'cannot compare'
    )
    expect(whyNotStart(library, few, job)).toContain('Another job')
    expect(whyNotStart(library, few, { ...job, kind: 'train' })).toBe('A training is running.')
    expect(whyNotStart(library, few, null)).toBe('82 more photos with words are needed first.')
    expect(whyNotStart(library, null, null)).toContain('Counting')
  })
})

test('a verdict names what was judged, and says so where an older Reverie judged less strictly', () => {
  const r10 = (value: number) => {
    const figures = { r1: 0, r5: 0, r10: value, mrr: 0 }
    return { textToImage: figures, imageToText: figures }
  }
  const judged = { captions: 64, groups: 40, gallery: 1207, turns: 5, isAgainstVersion: false, needed: 300 }
  const verdict: Verdict = {
    ...{ isAccepted: true, reason: '', heldOutPhotos: 50, share: 1, general: null, known: null, judged },
    ...{ before: r10(0.22), after: r10(0.37), mrrGain: { mean: 0, low: 0, high: 0 } }
  }
  const { heldOut, how, needed } = trainingWords.verdict
  expect(heldOut(verdict)).toBe(
    'Of 64 captions of 40 notes or subjects that it had not seen, 37.0% now find their photo among the first ten of 1,207; it was 22.0%.'
  )
  expect(how(judged)).toContain('compared with the model’s own map')
  expect(needed(40, 300)).toContain('Too small a library to know: 40 notes and subjects were judged, and about 300')
  expect(heldOut({ ...verdict, judged: null })).toContain('Judged by an older Reverie, less strictly: on 50 photos')
})

test('differences carry their sign, and zero carries none', () => {
  expect([signed(0.0341), signed(-0.0119), signed(0)]).toEqual(['+0.034', '−0.012', '0.000'])
  expect([gainInPoints(0.322, 0.379), gainInPoints(0.586, 0.575)]).toEqual(['+5.7', '−1.1'])
  expect([tick(-0.02), tick(0), tick(0.06)]).toEqual(['−0.02', '0', '+0.06'])
  expect(gainSentence({ mean: 0.034, low: 0.012, high: 0.057 })).toBe('+0.034 (95% interval +0.012 to +0.057)')
})

test('a picture of curves says where each began and where it is', () => {
  const points = [0.98, null, 0.612].map((modalityProbe, n) => ({
    step: 10 * (n + 1),
    steps: 40,
    losses: { pair: 2 - n, modality: 0.5 },
    validationMrr: 0.4 + n / 100,
    modalityProbe,
    rotationProbe: null,
    device: 'cpu' as const,
    stepsPerSecond: 12.4,
    secondsLeft: 100
  }))
  expect(chartsOf(points).map(trainingWords.curves.summary)).toEqual([
    'Search on validation pairs: MRR from 0.400 to 0.420',
    'Losses: Pairs from 2 to 0; Modality from 0.5 to 0.5',
    'What a fresh probe can still tell: Photo or text from 0.980 to 0.612'
  ])
  const last = points[2]!
  expect(trainingWords.device.runs(last, true)).toBe('Step 30 of 40 on CPU, 12 steps a second, about 2 minutes left')
  expect(trainingWords.device.runs(last, false)).toBe('30 steps on CPU, 12 steps a second')
})

test('the header says whether a training runs, or has come to something', () => {
  const running: JobStatus = {
    jobId: 't',
    kind: 'train',
    state: 'running',
    stage: 'train',
    done: 1,
    total: 4,
    failed: 0,
    encoded: 0,
    startedMs: 0,
    perSecond: null,
    outcome: null,
    message: null
  }
  expect(trainingWords.open(null, false)).toBe('Retrain on my library')
  expect(trainingWords.open(running, true)).toBe('Retrain on my library: Training 25%')
  expect(trainingWords.open(null, true)).toBe('Retrain on my library: a result is there')
})
