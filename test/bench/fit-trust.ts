/**
 * Fits the constants of `stages/search/calibrate.ts` for cosines, on the half of the photos and questions that `trust` does not report.
 * `--pack <folder>` fits them for any pack with a map, `--mobilenet` for MobileNetV2's, `--without-photos` as for a pack that brings
 * no neutral photos.
 */
import { resolve } from 'node:path'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import { sharedData } from '../tools/shared-data.ts'
import { relevantFrom } from '../../src/main/engine/stages/search/calibrate.ts'
import { fittedPack } from './features.ts'
import { readLibraries } from './fusion-data.ts'
import { logistic, type Row } from './logistic.ts'
import { openBench, type Bench } from './trust.ts'
import { TrustGalleries } from './trust-answers.ts'
import { halfOf, some } from './trust-libraries.ts'

/** Of the absent things of the fitted half, those that may have a relevant hit: mean over kinds of library. */
const mostAbsent = 0.03
/** Of the hits among the first ten, those that are taken to be right: what a person expects of a search that may fail. */
const rightShare = 0.15

export async function bench(rest: readonly string[] = []): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const named = rest[rest.indexOf('--pack') + 1]
  const starter = resolve(import.meta.dirname, '../../resources/models/starter')
  const folder =
    rest.includes('--pack') && named !== undefined
      ? named
      : rest.includes('--mobilenet')
        ? await fittedPack(data)
        : starter
  const all = await openBench(data, folder, !rest.includes('--without-photos'))
  console.log(`${all.pack.model.card.name}, ${all.pack.model.cohort.photos.length} neutral photos`)

  const pictures = await pictureHits(all)
  const order = weighed(
    pictures.map(({ hits, ...one }) => ({ ...one, hits: hits.map(hit => ({ ...hit, commonness: null })) }))
  )
  show('picture, order: bias, slope', logistic(order))
  const verdict = logistic(weighed(pictures))
  show('picture, verdict: bias, slope, commonness', verdict)
  sweep(pictures, verdict.weights)
  const meanings = await meaningHits(all, data)
  const meaning = logistic(weighed(meanings))
  show('meaning: bias, slope', meaning)
  sweepText(meanings, meaning.weights)
  all.pack.close()
}

interface FitHit {
  readonly excess: number
  readonly commonness: number | null
  readonly isRight: boolean
}

/** One question of one library. */
interface FitQuestion {
  readonly library: string
  readonly kind: string
  readonly hits: readonly FitHit[]
}

/** Photos without a word. */
async function pictureHits({ pack, kernels, table, judgement, vectors }: Bench): Promise<FitQuestion[]> {
  const asked: FitQuestion[] = []
  for (const [seed, library] of judgement.libraries(0).entries()) {
    const photos = new Map(library.photos.map(photo => [photo, vectors[photo] ?? new Float32Array()] as const))
    const galleries = new TrustGalleries(pack, kernels, table, { photos, texts: [] })
    const questions = judgement.questions(library, 0, 1000 + seed)
    const encoded = await pack.texts(questions.map(({ text }) => text))
    for (const { kind, text, right, unjudged } of questions) {
      const { commonness, now } = galleries.ask(text, encoded)
      const hits = now
        .filter(({ itemId }) => !unjudged.has(itemId))
        .map(({ itemId, excess }) => ({ excess, commonness: commonness ?? 0, isRight: right.has(itemId) }))
      asked.push({ library: library.kind, kind, hits })
    }
  }
  return asked
}

/** Photos with a description each, one of them or many, and notes. */
async function meaningHits({ pack, kernels, table, judgement }: Bench, data: string): Promise<FitQuestion[]> {
  const asked: FitQuestion[] = []
  const random = seededRandom(6)
  const own = judgement.all.map((_, photo) => photo).filter(photo => halfOf(photo) === 0)
  const captionsOf = (photo: number): readonly string[] => judgement.all[photo]?.captions ?? []
  for (const { library, count, copies, times } of [
    { library: 'one described', count: 1, copies: 1, times: 60 },
    { library: '30 alike', count: 1, copies: 30, times: 30 },
    { library: '20 described', count: 20, copies: 1, times: 20 },
    { library: '100 described', count: 100, copies: 1, times: 6 },
    { library: 'all described', count: own.length, copies: 1, times: 1 }
  ]) {
    for (let time = 0; time < times; time++) {
      const photos = some(own, count, random)
      const resembles = (text: string): boolean => photos.some(photo => judgement.held(text, photo) >= 0.4)
      const strangers = some(own, 60, random).flatMap(photo => captionsOf(photo).slice(1, 2))
      const questions = [
        ...some(
          photos.flatMap(photo => captionsOf(photo).slice(1)),
          120,
          random
        ).map(text => ({ text, kind: 'caption' })),
        ...strangers.filter(text => !resembles(text)).map(text => ({ text, kind: 'elsewhere' }))
      ]
      const described = photos.map(photo => ({ itemId: photo, text: captionsOf(photo)[0] ?? '' }))
      const encoded = await pack.texts([...described, ...questions].map(({ text }) => text))
      const texts = described.flatMap(({ itemId, text }) => {
        const vector = encoded.get(text)?.vector
        const copy = (_: unknown, i: number) => ({
          itemId: itemId + copyApart * i,
          part: 1,
          vector: vector ?? new Float32Array()
        })
        return vector === undefined ? [] : Array.from({ length: copies }, copy)
      })
      const galleries = new TrustGalleries(pack, kernels, table, { photos: new Map(), texts })
      for (const { text, kind } of questions) {
        const hits = galleries.ask(text, encoded).now.map(({ itemId, excess }) => {
          const photo = itemId % copyApart
          const isRight = captionsOf(photo).includes(text) || judgement.held(text, photo) >= 0.75
          return { excess, commonness: null, isRight }
        })
        asked.push({ library, kind, hits })
      }
    }
  }
  for (const library of readLibraries(data).slice(0, 2)) {
    const rows = library.items.flatMap(({ itemId, passages }) => passages.map((text, part) => ({ itemId, part, text })))
    const questions = library.questions.filter(
      ({ text, kind }) => (kind === 'alt' || kind === 'title' || kind === 'absent') && text.length % 2 === 0
    )
    const encoded = await pack.texts([...rows, ...questions].map(({ text }) => text))
    const texts = rows.flatMap(({ text, ...row }) => {
      const vector = encoded.get(text)?.vector
      return vector === undefined ? [] : [{ ...row, vector }]
    })
    const galleries = new TrustGalleries(pack, kernels, table, { photos: new Map(), texts })
    for (const { kind, text, relevant } of questions) {
      const hits = galleries
        .ask(text, encoded)
        .now.map(({ itemId, excess }) => ({ excess, commonness: null, isRight: relevant.has(itemId) }))
      asked.push({ library: library.name, kind, hits })
    }
  }
  return asked
}

/** Between the item ids of copies. */
const copyApart = 10_000

/**
 * Every kind of library has the same weight and the same share of right hits; in it every kind of question has the same part of the
 * right ones and of the wrong ones.
 */
function weighed(asked: readonly FitQuestion[]): Row[] {
  const groups = new Map<string, Map<string, FitHit[]>>()
  for (const { library, kind, hits } of asked)
    for (const hit of hits) {
      const name = `${library} ${hit.isRight}`
      const kinds = groups.get(name) ?? new Map<string, FitHit[]>()
      groups.set(name, kinds)
      const rows = kinds.get(kind) ?? []
      kinds.set(kind, rows)
      rows.push(hit)
    }
  return [...groups.values()].flatMap(kinds =>
    [...kinds.values()].flatMap(hits =>
      hits.map(({ excess, commonness, isRight }) => ({
        features: commonness === null ? [excess] : [excess, commonness],
        isRight,
        weight: (isRight ? rightShare : 1 - rightShare) / kinds.size / hits.length
      }))
    )
  )
}

/**
 * What other constants would do on the fitted half. The likelihood wants every hit to be judged well; a person wants plain subjects
 * found and absent things not. So for each weight of commonness the bias is the largest at which at most .03 of the absent things have
 * a relevant hit.
 */
function sweep(asked: readonly FitQuestion[], [bias = 0, slope = 0, common = 0]: readonly number[]): void {
  console.log(
    '  bias  commonness  captions  subjects    absent elsewhere    unsaid   at most, absent in one kind of library'
  )
  for (let more = 0; more < 0.3; more += 0.05) {
    for (let shift = 5; shift > -1; shift -= 0.05) {
      const weights = [bias + shift, slope, common + more]
      const isRelevant = at(weights)
      const answered = (kind: string): ReturnType<typeof byLibrary> =>
        byLibrary(asked, kind, hits => hits.some(isRelevant))
      const absent = answered('absent')
      if (absent.mean > mostAbsent) continue
      const shown = (kind: string): number =>
        byLibrary(asked, kind, hits =>
          hits.some(hit => hit.isRight) ? hits.some(hit => hit.isRight && isRelevant(hit)) : null
        ).mean
      const figures = [
        shown('caption'),
        shown('subject'),
        absent.mean,
        answered('elsewhere').mean,
        answered('unsaid').mean
      ]
      console.log(
        `  ${(bias + shift).toFixed(2).padStart(5)}   ${(common + more).toFixed(3)} ${[...figures, absent.most].map(value => value.toFixed(3).padStart(10)).join('')}`
      )
      break
    }
  }
}

function sweepText(asked: readonly FitQuestion[], weights: readonly number[]): void {
  console.log('  bias   one text: false     found')
  const one = asked.filter(({ library }) => library === 'one described')
  for (let shift = -0.6; shift < 0.65; shift += 0.1) {
    const isRelevant = at([(weights[0] ?? 0) + shift, weights[1] ?? 0])
    const isFalse = byLibrary(one, 'elsewhere', hits => hits.some(isRelevant)).mean
    const found = byLibrary(one, 'caption', hits => hits.some(isRelevant)).mean
    console.log(
      `  ${((weights[0] ?? 0) + shift).toFixed(2).padStart(5)}      ${isFalse.toFixed(3).padStart(10)}${found.toFixed(3).padStart(10)}`
    )
  }
}

function at([bias = 0, slope = 0, common = 0]: readonly number[]): (hit: FitHit) => boolean {
  const from = Math.log(relevantFrom / (1 - relevantFrom))
  return ({ excess, commonness }) => bias + slope * excess + common * (commonness ?? 0) >= from
}

/** Share of the questions of one kind: mean and greatest over the kinds of library. @param is  null: does not count */
function byLibrary(
  asked: readonly FitQuestion[],
  kind: string,
  is: (hits: readonly FitHit[]) => boolean | null
): { readonly mean: number; readonly most: number } {
  const shares = [...new Set(asked.map(({ library }) => library))].flatMap(library => {
    const of = asked.filter(one => one.library === library && one.kind === kind).map(({ hits }) => is(hits))
    const counted = of.filter(one => one !== null)
    return counted.length === 0 ? [] : counted.filter(Boolean).length / counted.length
  })
  return { mean: shares.reduce((sum, value) => sum + value, 0) / shares.length, most: Math.max(...shares) }
}

function show(name: string, { weights, logLoss }: ReturnType<typeof logistic>): void {
  console.log(
    `${name.padEnd(44)}${weights.map(weight => weight.toFixed(3)).join('  ')}   log loss ${logLoss.toFixed(4)}`
  )
}
