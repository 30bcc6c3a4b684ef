import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEngine, type Engine } from '../../src/main/engine/engine.ts'
import { contentStems } from '../../src/main/engine/stages/search/commonness.ts'
import { nodeWorkers } from '../../src/main/hosts/common/processes.ts'
import type { Hit } from '../../src/shared/searching.ts'
import { absentThings } from '../bench/trust-questions.ts'
import { buildKernels } from '../tools/build-kernels.ts'
import { describeWithData } from '../tools/shared-data.ts'
import { sourceCheckpointer, sourceWorkers } from '../tools/source-workers.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll } from './real-engine.ts'

interface Pair {
  readonly image: string
  readonly captions: readonly string[]
}

/** What was seen of 167f31e with the model in the box, and what is asked for instead. */
describeWithData('what is called relevant', ['flickr8k'], flickr => {
  const folder = temporaryFolder()
  const photos = readFileSync(join(flickr, 'pairs.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Pair & { split: string })
    .filter(({ split }) => split === 'dev')
  const wordless = photos.slice(0, 600)
  const others = photos.slice(600)
  const described = others.find(({ captions }) => captions.every(caption => /dog/i.test(caption)))!
  const absent = absentThings.map(([text]) => text)
  let engine: Engine

  /** Captions of photos that are not in the library and share no word with these. */
  const unrelatedTo = (texts: readonly string[]): string[] => {
    const said = new Set(texts.flatMap(contentStems))
    return others
      .map(({ captions }) => captions[2]!)
      .filter(caption => !contentStems(caption).some(stem => said.has(stem)))
      .slice(0, 100)
  }
  const open = async (name: string): Promise<Engine> => {
    await buildKernels()
    return openEngine({
      dataFolder: join(folder, name),
      resourcesFolder: resolve(import.meta.dirname, '../../resources'),
      checkpointer: sourceCheckpointer,
      startWorker: nodeWorkers(sourceWorkers)
    })
  }
  const withDescription = async ({ image, captions }: Pair, path: string, quality = 80): Promise<void> => {
    const exif = { IFD0: { ImageDescription: captions[0]! } }
    await sharp(join(flickr, image)).withExif(exif).jpeg({ quality }).toFile(path)
  }
  const relevantHits = async (text: string): Promise<readonly Hit[]> => {
    const { hits } = await engine.client.search({ text, limit: 10 })
    return hits.filter(({ isRelevant }) => isRelevant)
  }
  /** Of these questions, those to which a hit of that name is relevant for its text. */
  const answeredBy = async (questions: readonly string[], name: RegExp): Promise<number> => {
    let answered = 0
    for (const text of questions)
      if (
        (await relevantHits(text)).some(
          hit => name.test(hit.path) && hit.reasons.some(({ kind }) => kind === 'meaning')
        )
      )
        answered++
    return answered / questions.length
  }

  beforeAll(async () => {
    const library = join(folder, 'library')
    mkdirSync(library)
    wordless.forEach(({ image }, i) => copyFileSync(join(flickr, image), join(library, `${i}.jpg`)))
    await withDescription(described, join(library, 'described.jpg'))
    engine = await open('data')
    await indexAll(engine, library)
  }, 300_000)

  afterAll(() => engine.close())

  test('the only described photo is no answer to what it does not say, and one to what it does', async () => {
    const questions = unrelatedTo(described.captions)
    expect(questions.length).toBeGreaterThan(50)
    expect(await answeredBy(questions, /described/)).toBeLessThanOrEqual(0.1)
    expect(await answeredBy(described.captions.slice(1), /described/)).toBeGreaterThanOrEqual(0.7)
  }, 120_000)

  test('what every second photo shows is found all the same', async () => {
    for (const text of ['people', 'a man']) expect(await relevantHits(text), text).not.toEqual([])
  }, 60_000)

  test('what no photo shows is seldom there', async () => {
    let answered = 0
    for (const text of absent) if ((await relevantHits(text)).length > 0) answered++
    expect(answered / absent.length).toBeLessThanOrEqual(0.1)
  }, 60_000)

  test('the only note is no answer to what it does not say; describing more photos changes no verdict on another', async () => {
    const note = 'We baked bread with rye flour and let the dough rest over night in a cold cellar.'
    const questions = unrelatedTo([note, ...described.captions]).slice(0, 60)
    const verdicts = async (): Promise<string[][]> => {
      const found: string[][] = []
      for (const text of questions)
        found.push((await relevantHits(text)).map(({ path }) => path).filter(path => /\d\.jpg$/.test(path)))
      return found
    }
    const before = await verdicts()
    writeFileSync(join(folder, 'library', 'bread.md'), `${note}\n`)
    await indexAll(engine)
    expect(await answeredBy(questions, /bread/)).toBeLessThanOrEqual(0.1)
    expect(await answeredBy(['baking rye bread', 'dough that rests in a cellar'], /bread/)).toBe(1)
    expect(await verdicts()).toEqual(before)
  }, 120_000)

  test('thirty photos with one description are one text', async () => {
    await engine.close()
    const library = join(folder, 'alike')
    mkdirSync(library)
    wordless.slice(0, 100).forEach(({ image }, i) => copyFileSync(join(flickr, image), join(library, `${i}.jpg`)))
    // A burst, described at once.
    for (let i = 0; i < 30; i++) await withDescription(described, join(library, `described-${i}.jpg`), 60 + i)
    engine = await open('alike-data')
    await indexAll(engine, library)
    expect(await answeredBy(unrelatedTo(described.captions), /described/)).toBeLessThanOrEqual(0.1)
    expect(await answeredBy(described.captions.slice(1), /described/)).toBeGreaterThanOrEqual(0.7)
  }, 200_000)
})
