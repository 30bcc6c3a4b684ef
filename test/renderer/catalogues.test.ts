import { describe, expect, test } from 'vitest'
import type { Catalogue } from '../../src/renderer/src/words/catalogue.ts'
import { german } from '../../src/renderer/src/words/de/catalogue.ts'
import { english } from '../../src/renderer/src/words/en/catalogue.ts'
import { directionOf, languageFor, localeFor } from '../../src/renderer/src/words/languages.ts'

/** One thing that has what jobs, models, hits, versions and the rest have: whatever a text asks of it, it is there. */
const everything = {
  ...{ jobId: 'j', kind: 'index', state: 'running', stage: 'encode', done: 250, total: 1000, failed: 2, encoded: 250 },
  ...{ startedMs: 0, perSecond: 5, outcome: 'finished', message: null, jobs: [], name: 'clip', sizeBytes: 48_123_456 },
  ...{ languages: ['en', 'fr', 'es', 'it', 'pt'], isShipped: true, speed: { photosPerSecond: 2.13 }, source: 'hub' },
  ...{ quality: { textToImageRecallAt10: 0.52, set: 'COCO', measure: 'R@1', value: 0.4, source: 'paper' } },
  ...{
    embeddingBytes: 9_000_000,
    sharedBytes: 1_000_000,
    itemId: 1,
    path: '/p/a.jpg',
    title: 'A dog',
    isRelevant: true
  },
  ...{ widthPx: 4000, heightPx: 3000, dateMs: Date.UTC(2021, 4, 3, 14, 2), dateSource: 'exif', dateOffsetMinutes: 120 },
  ...{
    format: 'text',
    reasons: [{ kind: 'picture', cosine: 0.3, share: 1 }],
    label: 'photo',
    eligible: 98,
    indexed: 95
  },
  ...{
    photos: 310,
    different: 305,
    groups: 301,
    pairs: 312,
    level: 'few',
    missing: 12,
    missingGroups: 0,
    device: 'cpu',
    stepsPerSecond: 12.4,
    step: 30
  },
  ...{
    steps: 40,
    secondsLeft: 300,
    createdMs: null,
    heldOutPhotos: 46,
    judged: { captions: 64, groups: 40, gallery: 207, turns: 5, isAgainstVersion: true, needed: 300 },
    ...{
      captions: 64,
      gallery: 207,
      turns: 5,
      isAgainstVersion: true,
      mrrGain: { mean: 0.01, low: -0.01, high: 0.03 }
    },
    ...{ before: { textToImage: { r10: 0.22 } }, after: { textToImage: { r10: 0.37 } } },
    mean: 0.034,
    low: 0.012,
    high: 0.057,
    year: 2021
  },
  ...{ month: 2, curves: [{ name: 'pair', values: [2, 1.5] }], field: 'text', words: ['dog', 'sea'], text: 'a dog' },
  ...{ target: '/q/private', links: 3 },
  counts: [{ reason: 'description', pairs: 200 }],
  readiness: { pairs: 312, level: 'enough' }
}
const job = (change: object): object => ({ ...everything, ...change })
const token = (kind: string): object => ({ kind, label: 'Ada' })

/** What a text may be asked with. Each is tried with each; those that make no sense in English are left out. */
const inputs: readonly (readonly unknown[])[] = [
  [{ caption: 'Igel', addedTags: ['a', 'b'], removedTags: ['c'], isFavourite: true }],
  [3, 5, 7],
  [1, 1],
  [0.25, true],
  [0.25, false],
  [52.52, 13.405],
  ['Ada', 'Text'],
  ['Ada', 4],
  [''],
  [null, null],
  [null, true],
  [everything, everything],
  [everything, null],
  [everything, true],
  [[everything, { ...everything, kind: 'note' }], true],
  [[everything], false],
  [[], true],
  [[{ ...everything, isRelevant: false }], true],
  ...['photo', 'note', 'auto', 'cpu', 'type', 'in', 'is', 'description', 'disk-full', 'busy'].map(kind => [kind, 2]),
  ...[
    'words',
    'exact',
    'without',
    'type',
    'in',
    'after',
    'before',
    'camera',
    'near',
    'tag',
    'failed',
    'unreachable',
    'like'
  ].map(kind => [token(kind)]),
  ...['words', 'picture', 'meaning', 'shown', 'same', 'filter'].flatMap(kind =>
    ['photo', 'note'].map(of => [job({ kind, title: 'Diary' }), of])
  ),
  ...['train', 'project', 'encode-model', 'install'].flatMap(kind =>
    ['finished', 'cancelled', 'error'].map(outcome => [job({ kind, outcome, stage: 'download', total: null })])
  ),
  ...['cancelled', 'error'].map(outcome => [job({ outcome })]),
  [job({ state: 'paused' })],
  [job({ level: 'none', speed: null, quality: null, languages: ['en', 'de'], state: 'active', isShipped: false })],
  [job({ speed: 'slow', languages: [] })],
  [job({ name: 'losses' })],
  [job({ kind: 'folder', files: 3 })],
  [100_000, '123456789abcdef'],
  [3000, { encodedPassages: 2000, isCut: false }],
  [20_000, { encodedPassages: 2000, isCut: true }]
]

/** Names of things, which both languages write alike. */
const alike =
  /^(words\.app|words\.(preview|keys)\..*|progressWords\.title\.train|trainingWords\.(pairs\.named|pairs\.reason\.(link|wikilink)|curves\.name\.validation|history\.(unknown|columns\.date|details)|verdict\.figure(Code)?\..*)|previewWords\.(zoom|share)|offerWords\.exampleList\..*text)$/u

interface Twin {
  readonly path: string
  readonly inEnglish: unknown
  readonly inGerman: unknown
}

/** Every text and function of the catalogue with its twin. Lists may be of other lengths and are compared as far as both go. */
function* twins(inEnglish: unknown, inGerman: unknown, path = ''): Generator<Twin> {
  if (typeof inEnglish !== 'object' || inEnglish === null) yield { path, inEnglish, inGerman }
  else
    for (const [key, value] of Object.entries(inEnglish))
      if (path !== '' || key !== 'formats')
        yield* twins(value, (inGerman as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`)
}

type Say = (...input: readonly unknown[]) => unknown

/** What it says to this input; null when the input is not meant for it, which only English decides. */
function said(say: Say, input: readonly unknown[]): string | null {
  try {
    const answer = say(...input)
    return answer === null || answer === undefined ? null : JSON.stringify(answer)
  } catch {
    return null
  }
}
const isBroken = (text: string): boolean => /undefined|\[object|NaN|null/u.test(text)

test('a language that lacks a text, or words one from something else, does not compile', () => {
  const fewer: Omit<typeof german.words, 'close'> = german.words
  // @ts-expect-error: `close` is not there
  const lacking: Catalogue = { ...german, words: fewer }
  // @ts-expect-error: English is given a number
  const otherwise: Catalogue = { ...german, previewWords: { ...german.previewWords, share: (of: string) => of } }
  expect(Object.keys(lacking)).toEqual(Object.keys(otherwise))
})

describe('German', () => {
  const all = [...twins(english, german)]

  test('has a text for each English one, and it is another', () => {
    const texts = all.filter(({ inEnglish }) => typeof inEnglish === 'string')
    expect(texts.length).toBeGreaterThan(250)
    expect(texts.filter(({ inGerman }) => typeof inGerman !== 'string' || inGerman === '')).toEqual([])
    expect(
      texts
        .filter(({ path, inEnglish, inGerman }) => inEnglish === inGerman && !alike.test(path))
        .map(({ path }) => path)
    ).toEqual([])
  })

  const functions = all.filter(({ inEnglish }) => typeof inEnglish === 'function')
  test.each(functions)('$path answers whatever English answers, in other words', ({ path, inEnglish, inGerman }) => {
    const asked = inputs.flatMap(input => {
      const first = said(inEnglish as Say, input)
      return first === null || isBroken(first) ? [] : [{ first, second: said(inGerman as Say, input) }]
    })
    expect(path === 'words.alerts.refused' || asked.length > 0, 'no sample input fits: add one to `inputs`').toBe(true)
    expect(asked.filter(({ second }) => second === null || isBroken(second))).toEqual([])
    if (!alike.test(path) && asked.length > 0)
      expect(
        asked.some(({ first, second }) => first !== second),
        JSON.stringify(asked[0])
      ).toBe(true)
  })
})

test('counts and figures are written as a German reader expects', () => {
  expect(german.words.library.sum(1204, 1)).toBe('1.204 Fotos und 1 Notiz')
  expect(german.words.alerts.refused('disk-full')).toBe('Der Speicherplatz reicht nicht.')
  expect(german.libraryWords.disk(48_123_456, 1, null)).toMatch(/^48,1\sMB Index, 1\sByte Vorschaubilder$/u)
  expect(german.gainSentence({ mean: 0.034, low: -0.012, high: 0.057 })).toBe(
    '+0,034 (95-%-Intervall −0,012 bis +0,057)'
  )
  expect(
    german.trainingWords.readiness.missing({
      ...{ level: 'none', missing: 1, missingGroups: 1, pairs: 0, photos: 0, different: 0, groups: 0 }
    })
  ).toMatch(/^Es fehlt noch 1 Foto /u)
})

describe('the language', () => {
  test('is the chosen one, else the first of the system that we have, else English', () => {
    expect(languageFor('en', ['de-DE'])).toBe('en')
    expect(languageFor(null, ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(languageFor('klingon', ['fr'])).toBe('en')
    expect(languageFor(null, [])).toBe('en')
  })
  test('is written as the person’s own country writes it', () => {
    expect(localeFor('de', ['fr', 'de-AT', 'de'])).toBe('de-AT')
    expect(localeFor('de', ['den', 'fr'])).toBe('de-DE')
  })
  test('runs from right to left where its script does', () => {
    expect(['en', 'de', 'ar', 'he', 'fa', 'az-Arab'].map(directionOf)).toEqual([
      'ltr',
      'ltr',
      'rtl',
      'rtl',
      'rtl',
      'rtl'
    ])
  })
})
