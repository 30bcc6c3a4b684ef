import { copyFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { Hit, SearchResult } from '../../../src/shared/searching.ts'
import type { IndexReport } from '../../../src/shared/library.ts'
import type { PairsAnswer } from '../../../src/shared/learning.ts'
import { fitPaper, openPack } from '../../../src/main/engine/engine.ts'
import { never } from '../../../src/main/hosts/common/ending.ts'
import { runCommandLine } from '../../../src/main/hosts/cli/command-line.ts'
import { exitCodes } from '../../../src/main/hosts/common/exit-codes.ts'
import { nodeWorkers } from '../../../src/main/hosts/common/processes.ts'
import { drawOwnWords } from '../../stages/library/drawn/own-words.ts'
import { drawLibrary, drawnPairs, type DrawnLibrary } from '../../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../../tools/drawn-pack.ts'
import { buildOtherPack } from '../../tools/other-pack.ts'
import { heard } from '../../tools/heard.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import { drawnBenchmark, writeBenchmark } from '../../stages/train/drawn-benchmark.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import { sourceWorkers } from '../../tools/source-workers.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let library: DrawnLibrary
let models = ''

beforeAll(async () => {
  library = await drawLibrary(join(folder, 'library'))
  models = await buildDrawnPack(join(folder, 'models'))
})

/** What a person would see, and what a script would get. */
interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** The command line on the real engine, in this process. */
async function reverie(...argv: string[]): Promise<Said> {
  const out = heard()
  const err = heard()
  const resourcesFolder = resolve(import.meta.dirname, '../../../resources')
  const startWorker = nodeWorkers(sourceWorkers)
  const code = await runCommandLine(argv, {
    ending: never,
    version: '1.2.3',
    ask: null,
    out: out.stream,
    err: err.stream,
    openEngine: options => openRealEngine(options.data ?? data, [models]),
    openPairTools: pack => openPack(pack, { dataFolder: data, resourcesFolder, modelFolders: [models], startWorker }),
    fitPaper: (features, seed, onProgress) => fitPaper(features, seed, { startWorker }, onProgress),
    serve: () => Promise.reject(new Error('not here')),
    findRunning: () => Promise.reject(new Error('not here')),
    openBrowser: () => undefined
  })
  return { code, out: out.text(), err: err.text() }
}

const json = (said: Said): unknown => JSON.parse(said.out.trim().split('\n').at(-1) ?? '')

test('index ends with one line of counts that add up, and the second time nothing is encoded', async () => {
  const first = await reverie('index', library.folder, '--json')
  expect(first.code).toBe(exitCodes.ok)
  const report = json(first) as IndexReport
  expect(Object.keys(report)).toEqual([
    'eligible',
    'indexed',
    'failed',
    'waiting',
    'unreachable',
    'excluded',
    'encoded',
    'seconds'
  ])
  expect(report).toMatchObject({ ...library.expected, waiting: 0 })
  expect(report.encoded).toBe(report.indexed)

  const second = await reverie('index', library.folder, '--json')
  expect(json(second)).toMatchObject({ ...library.expected, encoded: 0 })
  expect(json(await reverie('status', '--json'))).toMatchObject({ ...library.expected, waiting: 0 })
})

test('search prints hits with path, kind, score, relevance and reasons', async () => {
  const { photo, text } = library.pairs[0] ?? { photo: '', text: '' }
  const { hits, hasEvidence } = json(await reverie('search', text, '--json', '--limit', '10')) as SearchResult
  expect(hasEvidence).toBe(true)
  expect(hits.length).toBeLessThanOrEqual(10)
  expect(hits.map(hit => hit.path)).toContain(join(library.folder, photo))
  for (const hit of hits) {
    expect(hit.score).toBeGreaterThanOrEqual(0)
    expect(hit.score).toBeLessThanOrEqual(1)
    expect(hit.reasons.length).toBeGreaterThan(0)
    expect(hit.reasons.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
  }
  const notes = json(await reverie('search', text, '--type', 'note', '--json')) as SearchResult
  expect(notes.hits.every(({ kind }) => kind === 'note')).toBe(true)
  expect(json(await reverie('search', 'qzxqzx', '--json'))).toMatchObject({ hasEvidence: false })
})

test('folded, a photo and its copy are one hit with the copy beside it; else both are hits, as ever', async () => {
  const original = library.photos.find(({ path }) => path.endsWith('.jpg'))!
  const [path, copy] = [join(library.folder, original.path), join(library.folder, 'a copy.jpg')]
  await copyFile(path, copy)
  try {
    await reverie('index', '--json')
    const question = ['search', '--image', path, '--type', 'photo', '--limit', '5', '--json']
    const { hits: plain } = json(await reverie(...question)) as SearchResult
    const { hits: folded } = json(await reverie(...question, '--fold')) as { hits: (Hit & { alike: Hit[] })[] }
    const both = [path, copy].sort()
    expect(
      plain
        .slice(0, 2)
        .map(hit => hit.path)
        .sort()
    ).toEqual(both)
    expect(plain.some(hit => 'stack' in hit || 'alike' in hit)).toBe(false)
    expect([folded[0]!, ...folded[0]!.alike].map(hit => hit.path).sort()).toEqual(both)
    expect(folded.flatMap(hit => [hit, ...hit.alike])).toHaveLength(plain.length)
    const said = await reverie(...question.slice(0, -1), '--fold')
    expect(said.out).toContain(`shows the same: ${folded[0]!.alike[0]!.path}`)
  } finally {
    await rm(copy)
    await reverie('index', '--json')
  }
})

test('a picture finds itself, and the note that shows it', async () => {
  const shown = library.pairs.find(({ note }) => note !== null)
  const picture = join(library.folder, shown?.photo ?? '')
  const { hits } = json(await reverie('search', '--image', picture, '--json')) as SearchResult
  expect(hits[0]?.path).toBe(picture)
  expect(hits.filter(({ isRelevant }) => isRelevant).map(({ path }) => path)).toContain(
    join(library.folder, shown?.note ?? '')
  )
  const similar = json(await reverie('similar', picture, '--json')) as SearchResult
  expect(similar.hits.map(({ path }) => path)).not.toContain(picture)
  expect(similar.hits.length).toBeGreaterThan(0)
  expect(similar.hasEvidence).toBe(true)
})

test('failures say why, pairs say whence, for people too', async () => {
  const failures = await reverie('failures')
  for (const { path } of library.failures) expect(failures.out).toContain(path)
  const pairs = await reverie('pairs', '--limit', '5')
  expect(pairs.out).toMatch(
    /\n\d+ pairs, \d+ by [^]*\n\d+ photos with a text, of which \d+ differ, of \d+ notes or subjects: /
  )
  expect((await reverie('status')).out).toContain(`${library.expected.eligible} files`)
  expect((await reverie('models')).out).toMatch(/^\* drawn /m)
})

test('another model is prepared to its end before it is in use, and the one before it comes back at once', async () => {
  await rename(await buildOtherPack(models, folder, { id: 'other' }), join(models, 'other'))
  const { out, err, code } = await reverie('models', '--use', 'other')
  expect([code, err.includes('Preparing the model')]).toEqual([exitCodes.ok, true])
  expect(out).toMatch(/^\* other /m)
  const status = json(await reverie('status', '--json'))
  expect(status).toMatchObject({ unencoded: 0, model: { packId: 'other' } })
  const back = await reverie('models', '--use', 'drawn')
  expect(back.err).not.toContain('Preparing')
  expect(back.out).toMatch(/^\* drawn /m)
  await rm(join(models, 'other'), { recursive: true })
})

test('a photo and a folder are left out, listed, and taken in again', async () => {
  const { photo } = library.pairs.find(({ photo: path }) => path.includes('/')) ?? { photo: '' }
  const path = join(library.folder, photo)
  expect(json(await reverie('exclude', path, '--json'))).toMatchObject({ files: 1 })
  expect((await reverie('excluded')).out).toBe(`${path}\n`)
  expect((await reverie('status')).out).toMatch(/0 waiting, 1 left out$/m)
  expect(json(await reverie('index', '--json'))).toMatchObject({ eligible: library.expected.eligible, excluded: 1 })
  const { hits } = json(await reverie('search', `"${basename(path)}"`, '--json')) as SearchResult
  expect(hits.map(hit => hit.path)).not.toContain(path)

  const inner = dirname(path)
  expect((await reverie('exclude', inner)).out).toMatch(/^\d+ files? left out of the library; nothing was touched/)
  expect((await reverie('excluded')).out).toMatch(new RegExp(`^${RegExp.escape(inner)}  \\(folder, \\d+ files?\\)\n`))
  // The folder and what was named in it come back together.
  expect((await reverie('include', inner)).code).toBe(exitCodes.ok)
  expect((await reverie('excluded')).out).toBe('Nothing is left out.\n')
  expect(json(await reverie('status', '--json'))).toMatchObject({ ...library.expected, excluded: 0 })

  const wrong = await reverie('exclude', library.folder)
  expect(wrong.code).toBe(exitCodes.usage)
  expect(wrong.err).toContain('Remove it from the library instead')
  expect((await reverie('include')).err).toContain('--all')
  expect((await reverie('include', '--all')).err).toContain('Nothing is excluded')
})

test('a link that leads out of the library is named by index and status, and followed when it is said', async () => {
  const [own, outside] = [join(folder, 'linked'), join(folder, 'outside')]
  const linkedData = ['--data', join(folder, 'linked-data')]
  await mkdir(own)
  await mkdir(outside)
  await writeFile(join(own, 'own.md'), 'a boat')
  await writeFile(join(outside, 'theirs.md'), 'a boat of theirs')
  const link = join(own, 'link')
  await symlink(outside, link)
  const asked = `  ${link} → ${outside}\n`
  expect((await reverie('index', own, ...linkedData)).out).toContain(asked)
  expect((await reverie('status', ...linkedData)).out).toContain(asked)
  expect(json(await reverie('status', '--json', ...linkedData))).toMatchObject({
    ...{ eligible: 1, links: { asked: 1, entries: [{ path: link, target: outside, answer: null }] } }
  })
  expect((await reverie('links', ...linkedData)).out).toContain(`${link} → ${outside}  (not followed yet)\n`)
  expect((await reverie('links', '--include', link, ...linkedData)).out).toContain('(included)')
  expect(json(await reverie('status', '--json', ...linkedData))).toMatchObject({ indexed: 2, links: { asked: 0 } })
  expect((await reverie('links', '--leave-out', link, ...linkedData)).out).toContain('(left out)')
  const { out } = await reverie('status', ...linkedData)
  expect(out).toContain('1 files: 1 indexed')
  expect(out).not.toContain(link)
  const wrong = await reverie('links', '--include', own, ...linkedData)
  expect([wrong.code, wrong.err]).toEqual([
    exitCodes.notFound,
    expect.stringContaining('Nothing was changed') as string
  ])
})

test('what cannot be reached is counted by index and status, named, still found and marked; forgotten when it is said, and brought back', async () => {
  const away = `${library.folder} away`
  await rename(library.folder, away)
  try {
    const { eligible } = json(await reverie('status', '--json')) as IndexReport
    const counted = json(await reverie('index', '--json')) as IndexReport
    expect(counted).toMatchObject({
      unreachable: eligible - counted.excluded,
      indexed: 0,
      failed: 0,
      waiting: 0,
      eligible
    })
    expect((await reverie('status')).out).toContain(`${counted.unreachable} unreachable`)
    expect((await reverie('index')).out).toContain('reverie unreachable says why')
    const places = await reverie('unreachable')
    expect(places.out).toContain(`${library.folder}  (${counted.unreachable} files)`)
    expect((await reverie('search', 'type:photo', '--limit', '1')).out).toContain('not reachable now: ')

    expect((await reverie('forget')).code).toBe(exitCodes.usage)
    expect(json(await reverie('forget', library.folder, '--json'))).toMatchObject({ files: counted.unreachable })
    expect((await reverie('forget', '--all')).code).toBe(exitCodes.notFound)
    expect((await reverie('unreachable')).out).toContain('Everything can be reached.')
    expect((await reverie('forget', '--undo')).out).toContain('known again')
    // Of those that had failed nothing was read, so nothing was kept.
    expect(json(await reverie('status', '--json'))).toMatchObject({
      unreachable: counted.unreachable - library.expected.failed
    })
  } finally {
    await rename(away, library.folder)
  }
  expect(json(await reverie('index', '--json'))).toMatchObject({
    unreachable: 0,
    encoded: 0,
    failed: library.expected.failed
  })
})

test('index --rebuild reads and encodes everything anew', async () => {
  const report = json(await reverie('index', '--rebuild', '--json')) as IndexReport
  expect(report).toMatchObject({ ...library.expected, waiting: 0 })
  expect(report.encoded).toBe(report.indexed)
})

test('a pair is rejected, taken back, and confirmed where none was found', async () => {
  const before = json(await reverie('pairs', '--json')) as PairsAnswer
  const { photoId = 0, photoPath = '', text = '' } = before.pairs[0] ?? {}
  const ofPhoto = async (...argv: string[]) => json(await reverie('pairs', ...argv, '--json')) as PairsAnswer

  const rejected = await reverie('pairs', '--reject', photoPath, text)
  expect(rejected.out).toContain(`${photoPath} (rejected: not learned from)\n    ${text}\n`)
  expect(rejected.out).toContain(`\n${before.readiness.pairs - 1} pairs, `)

  expect((await ofPhoto('--forget', photoPath, ...text.toUpperCase().split(' '))).readiness).toEqual(before.readiness)
  const confirmed = await ofPhoto('--confirm', photoPath, 'what', 'only', 'I', 'know')
  expect(confirmed.pairs).toContainEqual({
    ...{ photoId, noteId: null, photoPath, text: 'what only I know' },
    ...{ reason: 'confirmed', weight: 1, verdict: 'confirmed' }
  })
  expect(confirmed.counts).toContainEqual({ reason: 'confirmed', pairs: 1 })
})

test('settings are shown, changed and kept; a wrong one is refused', async () => {
  expect((await reverie('settings', 'encoderThreads=2')).out).toContain('encoderThreads=2')
  expect(json(await reverie('settings', '--json'))).toMatchObject({ encoderThreads: 2 })
  expect((await reverie('settings', 'encoderThreads=0')).code).toBe(exitCodes.usage)
  expect((await reverie('settings', 'nonsense')).code).toBe(exitCodes.usage)
})

test('eval measures a pack on photos that it was not fitted on, and fit writes a map into it', async () => {
  const pairs = await drawnPairs(join(folder, 'pairs'), 120, 77)
  const report = json(await reverie('eval', pairs, '--pack', models, '--json')) as Record<
    string,
    Record<string, number>
  >
  expect(report).toMatchObject({ images: 120, texts: 240 })
  expect(Object.keys(report.text_to_image ?? {})).toEqual(['r1', 'r5', 'r10', 'mrr', 'median_rank'])
  expect(report.text_to_image?.r10).toBeGreaterThan(0.8)

  const fitted = json(await reverie('fit', pairs, '--method', 'cca', '--pack', models, '--json'))
  expect(fitted).toMatchObject({ method: 'cca', images: 120, texts: 240, before: null })
  // Its own photos are found again through the new map.
  const again = json(await reverie('eval', pairs, '--pack', models, '--json')) as Record<string, Record<string, number>>
  expect(again.text_to_image?.r10).toBeGreaterThan(0.9)
})

test('fit learns a map by SSAL unless told otherwise, and leaves photos of others beside it', async () => {
  const pairs = await drawnPairs(join(folder, 'more-pairs'), 130, 78)
  const { out, code } = await reverie('fit', pairs, '--pack', models, '--no-turns')
  expect(code).toBe(exitCodes.ok)
  expect(out).toMatch(/Fitted a map of 256 dimensions on 1\d\d photos/)
  expect(out).toMatch(/held out, text to image: R@1 0\.\d+ → [01]\.\d+/)
  const manifest = JSON.parse(await readFile(join(models, 'model.json'), 'utf8')) as Record<string, unknown>
  expect(manifest).toMatchObject({ generalProbe: { file: expect.stringMatching(/^probe-/) as string } })
  const report = json(await reverie('eval', pairs, '--pack', models, '--json')) as Record<
    string,
    Record<string, number>
  >
  expect(report.text_to_image?.r10).toBeGreaterThan(0.9)
})

test('fit --mode paper compares trainings on a folder of features, and writes nothing', async () => {
  const features = writeBenchmark(join(folder, 'features'), drawnBenchmark())
  const report = json(await reverie('fit', features, '--mode', 'paper', '--seed', '2', '--json'))
  const figures = {
    imageToText: expect.any(Number) as number,
    textToImage: expect.any(Number) as number,
    modalityProbe: expect.any(Number) as number
  }
  expect(report).toMatchObject({ mode: 'paper', seed: 2, test: 60, withAdversary: figures, withoutAdversary: figures })
  const told = await reverie('fit', features, '--mode', 'paper', '--seed', '2')
  expect(told.out).toMatch(/\n {2}without adversary( +[01]\.\d{3}){3}\n {2}with adversary( +[01]\.\d{3}){3}\n/)

  const refused = await reverie('fit', library.folder, '--mode', 'paper')
  expect(refused.code).toBe(exitCodes.notFound)
  expect(refused.err).toMatch(/no index\.json.*Nothing was changed/)
  expect((await reverie('fit', features, '--mode', 'paper', '--pack', models)).code).toBe(exitCodes.usage)
  expect((await reverie('fit', 'pairs.jsonl')).err).toContain('--pack <folder>')
})

test('training, its versions and switching are commands', async () => {
  const own = await drawOwnWords(join(folder, 'own words'), 40)
  const list = join(folder, 'own.jsonl')
  await writeFile(list, own.map(({ path, caption }) => JSON.stringify({ image: path, text: caption })).join('\n'))
  const refused = await reverie('train', '--pairs', list, '--device', 'cpu')
  expect(refused.err).toMatch(
    /There are 40 different photos with a text, and learning needs at least 100\. Nothing was changed/
  )
  expect(refused.code).toBe(exitCodes.usage)
  expect((await reverie('projectors')).out).toMatch(/^base +active/)
  expect((await reverie('activate', 'base')).code).toBe(exitCodes.ok)
  expect((await reverie('activate', '99')).code).toBe(exitCodes.notFound)
  expect((await reverie('activate', 'newest')).code).toBe(exitCodes.usage)
  expect((await reverie('eval', list, '--pack', models, '--projector', '7')).code).toBe(exitCodes.notFound)
})

test.each([
  ['an unknown command', ['dance'], exitCodes.usage],
  ['a search for nothing', ['search'], exitCodes.usage],
  ['a text without a photo', ['pairs', 'a', 'text'], exitCodes.usage],
  ['a photo without a text', ['pairs', '--confirm', 'a.jpg'], exitCodes.usage],
  ['two words on one pair', ['pairs', '--confirm', 'a.jpg', '--reject', 'a.jpg', 'x'], exitCodes.usage],
  ['a word on a photo that is not there', ['pairs', '--reject', '/no/such.jpg', 'x'], exitCodes.notFound],
  ['a folder that is not there', ['index', '/no/such/folder'], exitCodes.notFound],
  ['a picture that is not there', ['search', '--image', '/no/such.jpg'], exitCodes.notFound],
  ['a kind that does not exist', ['search', 'x', '--type', 'video'], exitCodes.usage],
  ['a model that is not there', ['models', '--use', 'nothing'], exitCodes.notFound],
  ['pairs that are not there', ['eval', '/no/pairs.jsonl'], exitCodes.notFound],
  ['a pack that is not there', ['eval', 'x.jsonl', '--pack', '/no/pack'], exitCodes.model]
])('%s ends with a sentence and a code', async (_, argv, code) => {
  const said = await reverie(...argv)
  expect(said.code).toBe(code)
  expect(said.err).toMatch(/\S{3,}/)
  expect(said.err).not.toMatch(/\n\s+at /)
})

test('a line of a pairs file that is not understood is named', async () => {
  await writeFile(join(folder, 'wrong.jsonl'), '{"image":"a.jpg","text":"b"}\n{"image":3}\n')
  const said = await reverie('eval', join(folder, 'wrong.jsonl'), '--pack', models, '--json')
  expect(said.code).toBe(exitCodes.usage)
  expect(json(said)).toMatchObject({
    error: { code: 'bad-input', message: expect.stringContaining('Line 2') as string }
  })
})

test('--version and --help end well', async () => {
  expect(await reverie('--version')).toMatchObject({ code: 0, out: '1.2.3\n' })
  expect((await reverie('--help')).out).toContain('search')
})
