import { createHash } from 'node:crypto'
import { fork } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  statSync
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { installPack, type InstallDeps, type InstallProgress } from '../../src/main/engine/hub/install-pack.ts'
import type { Offer } from '../../src/main/engine/hub/catalogue.ts'
import { EngineError } from '../../src/shared/errors.ts'
import { readPack } from '../../src/main/engine/stages/encode/model-pack.ts'
import { chanceFrom } from '../stages/library/drawn/chance.ts'
import { gitBlob, type HubServer } from '../tools/hub-server.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { noise, tinyHub } from './tiny-offer.ts'

const folder = temporaryFolder()
const open: HubServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server.close()
})

interface Place {
  readonly server: HubServer
  readonly offer: Offer
  readonly packs: string
  readonly deps: InstallDeps
}

async function place(ballast = 0): Promise<Place> {
  const here = mkdtempSync(join(folder, 'place-'))
  const { server, offer } = await tinyHub(join(here, 'repository'), ballast)
  open.push(server)
  const packs = join(here, 'packs')
  mkdirSync(packs)
  server.arrivedBytes = path =>
    statSync(join(packs, '.incoming', 'tiny', `${path}.part`), { throwIfNoEntry: false })?.size ?? 0
  const access = { hubUrl: server.url, isOffline: () => false }
  return {
    server,
    offer,
    packs,
    deps: { packsFolder: packs, access, makeManifest: () => Promise.resolve(), waitFactor: 0 }
  }
}

async function install({ offer, deps }: Place, signal = new AbortController().signal): Promise<InstallProgress[]> {
  const told: InstallProgress[] = []
  for await (const progress of installPack(offer, deps, signal)) told.push(progress)
  return told
}

const refusal = (work: Promise<unknown>): Promise<EngineError> =>
  work.then(
    () => {
      throw new Error('not refused')
    },
    (error: unknown) => error as EngineError
  )

const isVisible = ({ packs }: Place): boolean => existsSync(join(packs, 'tiny'))
const ballastPath = 'onnx/ballast.onnx_data'

test('a pack is fetched, checked and whole, and what was found is recorded', async () => {
  const at = await place(300_000)
  const told = await install(at)
  const total = at.offer.files.reduce((sum, { approximateBytes }) => sum + approximateBytes, 0)
  expect(told[0]).toEqual({ doneBytes: 0, totalBytes: total })
  expect(told.at(-1)).toEqual({ doneBytes: total, totalBytes: total })
  expect((await readPack(join(at.packs, 'tiny'))).id).toBe('tiny')
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(300_000))).toBe(true)
  expect(existsSync(join(at.packs, 'escape.txt')) || existsSync(join(folder, 'escape.txt'))).toBe(false)
  expect(readdirSync(join(at.packs, '.incoming'))).toEqual([])

  const record = JSON.parse(readFileSync(join(at.packs, '.records', 'tiny.json'), 'utf8')) as {
    commit: string
    files: { path: string; sha256: string }[]
  }
  expect(record.commit).toBe(at.server.commit)
  for (const { path, sha256 } of record.files)
    expect(
      createHash('sha256')
        .update(readFileSync(join(at.packs, 'tiny', path)))
        .digest('hex')
    ).toBe(sha256)
  // The bytes are asked for by commit, never by a name that may move; nothing that names a person goes with it.
  for (const { url, headers } of at.server.asked) {
    if (url.includes('/resolve/')) expect(url).toContain(at.server.commit)
    expect(headers).not.toHaveProperty('authorization')
    expect(headers).not.toHaveProperty('cookie')
  }
})

test('a pack that is there and whole is not asked for again; a damaged file alone is fetched anew', async () => {
  const at = await place(5000)
  await install(at)
  const before = at.server.asked.length
  await install(at)
  expect(at.server.asked).toHaveLength(before)

  writeFileSync(join(at.packs, 'tiny', ballastPath), 'scratched')
  await install(at)
  expect(at.server.fetched().slice(-1)).toEqual([{ path: ballastPath, from: 0 }])
  expect(at.server.fetched()).toHaveLength(at.offer.files.length + 1)
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(5000))).toBe(true)
  expect(readdirSync(join(at.packs, '.incoming'))).toEqual([])
})

test('a dropped connection goes on from where it broke, a few times', async () => {
  const at = await place(100_000)
  let drops = 3
  at.server.fault = path => (path === ballastPath && drops-- > 0 ? { kind: 'drop', afterBytes: 20_000 } : null)
  await install(at)
  const asked = at.server.fetched().filter(({ path }) => path === ballastPath)
  expect(asked.map(({ from }) => from)).toEqual([0, 20_000, 40_000, 60_000])
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(100_000))).toBe(true)
})

test('a connection that always breaks ends with a sentence, and what came is kept for the next time', async () => {
  const at = await place(100_000)
  at.server.fault = path => (path === ballastPath ? { kind: 'drop', afterBytes: 9_000 } : null)
  const error = await refusal(install(at))
  expect(error).toMatchObject({ code: 'network' })
  expect(error.message).toMatch(/broke off.*unharmed.*goes on where it stopped/s)
  expect(isVisible(at)).toBe(false)

  at.server.fault = () => null
  const before = at.server.fetched().length
  await install(at)
  expect(at.server.fetched().slice(before)).toEqual([{ path: ballastPath, from: 45_000 }])
  expect(isVisible(at)).toBe(true)
})

test('a server that is busy is asked again; one that does not know ranges, or gives others, sends all anew', async () => {
  const at = await place(50_000)
  const isBallast = (path: string): boolean => path === ballastPath
  const faults = [
    { kind: 'status', status: 503, retryAfter: '1' },
    { kind: 'drop', afterBytes: 10_000 },
    { kind: 'wrong-range' },
    { kind: 'drop', afterBytes: 10_000 },
    { kind: 'no-range' }
  ] as const
  let n = 0
  at.server.fault = path => (isBallast(path) ? (faults[n++] ?? null) : null)
  await install(at)
  expect(
    at.server
      .fetched()
      .filter(({ path }) => isBallast(path))
      .map(({ from }) => from)
  ).toEqual([0, 0, 10_000, 0, 10_000])
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(50_000))).toBe(true)
})

test('a byte that is another one is noticed, whether the server keeps the file as LFS or in git', async () => {
  for (const path of [ballastPath, 'tokenizer.json', 'text.onnx', 'model.json']) {
    const at = await place(2000)
    at.server.fault = asked => (asked === path ? { kind: 'flip', at: 7 } : null)
    const error = await refusal(install(at))
    expect(error, path).toMatchObject({ code: 'model-broken' })
    expect(error.message).toContain(`${path} arrived damaged`)
    expect(isVisible(at)).toBe(false)
    at.server.fault = () => null
    await install(at)
    expect((await readPack(join(at.packs, 'tiny'))).id).toBe('tiny')
  }
})

test('small files are announced as git names them, and checked so', async () => {
  const at = await place()
  const small = at.offer.files.find(({ approximateBytes }) => approximateBytes < 200)
  expect(small, 'a file below the LFS size').toBeDefined()
  at.server.announce = (path, real) => (path === small?.path ? { ...real, oid: gitBlob(Buffer.from('other')) } : real)
  expect((await refusal(install(at))).message).toContain('arrived damaged')
})

test('a server that announces other sizes and hashes than it then names is not believed', async () => {
  const at = await place(2000)
  at.server.announce = (path, real, where) =>
    path === ballastPath && where === 'file' ? { ...real, oid: 'a'.repeat(64) } : real
  expect((await refusal(install(at))).message).toContain(
    'another onnx/ballast.onnx_data than the one that it announced'
  )
  expect(isVisible(at)).toBe(false)
})

test('when another content is announced in the middle of a download, it begins again with that', async () => {
  const at = await place(60_000)
  at.server.fault = path => (path === ballastPath ? { kind: 'drop', afterBytes: 5_000 } : null)
  await refusal(install(at))
  at.server.fault = () => null
  const other = noise(61_000).subarray(1000)
  at.server.put(ballastPath, other)
  const before = at.server.fetched().length
  await install(at)
  expect(at.server.fetched().slice(before)).toEqual([{ path: ballastPath, from: 0 }])
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(other)).toBe(true)
})

test('a file that was swapped since it was installed is refused, also after the pack was removed', async () => {
  const at = await place(4000)
  await install(at)
  at.server.put(ballastPath, noise(4001).subarray(1))
  rmSync(join(at.packs, 'tiny'), { recursive: true })
  const before = at.server.fetched().length
  const error = await refusal(install(at))
  expect(error).toMatchObject({ code: 'model-broken' })
  expect(error.message).toMatch(/another onnx\/ballast\.onnx_data than the one that was installed before/)
  expect(at.server.fetched()).toHaveLength(before)
  expect(isVisible(at)).toBe(false)
})

test('a small file that was swapped is refused too, and a pack that is there stays as it is', async () => {
  const at = await place(4000)
  await install(at)
  const small = at.offer.files.find(({ approximateBytes }) => approximateBytes < 200)?.path ?? ''
  const content = Buffer.from(readFileSync(join(at.packs, 'tiny', small)))
  content[0]! ^= 1
  at.server.put(small, content)
  writeFileSync(join(at.packs, 'tiny', small), 'scratched')
  expect((await refusal(install(at))).message).toContain(`${small} arrived damaged`)
  expect(readFileSync(join(at.packs, 'tiny', small), 'utf8')).toBe('scratched')
})

test('a file whose hash is in the catalogue is that file or none', async () => {
  const at = await place(4000)
  const files = at.offer.files.map(file => (file.path === ballastPath ? { ...file, sha256: 'b'.repeat(64) } : file))
  const error = await refusal(install({ ...at, offer: { ...at.offer, files } }))
  expect(error.message).toMatch(/another onnx\/ballast\.onnx_data than the one that is known/)
  expect(at.server.fetched()).toEqual([])
})

test('more bytes than announced are cut off', async () => {
  const at = await place(4000)
  at.server.fault = path => (path === ballastPath ? { kind: 'more', bytes: 5_000_000 } : null)
  const error = await refusal(install(at))
  expect(error.message).toContain('sends more of onnx/ballast.onnx_data than it announced')
  expect(existsSync(join(at.packs, '.incoming', 'tiny', `${ballastPath}.part`))).toBe(false)
  expect(isVisible(at)).toBe(false)
})

test('a repository that has grown far beyond what was agreed to is not fetched', async () => {
  const at = await place(4000)
  at.server.put(ballastPath, noise(3_000_000))
  const error = await refusal(install(at))
  expect(error.message).toMatch(/was to take 0\.0 MB, but http:.* announces 3\.0 MB, so nothing was fetched/)
  expect(at.server.fetched()).toEqual([])
})

test.each([
  ['to plain http elsewhere', 'http://example.invalid/file'],
  ['to another port here', 'http://127.0.0.1:9/file'],
  ['to a file', 'file:///etc/passwd'],
  ['with credentials', 'https://user:secret@example.invalid/file']
])('a redirect %s is not followed', async (_, to) => {
  const at = await place(4000)
  at.server.sendOn = path => (path === ballastPath ? to : null)
  expect((await refusal(install(at))).message).toContain('not safe to ask')
})

test('offline, nothing arrives at the server', async () => {
  const at = await place()
  const deps = { ...at.deps, access: { hubUrl: at.server.url, isOffline: () => true } }
  const error = await refusal(install({ ...at, deps }))
  expect(error).toMatchObject({ code: 'network' })
  expect(error.message).toContain('set to stay offline')
  expect(at.server.asked).toEqual([])
})

test('going offline in the middle stops before the next request', async () => {
  const at = await place(50_000)
  let isOffline = false
  const deps = { ...at.deps, access: { hubUrl: at.server.url, isOffline: () => isOffline } }
  const work = installPack(at.offer, deps, new AbortController().signal)
  for (;;) {
    const { value } = (await work.next()) as { value: InstallProgress }
    if (value.doneBytes > 0) break
  }
  isOffline = true
  const before = at.server.asked.length
  await refusal(work.next().then(() => work.next()))
  expect(at.server.asked.length).toBe(before)
})

test('a mirror that is not there, or speaks something else, is said so', async () => {
  const at = await place()
  const gone = { ...at.deps, access: { hubUrl: 'http://127.0.0.1:9', isOffline: () => false } }
  expect((await refusal(install({ ...at, deps: gone }))).message).toMatch(/127\.0\.0\.1:9 cannot be reached/)
  const offer = { ...at.offer, repository: 'nobody/nothing' }
  expect(await refusal(install({ ...at, offer }))).toMatchObject({ code: 'not-found' })
})

test('a folder of that name that was not installed from here is left alone', async () => {
  const at = await place()
  mkdirSync(join(at.packs, 'tiny'))
  writeFileSync(join(at.packs, 'tiny', 'mine.txt'), 'mine')
  expect((await refusal(install(at))).message).toContain('was not installed from here')
  expect(readdirSync(join(at.packs, 'tiny'))).toEqual(['mine.txt'])
  expect(at.server.asked).toEqual([])
})

test('cancelled, it hangs up at once; the next time only the rest is asked for', async () => {
  const at = await place(200_000)
  at.server.fault = path => (path === ballastPath ? { kind: 'slow', chunkBytes: 10_000, everyMs: 10 } : null)
  const controller = new AbortController()
  const error = await refusal(
    (async () => {
      for await (const { doneBytes, totalBytes } of installPack(at.offer, at.deps, controller.signal))
        if (doneBytes > 0 && doneBytes < totalBytes && doneBytes > 90_000)
          controller.abort(new EngineError('cancelled', 'Cancelled.'))
    })()
  )
  expect(error).toMatchObject({ code: 'cancelled' })
  expect(isVisible(at)).toBe(false)
  at.server.fault = () => null
  const before = at.server.fetched().length
  await install(at)
  const later = at.server
    .fetched()
    .slice(before)
    .filter(({ path }) => path === ballastPath)
  expect(later).toHaveLength(1)
  expect(later[0]?.from).toBeGreaterThan(80_000)
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(200_000))).toBe(true)
})

test('killed at random moments and started again, it ends with the same bytes and asks only for the rest', async () => {
  const at = await place(2_000_000)
  at.server.fault = path => (path === ballastPath ? { kind: 'slow', chunkBytes: 12_000, everyMs: 20 } : null)
  const chance = chanceFrom(7)
  let kills = 0
  for (let i = 0; i < 6; i++) if (!(await installFor(40_000 + Math.floor(chance.next() * 200_000), at))) kills++
  expect(kills).toBe(6)
  expect(isVisible(at)).toBe(false)
  at.server.fault = () => null
  expect(await installFor(Infinity, at)).toBe(true)
  const { from } = at.server.fetched().findLast(({ path }) => path === ballastPath) ?? { from: 0 }
  expect(from).toBeGreaterThan(200_000)
  expect(readFileSync(join(at.packs, 'tiny', ballastPath)).equals(noise(2_000_000))).toBe(true)
  expect((await readPack(join(at.packs, 'tiny'))).id).toBe('tiny')
})

test('killed between the two renames of a repair, the pack that was there comes back', async () => {
  const at = await place(3000)
  await install(at)
  mkdirSync(join(at.packs, '.incoming'), { recursive: true })
  renameSync(join(at.packs, 'tiny'), join(at.packs, '.incoming', 'tiny.previous'))
  const before = at.server.asked.length
  await install(at)
  expect(at.server.asked).toHaveLength(before)
  expect((await readPack(join(at.packs, 'tiny'))).id).toBe('tiny')
})

/** @returns whether it came to its end before it was killed, which is when so many more bytes have come */
async function installFor(bytes: number, { offer, server, packs }: Place): Promise<boolean> {
  const input = JSON.stringify({ offer, hubUrl: server.url, packs })
  const child = fork(resolve(import.meta.dirname, 'install-once.ts'), [input], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let wrong = ''
  child.stderr?.on('data', chunk => (wrong += String(chunk)))
  let first: number | null = null
  child.on('message', message => {
    // What was there from earlier is told with the first bytes of the slow file.
    const done = Number(message)
    if (done < 20_000) return
    first ??= done
    if (done - first >= bytes) child.kill('SIGKILL')
  })
  const code = await new Promise<number | null>(done => child.once('exit', done))
  expect(code === null || code === 0, wrong).toBe(true)
  return code === 0
}
