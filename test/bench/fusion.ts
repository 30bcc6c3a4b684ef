/**
 * How well the fused ranking finds photos and notes together: against words alone, pictures alone, meaning alone, and plain
 * reciprocal rank fusion, on questions that no constant was fitted on. `npm run bench fusion validation` prints the half that
 * they were fitted on.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { CosinesFound } from '../../src/main/engine/features/searching/cosine-lanes.ts'
import { cosineEvidence } from '../../src/main/engine/features/searching/evidence.ts'
import { wordCeiling, wordProbability, wordVerdict } from '../../src/main/engine/stages/search/calibrate.ts'
import { alongLinks, type Evidence, fuse, type FusedHit, type Lane } from '../../src/main/engine/stages/search/fuse.ts'
import { loadKernels } from '../../src/main/engine/stages/search/kernels.ts'
import { buildKernels, kernelsPath } from '../tools/build-kernels.ts'
import { sharedData } from '../tools/shared-data.ts'
import { loadFeatures } from './features.ts'
import { answer, type BenchLibrary, type LaneAnswers, type Question, readLibraries } from './fusion-data.ts'

const depth = 1000

export async function bench(rest: readonly string[] = []): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  await buildKernels()
  const kernels = loadKernels(readFileSync(kernelsPath))
  const features = await loadFeatures(data)
  const half = rest.includes('validation') ? 0 : 1
  console.log(`${half === 0 ? 'validation' : 'test'} half; each figure is a mean over the questions\n`)
  for (const library of readLibraries(data)) {
    for (const namesHidden of [false, true]) {
      const hasNames = library.items.some(item => item.kind === 'note')
      if (namesHidden && !hasNames) continue
      const answers = await answer(library, features, kernels, { namesHidden })
      const asked = library.questions.map((question, i) => ({ question, lanes: answers[i]! })).filter(isIn(half))
      console.log(
        `${library.name}, ${library.items.length} items${namesHidden ? ', titles and file names hidden' : ''}`
      )
      report(library, asked)
    }
  }
  features.close()
}

interface Asked {
  readonly question: Question
  readonly lanes: LaneAnswers
}

function isIn(half: number): (asked: Asked) => boolean {
  return ({ question }) => {
    let hash = 2166136261
    for (const character of question.text) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619)
    return (hash >>> 0) % 2 === half
  }
}

type Ranking = readonly { readonly itemId: number; readonly score: number }[]

const methods: Readonly<Record<string, (library: BenchLibrary, lanes: LaneAnswers) => Ranking>> = {
  'fusion with links': (library, lanes) => withLinks(library, evidenceOf(lanes)),
  'the same, texts among texts': (library, lanes) =>
    withLinks(library, evidenceOf({ ...lanes, cosines: lanes.cosines.map(amongItsLibrary) })),
  fusion: (_, lanes) => fuse(evidenceOf(lanes), depth),
  'rank fusion, k 60': (_, lanes) => reciprocalRankFusion(evidenceOf(lanes)),
  words: (_, lanes) => oneLane(lanes, 'words'),
  picture: (_, lanes) => oneLane(lanes, 'picture'),
  meaning: (_, lanes) => oneLane(lanes, 'meaning')
}

function evidenceOf({ words, wordRows, cosines }: LaneAnswers): readonly Evidence[] {
  const ceiling = wordCeiling(words.ceiling, wordRows)
  return [
    ...words.matches.map(({ itemId, part, bm25 }): Evidence => {
      const probability = wordProbability(bm25, { ceiling, rows: wordRows })
      return { lane: 'words', itemId, part, probability, verdict: wordVerdict(probability) }
    }),
    ...cosines.flatMap(cosineEvidence)
  ]
}

/** As 67518dd ordered passages: against the library's own instead of neutral captions, which is what the later commits changed. */
function amongItsLibrary(found: CosinesFound): CosinesFound {
  const [neutral] = found.backgrounds
  if (found.lane !== 'meaning' || neutral === undefined) return found
  const order = { bias: -2.6, slope: 0.93 }
  return {
    ...found,
    backgrounds: [{ ...found.spread, count: neutral.count }],
    calibration: { ...found.calibration, order }
  }
}

function oneLane(lanes: LaneAnswers, lane: Lane): Ranking {
  return fuse(
    evidenceOf(lanes).filter(found => found.lane === lane),
    depth
  )
}

function withLinks(library: BenchLibrary, evidence: readonly Evidence[]): readonly FusedHit[] {
  const linked = (itemId: number) => library.items[itemId - 1]?.linked ?? []
  return fuse([...evidence, ...alongLinks(fuse(evidence, depth), linked)], depth)
}

/** The baseline: only places count, Σ 1 / (60 + place). Cormack, Clarke and Büttcher, SIGIR 2009. */
function reciprocalRankFusion(evidence: readonly Evidence[]): Ranking {
  const scores = new Map<number, number>()
  for (const lane of ['words', 'picture', 'meaning'] as const) {
    const ranking = fuse(
      evidence.filter(found => found.lane === lane),
      depth
    )
    ranking.forEach(({ itemId }, place) => scores.set(itemId, (scores.get(itemId) ?? 0) + 1 / (61 + place)))
  }
  return [...scores]
    .map(([itemId, score]) => ({ itemId, score }))
    .sort((a, b) => b.score - a.score || a.itemId - b.itemId)
}

function report(library: BenchLibrary, all: readonly Asked[]): void {
  const kindOf = (itemId: number) => library.items[itemId - 1]!.kind
  for (const kind of ['alt', 'title', 'tag', 'caption', 'label'] as const) {
    const asked = all.filter(({ question }) => question.kind === kind)
    if (asked.length < 10) continue
    console.log(`  ${asked.length} questions by ${kind}`.padEnd(37) + 'MRR    R@10 nDCG@10  MRR photos  MRR notes')
    for (const [name, rank] of Object.entries(methods)) {
      const figures = asked.map(({ question, lanes }) => {
        const ranking = rank(library, lanes).map(hit => hit.itemId)
        const only = (wanted: 'photo' | 'note') =>
          reciprocalRank(
            ranking.filter(itemId => kindOf(itemId) === wanted),
            question.relevant
          )
        return [
          reciprocalRank(ranking, question.relevant),
          recall(ranking, question.relevant),
          gain(ranking, question.relevant),
          only('photo'),
          only('note')
        ]
      })
      const means = figures[0]!.map((_, i) => figures.reduce((sum, row) => sum + row[i]!, 0) / figures.length)
      console.log(`    ${name.padEnd(29)}${means.map((mean, i) => mean.toFixed(3).padStart(i < 3 ? 7 : 11)).join('')}`)
    }
  }
  reportCut(library, all)
  console.log()
}

/** What a person sees above the divider. */
function reportCut(library: BenchLibrary, all: readonly Asked[]): void {
  console.log('  shown as relevant'.padEnd(34) + 'with any   hits  precision  recall')
  for (const kind of ['alt', 'title', 'tag', 'caption', 'label', 'absent'] as const) {
    const asked = all.filter(({ question }) => question.kind === kind)
    if (asked.length === 0) continue
    const shown = asked.map(({ question, lanes }) => {
      const hits = withLinks(library, evidenceOf(lanes)).filter(hit => hit.isRelevant)
      return {
        hits: hits.length,
        right: hits.filter(hit => question.relevant.has(hit.itemId)).length,
        all: question.relevant.size
      }
    })
    const answered = shown.filter(({ hits }) => hits > 0)
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
    console.log(
      [
        `    ${kind} (${asked.length})`.padEnd(32),
        (answered.length / asked.length).toFixed(2).padStart(9),
        mean(shown.map(({ hits }) => hits))
          .toFixed(1)
          .padStart(6),
        mean(answered.map(({ hits, right }) => right / hits))
          .toFixed(2)
          .padStart(10),
        mean(shown.map(one => one.right / Math.max(one.all, 1)))
          .toFixed(2)
          .padStart(7)
      ].join(' ')
    )
  }
}

function reciprocalRank(ranking: readonly number[], relevant: ReadonlySet<number>): number {
  const place = ranking.findIndex(itemId => relevant.has(itemId))
  return place < 0 ? 0 : 1 / (place + 1)
}

/** Of the ten places: as many as there are relevant items, at most ten, could be right. */
function recall(ranking: readonly number[], relevant: ReadonlySet<number>): number {
  return ranking.slice(0, 10).filter(itemId => relevant.has(itemId)).length / Math.min(10, relevant.size)
}

function gain(ranking: readonly number[], relevant: ReadonlySet<number>): number {
  const at = (place: number) => 1 / Math.log2(place + 2)
  let got = 0
  let best = 0
  ranking.slice(0, 10).forEach((itemId, place) => (got += relevant.has(itemId) ? at(place) : 0))
  for (let place = 0; place < Math.min(10, relevant.size); place++) best += at(place)
  return got / best
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bench(process.argv.slice(2))
