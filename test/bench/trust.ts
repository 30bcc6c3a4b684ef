/**
 * Whether *relevant* and *nothing fits* can be trusted, in libraries of every size and mixture, beside the judgement of 3ea48b8.
 * `--mobilenet` asks MobileNetV2's pack instead of the model in the box, `--without-photos` a pack that brings no neutral photos.
 * Questions and photos are those that no constant was fitted on.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { seededRandom } from '../../src/main/engine/math/random.ts'
import type { Commonness } from '../../src/main/engine/stages/search/commonness.ts'
import { loadKernels, type Kernels } from '../../src/main/engine/stages/search/kernels.ts'
import { buildKernels, kernelsPath } from '../tools/build-kernels.ts'
import { sharedData } from '../tools/shared-data.ts'
import { commonnessTable } from './commonness-table.ts'
import { fittedPack } from './features.ts'
import { readLibraries } from './fusion-data.ts'
import { TrustGalleries, type TextRow } from './trust-answers.ts'
import { captionedPhotos, openTrustPack, type TrustPack } from './trust-data.ts'
import { halfOf, Judgement, some, type PhotoLibrary, type TrustQuestion } from './trust-libraries.ts'
import { meanTrust, trustOf, type Asked, type Trust } from './trust-measures.ts'

const starter = resolve(import.meta.dirname, '../../resources/models/starter')
const builds = ['before', 'now'] as const
type Build = (typeof builds)[number]
type PerBuild<T> = Readonly<Record<Build, T>>

/** All that the measurements share. */
export interface Bench {
  readonly pack: TrustPack
  readonly kernels: Kernels
  readonly table: Commonness
  readonly judgement: Judgement
  /** [k] by number of the photo. */
  readonly vectors: readonly Float32Array[]
}

/** What must hold of the build: `npm run bench trust` fails when it does not. */
const required = {
  box: { captions: 0.43, subjects: 0.74, absent: 0.05, small: 0.06, oneTextFalse: 0.07, oneTextFound: 0.9 },
  mobilenet: { captions: 0.35, subjects: 0.64, absent: 0.02 }
} as const
/** Reported as reached or not. */
const aims = { captions: 0.5, subjects: 0.8, absent: 0.04, oneTextFalse: 0.05 } as const

export async function bench(rest: readonly string[] = []): Promise<void> {
  const data = sharedData()
  if (data === null) {
    console.log('skipped: this needs the shared data folder or $REVERIE_TEST_DATA')
    return
  }
  const isMobilenet = rest.includes('--mobilenet')
  const hasPhotos = !rest.includes('--without-photos')
  const all = await openBench(data, isMobilenet ? await fittedPack(data) : starter, hasPhotos)
  console.log(
    `${all.pack.model.card.name}, ${all.pack.model.cohort.photos.length} neutral photos, ${all.pack.model.cohort.captions.length} neutral captions`
  )
  const photos = await photosOnly(all)
  reliability(photos.asked)
  const text = await oneText(all)
  await mixed(all, data)
  all.pack.close()
  if (hasPhotos) check(isMobilenet, photos.mean, photos.small, text)
}

export async function openBench(data: string, packFolder: string, hasPhotos: boolean): Promise<Bench> {
  await buildKernels()
  const pack = await openTrustPack(packFolder, { hasPhotos })
  const table = commonnessTable()
  const photos = captionedPhotos(data)
  return {
    ...{ pack, table },
    kernels: loadKernels(readFileSync(kernelsPath)),
    judgement: new Judgement(photos, table),
    vectors: await pack.photos(photos.map(({ path }) => path))
  }
}

/** Photos without a word. */
async function photosOnly(all: Bench): Promise<{ mean: Trust; small: number; asked: readonly Asked[] }> {
  const libraries = all.judgement.libraries(1)
  const rows = new Map<string, PerBuild<Trust[]>>()
  const everything: Asked[] = []
  for (const [seed, library] of libraries.entries()) {
    const questions = all.judgement.questions(library, 1, seed)
    const asked = await ask(all, library, [], questions)
    const row = rows.get(library.kind) ?? { before: [], now: [] }
    rows.set(library.kind, row)
    for (const build of builds) row[build].push(trustOf(asked[build]))
    everything.push(...asked.now)
  }
  heading('photos without a word')
  for (const [kind, row] of rows) line(kind, { before: meanTrust(row.before), now: meanTrust(row.now) })
  const means = (build: Build): Trust => meanTrust([...rows.values()].map(row => meanTrust(row[build])))
  const mean = { before: means('before'), now: means('now') }
  line('mean', mean)
  const small = ['20 photos', '100 photos'].map(kind => meanTrust(rows.get(kind)?.now ?? []).absent)
  return { mean: mean.now, small: Math.max(...small), asked: everything }
}

/** Asks every question of one library. @param described  photos whose description is the first caption */
async function ask(
  { pack, kernels, table, vectors }: Bench,
  { photos }: Pick<PhotoLibrary, 'photos'>,
  texts: readonly TextRow[],
  questions: readonly TrustQuestion[]
): Promise<PerBuild<Asked[]>> {
  const shown = new Map(photos.map(photo => [photo, vectors[photo] ?? new Float32Array()] as const))
  const galleries = new TrustGalleries(pack, kernels, table, { photos: shown, texts })
  const encoded = await pack.texts(questions.map(({ text }) => text))
  const asked: PerBuild<Asked[]> = { before: [], now: [] }
  for (const question of questions) {
    const answer = galleries.ask(question.text, encoded)
    for (const build of builds) asked[build].push({ question, hits: answer[build] })
  }
  return asked
}

interface OneText {
  /** Of unrelated questions, those that the text answers. */
  readonly isFalse: number
  /** Of the described photo's other captions, those that its description answers. */
  readonly found: number
}

/** 600 photos without a word, and one described; a note; thirty with one description. Only what the text finds counts. */
async function oneText(all: Bench): Promise<Readonly<Record<string, PerBuild<OneText>>>> {
  const { pack, judgement, kernels, table } = all
  const random = seededRandom(5)
  const own = judgement.all.map((_, photo) => photo).filter(photo => halfOf(photo) === 1)
  const chosen = some(own, 60, random)
  const notes = readLibraries(sharedData() ?? '')
    .flatMap(({ items }) => items)
    .filter(({ passages }) => passages.length > 0)
  const kinds = {
    'one described photo': { copies: 1, isNote: false },
    'one note': { copies: 1, isNote: true },
    '30 alike descriptions': { copies: 30, isNote: false }
  }
  const results: Record<string, PerBuild<OneText>> = {}
  for (const [kind, { copies, isNote }] of Object.entries(kinds)) {
    const isFalse: PerBuild<boolean[]> = { before: [], now: [] }
    const found: PerBuild<boolean[]> = { before: [], now: [] }
    for (const photo of chosen) {
      const [description = '', ...others] = judgement.all[photo]?.captions ?? []
      const passage = notes[random.below(notes.length)]?.passages[0] ?? ''
      const strangers = some(own, own.length, random)
        .flatMap(other => judgement.all[other]?.captions.slice(1, 2) ?? [])
        .filter(text => isNote || judgement.held(text, photo) < 0.4)
        .slice(0, 25)
      const text = isNote ? passage : description
      const encoded = await pack.texts([text, ...strangers, ...others])
      const vector = encoded.get(text)?.vector
      if (vector === undefined) continue
      const texts = Array.from({ length: copies }, (_, i) => ({ itemId: i + 1, part: 1, vector }))
      const galleries = new TrustGalleries(pack, kernels, table, { photos: new Map(), texts })
      const answers = (asked: readonly string[], into: PerBuild<boolean[]>): void => {
        for (const one of asked) {
          const answer = galleries.ask(one, encoded)
          for (const build of builds) into[build].push(answer[build].some(({ isRelevant }) => isRelevant))
        }
      }
      answers(strangers, isFalse)
      if (!isNote) answers(others, found)
    }
    const of = (build: Build): OneText => ({ isFalse: shareOf(isFalse[build]), found: shareOf(found[build]) })
    results[kind] = { before: of('before'), now: of('now') }
  }
  console.log('\none text among photos without a word          false before   now    found before   now')
  for (const [kind, { before, now }] of Object.entries(results))
    console.log(
      `  ${kind.padEnd(44)}${figure(before.isFalse)}${figure(now.isFalse)}        ${figure(before.found)}${figure(now.found)}`
    )
  return results
}

/** Photos, some of them described, and notes: the picture and meaning lanes together, without words. */
async function mixed(all: Bench, data: string): Promise<void> {
  const { pack, judgement } = all
  const random = seededRandom(9)
  const notes = readLibraries(data).filter(({ name }) => name !== 'together' && name !== 'coco_mini')
  const passages = notes.flatMap(({ items }) => items.flatMap(({ passages: some }) => some))
  const every = judgement.all.map((_, photo) => photo)
  const own = every.filter(photo => halfOf(photo) === 1)
  const first = 100_000
  heading('photos, some described, and notes')
  for (const [kind, count, described, noted, times] of [
    ['20 photos, 10 described, 5 passages', 20, 10, 5, 20],
    [`600 photos, 30 described, ${passages.length} passages`, 600, 30, passages.length, 2]
  ] as const) {
    const results: PerBuild<Trust[]> = { before: [], now: [] }
    for (let time = 0; time < times; time++) {
      const photos = some(count > own.length ? every : own, count, random)
      const withWords = photos.slice(0, described)
      const noteTexts = some(passages, noted, random)
      const descriptions = withWords.map(photo => judgement.all[photo]?.captions[0] ?? '')
      const encoded = await pack.texts([...noteTexts, ...descriptions])
      const texts = [
        ...withWords.map((itemId, i) => ({ itemId, part: 1, text: descriptions[i] ?? '' })),
        ...noteTexts.map((text, i) => ({ itemId: first + i, part: 0, text }))
      ].flatMap(({ text, ...row }) => {
        const vector = encoded.get(text)?.vector
        return vector === undefined ? [] : [{ ...row, vector }]
      })
      const questions = judgement
        .questions({ kind, photos }, 1, time)
        .filter(({ text }) => !descriptions.includes(text))
      const asked = await ask(all, { photos }, texts, questions)
      for (const build of builds) results[build].push(trustOf(asked[build]))
    }
    line(kind, { before: meanTrust(results.before), now: meanTrust(results.now) })
  }
}

/** Whether a hit that is said to be right with some probability is right that often. */
function reliability(asked: readonly Asked[]): void {
  const tenths = Array.from({ length: 10 }, () => ({ count: 0, right: 0, said: 0 }))
  let squares = 0
  let judged = 0
  for (const { question, hits } of asked)
    for (const { itemId, verdict } of hits) {
      if (question.unjudged.has(itemId)) continue
      const isRight = Number(question.right.has(itemId))
      const tenth = tenths[Math.min(9, Math.floor(verdict * 10))]
      squares += (verdict - isRight) ** 2
      judged++
      if (tenth === undefined) continue
      tenth.count++
      tenth.right += isRight
      tenth.said += verdict
    }
  const rows = tenths.filter(({ count }) => count >= 500)
  console.log(`\nreliability, tenths with 500 hits and more; Brier ${(squares / judged).toFixed(4)} of ${judged} hits`)
  console.log(`  said   ${rows.map(({ said, count }) => figure(said / count)).join('')}`)
  console.log(`  right  ${rows.map(({ right, count }) => figure(right / count)).join('')}`)
}

function check(
  isMobilenet: boolean,
  mean: Trust,
  small: number,
  text: Readonly<Record<string, PerBuild<OneText>>>
): void {
  const broken: string[] = []
  const must = (name: string, value: number, isReached: boolean, bound: number): void => {
    if (!isReached) broken.push(`${name} ${value.toFixed(3)}, must be ${bound}`)
  }
  const { captions, subjects, absent } = isMobilenet ? required.mobilenet : required.box
  must('captions shown', mean.captions, mean.captions >= captions, captions)
  must('subjects shown', mean.subjects, mean.subjects >= subjects, subjects)
  must('absent with a relevant hit', mean.absent, mean.absent <= absent, absent)
  const one = text['one described photo']?.now ?? { isFalse: NaN, found: NaN }
  if (!isMobilenet) {
    const { small: bound, oneTextFalse, oneTextFound } = required.box
    must('absent with 20 and 100 photos', small, small <= bound, bound)
    must('one text false', one.isFalse, one.isFalse <= oneTextFalse, oneTextFalse)
    must('one text found', one.found, one.found >= oneTextFound, oneTextFound)
  }
  const aim = (name: string, value: number, isReached: boolean, bound: number): string =>
    `${name} ${value.toFixed(2)} of ${bound} ${isReached ? 'reached' : 'not reached'}`
  console.log(
    `\naims: ${[
      aim('captions', mean.captions, mean.captions >= aims.captions, aims.captions),
      aim('subjects', mean.subjects, mean.subjects >= aims.subjects, aims.subjects),
      aim('absent', mean.absent, mean.absent <= aims.absent, aims.absent),
      aim('one text false', one.isFalse, one.isFalse <= aims.oneTextFalse, aims.oneTextFalse)
    ].join('; ')}`
  )
  if (broken.length === 0) return
  console.error(`What must hold does not: ${broken.join('; ')}.`)
  process.exitCode = 1
}

function heading(title: string): void {
  const columns = [
    'captions',
    'subjects',
    'absent',
    'elsewhere',
    'unsaid',
    'precision',
    'nothing',
    'found c',
    'found s'
  ]
  console.log(`\n${title.padEnd(46)}${columns.map(column => column.padEnd(12)).join('')}`)
}

/** Before → now. */
function line(name: string, { before, now }: PerBuild<Trust>): void {
  const cells = (['captions', 'subjects', 'absent', 'elsewhere', 'unsaid', 'precision', 'nothing'] as const).map(of =>
    `${digits(before[of])} → ${digits(now[of])}`.padEnd(12)
  )
  console.log(
    `  ${name.padEnd(44)}${cells.join('')}${digits(now.captionsFound).padEnd(12)}${digits(now.subjectsFound)}`
  )
}

function digits(value: number): string {
  return Number.isNaN(value) ? '–' : value.toFixed(2).replace(/^0\./, '.')
}

function figure(value: number): string {
  return digits(value).padStart(7)
}

function shareOf(all: readonly boolean[]): number {
  return all.filter(Boolean).length / all.length
}
