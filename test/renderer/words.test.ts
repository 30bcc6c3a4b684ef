import { describe, expect, test } from 'vitest'
import type { Hit } from '../../src/shared/searching.ts'
import type { ItemDetail } from '../../src/shared/items.ts'
import type { JobStatus } from '../../src/shared/jobs.ts'
import { bytes, count, span } from '../../src/renderer/src/words/en/formats.ts'
import { progressWords } from '../../src/renderer/src/words/en/progress.ts'
import { coordinates, dateSentence, reasonSentence, shortReason, words } from '../../src/renderer/src/words/en/words.ts'
import { nameOf } from '../../src/renderer/src/words/name-of.ts'

const photo: Hit = {
  itemId: 1,
  kind: 'photo',
  folderId: 1,
  path: '/p/a.jpg',
  title: 'A dog',
  dateMs: Date.UTC(2021, 4, 3),
  widthPx: 4,
  heightPx: 3,
  thumbhash: null,
  score: 0.9,
  isRelevant: true,
  reasons: [],
  snippet: null
}
const note: Hit = { ...photo, itemId: 2, kind: 'note', widthPx: null, heightPx: null }
const job: JobStatus = {
  jobId: 'j',
  kind: 'index',
  state: 'running',
  stage: 'encode',
  done: 250,
  total: 1000,
  failed: 0,
  encoded: 250,
  startedMs: 0,
  perSecond: 5,
  outcome: null,
  message: null
}

test('numbers are written for people', () => {
  expect(count(1, 'photo')).toBe('1 photo')
  expect(count(1204, 'photo')).toBe('1,204 photos')
  expect(count(0, 'weaker match', 'weaker matches')).toBe('0 weaker matches')
  expect(bytes(0)).toBe('0\u00a0bytes')
  expect(bytes(1)).toBe('1\u00a0byte')
  expect(bytes(48_123_456)).toBe('48.1\u00a0MB')
  expect(span(0.4)).toBe('1 second')
  expect(span(89)).toBe('89 seconds')
  expect(span(300)).toBe('5 minutes')
  expect(span(7200)).toBe('2 hours')
})

test('the name of a path, whichever way it is written', () => {
  expect(nameOf('/home/ada/Pictures/')).toBe('Pictures')
  expect(nameOf('C:\\Users\\Ada\\Pictures')).toBe('Pictures')
  expect(nameOf('/')).toBe('/')
})

describe('what was found', () => {
  const unsure = { ...photo, isRelevant: false }
  test('is counted by kind, those that are less sure apart, and says no verdict where none is sure', () => {
    expect(words.results.found([photo, photo, note], true)).toBe('2 photos and 1 note')
    expect(words.results.found([note, unsure], true)).toBe('1 note, and less sure ones')
    expect(words.results.found([unsure], true)).toBe('The nearest first')
    expect(words.results.found([], true)).toBe('Nothing found')
  })
  test('is not called all there is while there may be more', () => {
    expect(words.results.found([photo, photo], false)).toBe('The first 2 photos')
  })
})

describe('why it was found', () => {
  test('the strongest reason is the one on the tile', () => {
    const reasons: Hit['reasons'] = [
      { kind: 'picture', cosine: 0.3, share: 0.3 },
      { kind: 'words', field: 'description', words: ['dog', 'beach'], share: 0.7 }
    ]
    expect(shortReason({ ...photo, reasons })).toBe('“dog” and “beach” in the description')
    expect(shortReason({ ...photo, reasons: reasons.slice(0, 1) })).toBe('Looks like it')
    expect(shortReason(photo)).toBe('')
  })

  test('each kind of reason is a sentence of its own for photos and notes', () => {
    const reasons: Hit['reasons'] = [
      { kind: 'words', field: 'text', words: ['dog'], share: 1 },
      { kind: 'picture', cosine: 1, share: 1 },
      { kind: 'meaning', text: 'a dog', cosine: 1, share: 1 },
      { kind: 'shown', title: 'Diary', share: 1 },
      { kind: 'same', share: 1 },
      { kind: 'filter', share: 1 }
    ]
    const sentences = reasons.map(reason => reasonSentence(reason, 'note'))
    expect(new Set(sentences).size).toBe(reasons.length)
    expect(reasonSentence(reasons[3]!, 'photo')).toBe('It is shown in “Diary”')
  })

  test('a title from right to left is set apart, so that the quotation mark stays behind it', () => {
    const reason = { kind: 'shown', title: 'יומן 2024', share: 1 } as const
    expect(reasonSentence(reason, 'photo')).toBe('It is shown in “\u2068יומן 2024\u2069”')
  })
})

test('progress says how much, how fast and how long', () => {
  expect(progressWords.of(job)).toBe('250 of 1,000')
  expect(progressWords.left(job)).toBe('about 3 minutes left')
  expect(progressWords.short(job)).toBe('Indexing 25%')
  expect(progressWords.left({ ...job, state: 'paused' })).toBeNull()
  expect(progressWords.left({ ...job, perSecond: null })).toBeNull()
  expect(progressWords.of({ ...job, total: null })).toBe('250 files')
  expect(progressWords.outcome({ ...job, state: 'ended', outcome: 'finished', failed: 2 })).toBe(
    'Finished: 250 files, 2 failed.'
  )
  expect(progressWords.outcome({ ...job, outcome: 'error', message: 'The disk is full. Nothing is lost.' })).toBe(
    'The disk is full. Nothing is lost.'
  )
})

test('a download speaks of bytes', () => {
  const download: JobStatus = { ...job, kind: 'install', stage: 'download', done: 61_000_000, total: 155_900_000 }
  expect(progressWords.of(download)).toBe('61\u00a0MB of 156\u00a0MB')
  expect(progressWords.rate(2_100_000, 'download')).toBe('2.1\u00a0MB a second')
  expect(progressWords.rate(2.13)).toBe('2.1 a second')
  expect(progressWords.outcome({ ...download, outcome: 'cancelled' })).toContain('What was fetched is kept')
  expect(progressWords.outcome({ ...download, outcome: 'finished' })).toBe(
    'The model is installed. Choose it to search with it.'
  )
})

test('a job says what it does and how it ended in the words of its kind', () => {
  const training: JobStatus = { ...job, kind: 'train', stage: 'train' }
  expect(progressWords.short(training)).toBe('Training 25%')
  expect(progressWords.short({ ...training, kind: 'project', state: 'paused' })).toBe('Paused 25%')
  expect(progressWords.of({ ...training, total: null })).toBe('250 steps')
  expect(progressWords.of({ ...training, stage: 'turn', total: null })).toBe('250 photos')
  expect(progressWords.outcome({ ...training, outcome: 'finished' })).toBe('The training is finished.')
  for (const kind of ['train', 'project'] as const)
    for (const outcome of ['cancelled', 'error'] as const)
      expect(progressWords.outcome({ ...training, kind, outcome })).toMatch(/Search works as before\.$/u)
})

test('a date is the wall-clock time where it was taken, with its zone and source', () => {
  const detail: ItemDetail = {
    ...photo,
    status: 'indexed',
    format: 'jpeg',
    sizeBytes: 1,
    dateMs: Date.UTC(2021, 4, 3, 14, 2),
    dateSource: 'exif',
    dateOffsetMinutes: -210,
    latitude: null,
    longitude: null,
    camera: null,
    lens: null,
    own: { caption: null, addedTags: [], removedTags: [], isFavourite: false },
    marks: { caption: [], description: [] },
    description: null,
    tags: [],
    passages: [],
    longNote: null,
    related: []
  }
  expect(dateSentence(detail)).toContain('2021')
  expect(dateSentence(detail)).toMatch(/(14:02|2:02)/u)
  expect(dateSentence(detail)).toContain('(UTC−3:30), from the camera')
  expect(dateSentence({ ...detail, dateOffsetMinutes: null, dateSource: 'file' })).not.toContain('UTC')
  expect(dateSentence({ ...detail, datePrecision: 'month' })).toMatch(/^May 2021, from/u)
  expect(dateSentence({ ...detail, datePrecision: 'year' })).toBe('2021, from the camera')
})

test('coordinates have their side of the world', () => {
  expect(coordinates(52.52, -13.405)).toBe('52.5200° N, 13.4050° W')
  expect(coordinates(-33.9, 18.4)).toBe('33.9000° S, 18.4000° E')
})
