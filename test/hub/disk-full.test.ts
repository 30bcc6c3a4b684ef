import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EngineError } from '../../src/shared/errors.ts'
import { fetchFile, type Ask } from '../../src/main/engine/hub/fetch-file.ts'
import { installPack } from '../../src/main/engine/hub/install-pack.ts'
import { fetchTrouble } from '../../src/main/engine/hub/trouble.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { honestServer, tinyHub } from './tiny-offer.ts'

const folder = temporaryFolder()
const disk = join(folder, 'small disk')
let whyNot = 'it was not tried'

beforeAll(() => {
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'pipe' })
    whyNot = ''
  } catch (error) {
    whyNot = `a small disk cannot be mounted here (${error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : ''})`
    process.stdout.write(`skipped, because ${whyNot}\n`)
  }
})

afterAll(() => {
  if (whyNot === '') execFileSync('umount', [disk])
})

const never = new AbortController().signal

test('a disk that is too small is noticed before a byte is fetched', async ({ skip }) => {
  if (whyNot !== '') skip(whyNot)
  const { server, offer } = await tinyHub(join(folder, 'repository'), 3_000_000)
  const access = { hubUrl: server.url, isOffline: () => false }
  const work = installPack(offer, { packsFolder: disk, access, makeManifest: () => Promise.resolve() }, never)
  const error = await (async () => {
    while ((await work.next()).done !== true);
  })().catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'disk-full' })
  expect((error as EngineError).message).toMatch(/needs .* MB more, but .* free\. Nothing was fetched/)
  expect(server.fetched()).toEqual([])
  await server.close()
})

test('a disk that fills up on the way: a sentence, what fits is kept, and it goes on when there is room', async ({
  skip
}) => {
  if (whyNot !== '') skip(whyNot)
  const content = Buffer.alloc(600_000, 7)
  const hex = createHash('sha256').update(content).digest('hex')
  const expected = { path: 'f', sizeBytes: content.length, fingerprint: { kind: 'sha256', hex }, sha256: null } as const
  const hog = join(disk, 'hog')
  writeFileSync(hog, Buffer.alloc(700_000))
  const asked: (string | undefined)[] = []
  const server = honestServer(content)
  const ask: Ask = (headers, signal) => {
    asked.push(headers.range)
    return server(headers, signal)
  }
  const path = join(disk, 'f')
  const fetchAll = async (): Promise<void> => {
    const work = fetchFile(expected, path, ask, { signal: never, waitFactor: 0 })
    while ((await work.next()).done !== true);
  }
  const error = fetchTrouble(await fetchAll().catch((reason: unknown) => reason), disk)
  expect(error).toMatchObject({ code: 'disk-full' })
  expect((error as EngineError).message).toMatch(/is full.*is kept.*unharmed.*goes on where it stopped/s)
  expect(existsSync(path)).toBe(false)
  const kept = statSync(`${path}.part`).size
  expect(kept).toBeGreaterThan(100_000)

  writeFileSync(hog, '')
  await fetchAll()
  expect(asked.at(-1)).toBe(`bytes=${kept}-`)
  expect(statSync(path).size).toBe(content.length)
})
