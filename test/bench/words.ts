/**
 * The words lane over a library of captions: the processor time of 14 questions, beside plain FTS5 on the same database in the same run.
 * `npm run bench words -- [--items <n>] [--library <folder>] [--rounds <n>]`
 *
 * One item in five is a note of two passages, every fourth photo is described; the texts are captions of COCO. `--library`
 * keeps the database for the next run. Vectors are left out: only words are asked.
 */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import type { NoteReading, PhotoReading } from '../../src/main/engine/base/domain.ts'
import { wordsLane } from '../../src/main/engine/features/searching/words-lane.ts'
import { parseQuery } from '../../src/main/engine/stages/search/parse.ts'
import { openStore } from '../../src/main/engine/store/database.ts'
import type { Store } from '../../src/main/engine/store/store.ts'
import { sharedData } from '../tools/shared-data.ts'
import { fillWith, isNote } from './large-library.ts'

const questions = [
  'a dog runs on the beach',
  'two children ride a bicycle',
  'snow on a mountain',
  'a boat at night',
  'man',
  'a man sitting on a bench with a laptop',
  'birthday cake with candles',
  'zebra',
  '"red cloaks"',
  'giraffe tree type:photo',
  'train station type:note',
  'cat on a couch in:12',
  'kitchen sink',
  'xylophone quartet rehearsal'
]
const describedEvery = 4
const captionsOfPassage = 4

export async function bench(rest: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...rest],
    options: { items: { type: 'string' }, library: { type: 'string' }, rounds: { type: 'string' } }
  })
  const items = Number(values.items ?? 100_000)
  const rounds = Number(values.rounds ?? 15)
  const captions = sharedData('coco_captions', 'captions.txt')
  if (captions === null) throw new Error('The captions are not on this machine.')
  const folder = values.library ?? (await mkdtemp(join(tmpdir(), 'reverie-bench-')))
  try {
    console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`)
    if (!existsSync(join(folder, 'reverie.db')))
      fill(folder, items, (await readFile(captions, 'utf8')).trim().split('\n'))
    tend(folder)
    const startMs = performance.now()
    const store = openStore({ folder })
    try {
      answer('a zebra', store)
      const seconds = (performance.now() - startMs) / 1000
      console.log(`${store.words.count()} rows, first answer after ${seconds.toFixed(2)} s`)
      measure(store, folder, rounds)
    } finally {
      store.close()
    }
    const bytes = statSync(join(folder, 'reverie.db')).size
    console.log(`database ${(bytes / 1e6).toFixed(0)} MB, memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
  } finally {
    if (values.library === undefined) await rm(folder, { recursive: true, force: true })
  }
}

/** What a run of indexing does for the posting lists, where they are not written yet. */
function tend(folder: string): void {
  const store = openStore({ folder })
  const steps: number[] = []
  const tendOnce = (): boolean => {
    let isMore = false
    steps.push(processorMs(() => void (isMore = store.words.tend())))
    return isMore
  }
  while (tendOnce());
  store.close()
  const sorted = steps.sort((a, b) => a - b)
  const seconds = steps.reduce((sum, ms) => sum + ms, 0) / 1000
  console.log(
    `posting lists: ${seconds.toFixed(1)} s of the processor in ${steps.length} steps, p99 ` +
      `${sorted[Math.floor(steps.length * 0.99)]!.toFixed(0)} ms, longest ${sorted.at(-1)!.toFixed(0)} ms`
  )
}

/** What the lane does of a question, with its filters, and without reading the items that are shown. */
function answer(question: string, store: Store): number {
  const { words, filters } = parseQuery(question)
  const byWords = store.words.allowed(words)
  const allowed = Object.keys(filters).length === 0 ? byWords : new Set(store.items.matching(filters))
  return wordsLane(words, allowed, store).rows.size
}

function measure(store: Store, folder: string, rounds: number): void {
  const plain = new Database(join(folder, 'reverie.db'), { readonly: true })
  const ranked = plain.prepare<[string]>(
    'SELECT rowid, rank FROM word_index WHERE word_index MATCH ? ORDER BY rank LIMIT 120'
  )
  const lane: number[] = []
  console.log(`processor ms, first and mean of ${rounds}`.padEnd(44) + 'first    lane    FTS5')
  for (const question of questions) {
    const words = question.replace(/\b(a|on|the|with|at|type:\w+|in:\w+)(?=\s|$)/g, '').trim()
    const expression = question.startsWith('"')
      ? question
      : words
          .split(/\s+/)
          .map(word => `"${word}"`)
          .join(' OR ')
    const first = processorMs(() => void answer(question, store))
    const took = mean(rounds, () => void answer(question, store))
    lane.push(took)
    const fts5 = mean(rounds, () => void ranked.all(expression))
    console.log(question.padEnd(41) + [first, took, fts5].map(ms => ms.toFixed(2).padStart(8)).join(''))
  }
  lane.sort((a, b) => a - b)
  console.log(`of the questions: median ${lane[7]!.toFixed(2)}, slowest ${lane.at(-1)!.toFixed(2)}`)
  plain.close()
}

/** The system counts in ticks of some milliseconds: so all rounds together. */
function mean(rounds: number, work: () => void): number {
  const all = processorMs(() => {
    for (let round = 0; round < rounds; round++) work()
  })
  return all / rounds
}

/** Of this thread: what else the machine does hardly counts. */
function processorMs(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}

function fill(folder: string, items: number, captions: readonly string[]): void {
  const startMs = performance.now()
  fillWith(folder, items, (itemId, i, _, store) => {
    const caption = (k: number): string => captions[(i * 7919 + k * 104_729) % captions.length]!
    store.items.saveReading(itemId, isNote(i) ? noteOf(i, caption) : photoOf(i, caption))
  })
  const seconds = (performance.now() - startMs) / 1000
  console.log(`${items} items written in ${seconds.toFixed(0)} s`)
}

const hashOf = (i: number): string => createHash('sha256').update(`item ${i}`).digest('hex')

function photoOf(i: number, caption: (k: number) => string): PhotoReading {
  return {
    ...{ kind: 'photo', contentHash: hashOf(i), format: 'jpeg', widthPx: 4000, heightPx: 3000 },
    metadata: {
      date: { localMs: 1.5e12 + i * 60_000, offsetMinutes: 60, source: 'exif' },
      ...{ latitude: null, longitude: null, camera: 'X100V', lens: null, title: null, keywords: [] },
      description: i % describedEvery === 1 ? caption(0) : null
    },
    thumbnail: { jpeg: new Uint8Array(), widthPx: 320, heightPx: 240 },
    thumbhash: new Uint8Array(25),
    perceptualHash: hashOf(i).slice(0, 16)
  }
}

function noteOf(i: number, caption: (k: number) => string): NoteReading {
  const texts = [0, 1].map(part =>
    Array.from({ length: captionsOfPassage }, (_, k) => caption(part * captionsOfPassage + k)).join(' ')
  )
  return {
    ...{ kind: 'note', contentHash: hashOf(i), format: 'markdown', title: caption(9), tags: [], links: [] },
    date: { localMs: 1.5e12 + i * 60_000, offsetMinutes: null, source: 'front-matter' },
    text: texts.join('\n\n'),
    passages: texts.map((text, part) => ({ part, start: part * 10, end: part * 10 + 5, heading: '', text }))
  }
}
