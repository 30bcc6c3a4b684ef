import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { beforeAll, expect, test } from 'vitest'
import { runCommandLine } from '../../../src/main/hosts/cli/command-line.ts'
import { never } from '../../../src/main/hosts/common/ending.ts'
import { exitCodes } from '../../../src/main/hosts/common/exit-codes.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import type { DrawnLibrary } from '../../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../../tools/drawn-pack.ts'
import { indexedLibrary } from '../../tools/indexed-library.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
let library: DrawnLibrary
let models = ''

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'data'))
  models = await buildDrawnPack(join(folder, 'models'))
})

/** The command line on the real engine, in this process. */
async function reverie(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' }
  const into = (name: 'out' | 'err'): NodeJS.WriteStream =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += String(chunk)
        done()
      }
    }) as unknown as NodeJS.WriteStream
  const unused = (): Promise<never> => Promise.reject(new Error('not here'))
  const code = await runCommandLine(argv, {
    ...{ ending: never, version: '1.2.3', ask: null, out: into('out'), err: into('err') },
    openEngine: () => openRealEngine(join(folder, 'data'), [models]),
    ...{ openPairTools: unused, fitPaper: unused, serve: unused, findRunning: unused, openBrowser: () => undefined }
  })
  return { code, ...texts }
}

const photoPath = (): string => join(library.folder, library.pairs[0]?.photo ?? '')

test('a person says a caption, tags and a favourite, finds the photo by them, lists them and takes them back', async () => {
  const path = photoPath()
  const said = await reverie(
    'say',
    path,
    '--caption',
    'Zwetschgenknödel',
    '--tag',
    'Küche',
    '--tag',
    'Oma',
    '--favourite'
  )
  expect(said).toMatchObject({
    code: exitCodes.ok,
    out: '1 of 1 file changed; no file was touched. reverie said lists what you said.\n'
  })
  expect((await reverie('search', 'zwetschgenknödel')).out).toContain(path)
  expect((await reverie('search', 'is:favourite tag:oma')).out).toContain(path)
  expect((await reverie('said')).out).toBe(`${path}\n    favourite\n    “Zwetschgenknödel”\n    tags: Küche, Oma\n`)
  const listed = JSON.parse((await reverie('said', '--json')).out) as { entries: { items: { path: string }[] }[] }
  expect(listed.entries[0]?.items[0]?.path).toBe(path)
  const back = ['--forget-caption', '--untag', 'küche', '--untag', 'oma', '--not-favourite']
  expect((await reverie('say', path, ...back, '--json')).out).toBe('{"items":1}\n')
  expect((await reverie('said')).out).toMatch(/^You have said nothing yet/)
})

test('what cannot be said ends with its own exit code, in words', async () => {
  expect(await reverie('say', join(folder, 'nowhere.jpg'), '--favourite')).toMatchObject({
    code: exitCodes.notFound,
    err: `reverie: The library has no file ${join(folder, 'nowhere.jpg')}. Nothing was changed.\n`
  })
  expect(await reverie('say', photoPath())).toMatchObject({ code: exitCodes.usage })
  expect(await reverie('say', photoPath(), '--tag', ' ')).toMatchObject({ code: exitCodes.usage })
  expect((await reverie('say', photoPath(), '--caption', 'x', '--forget-caption')).code).toBe(exitCodes.usage)
})

test('a person says what is right and wrong for a question, and the same question answers so', async () => {
  const path = photoPath()
  const asked = async (): Promise<readonly Record<string, unknown>[]> =>
    (JSON.parse((await reverie('search', 'boat', '--json')).out) as { hits: Record<string, unknown>[] }).hits
  const first = String((await asked())[0]?.path)
  expect(first).not.toBe(path)
  expect(await reverie('judge', 'Boat', '--right', path, '--wrong', first)).toMatchObject({
    code: exitCodes.ok,
    out: 'Kept for 2 files. reverie verdicts lists what you said.\n'
  })
  const hits = await asked()
  expect(hits[0]).toMatchObject({ path, said: 'right', isRelevant: true })
  expect(hits.find(hit => hit.path === first)).toMatchObject({ said: 'wrong', isRelevant: false })
  expect((await reverie('search', 'boat')).out).toContain('you said: wrong for this')
  expect((await reverie('verdicts')).out).toContain(`right for “Boat”\n    ${path}\n`)
  await reverie('judge', 'boat', '--take-back', path, '--take-back', first)
  expect((await reverie('verdicts')).out).toMatch(/^You have said nothing of answers yet/)
  expect((await asked())[0]?.path).toBe(first)
  expect((await reverie('judge', 'type:photo', '--wrong', path)).err).toContain('has no words and no picture')
})

test('what was said is written beside the photo and into a file when asked, never over another file', async () => {
  const path = photoPath()
  await reverie('say', path, '--caption', 'Quittenernte', '--tag', 'Herbst')
  expect(await reverie('sidecars', path)).toEqual({ code: 0, out: '1 written, 0 as they were, 0 failed.\n', err: '' })
  expect(await readFile(`${path}.xmp`, 'utf8')).toContain('Quittenernte')
  expect((await reverie('sidecars', '--all', '--json')).out).toBe('{"written":0,"same":1,"failed":[]}\n')
  expect((await reverie('sidecars')).code).toBe(exitCodes.usage)
  const file = join(folder, 'said.json')
  expect((await reverie('export', file)).out).toBe(`Written to ${file}.\n`)
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    words: [{ caption: 'Quittenernte', paths: [path] }]
  })
  expect(await reverie('export', file)).toMatchObject({ code: exitCodes.usage })
})
