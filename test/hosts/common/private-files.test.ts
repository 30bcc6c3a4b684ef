import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeClipLayout } from '../../stages/encode/tiny-layout.ts'
import { tinyHub } from '../../hub/tiny-offer.ts'
import { drawOwnWords } from '../../stages/library/drawn/own-words.ts'
import { buildDrawnPack } from '../../tools/drawn-pack.ts'
import type { HubServer } from '../../tools/hub-server.ts'
import { builtProgram } from '../../tools/started-command.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

/*
 * The data folder is for its owner alone, whatever the umask is that the person's system gives: looked at file by file after
 * the real commands, run as processes of their own.
 */

const folder = temporaryFolder()
const commandLine = builtProgram('cli')
const patienceMs = 120_000

let hub: Awaited<ReturnType<typeof tinyHub>>
let models = ''
let list = ''
const library = join(folder, 'library')
beforeAll(async () => {
  models = await buildDrawnPack(join(folder, 'models'))
  hub = await tinyHub(join(folder, 'repository'), 50_000)
  const own = await drawOwnWords(library, 120)
  list = join(folder, 'own.jsonl')
  writeFileSync(list, own.map(({ path, caption }) => JSON.stringify({ image: path, text: caption })).join('\n'))
})
afterAll(() => (hub as { server: HubServer } | undefined)?.server.close())

/** A command under a umask, in a group of its own that a kill reaches whole. */
function start(umask: string, ...argv: string[]): ChildProcess & { said: () => string } {
  const child = spawn('sh', ['-c', `umask ${umask}; exec "$@"`, 'sh', process.execPath, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return Object.assign(child, { said: () => said })
}

async function ended(child: ReturnType<typeof start>): Promise<void> {
  const code = await new Promise(done => child.once('close', done))
  expect(code, child.said()).toBe(0)
}

/** Waits for something that another process does, and ends all of that process at once, as a power cut does. */
async function killWhen(child: ReturnType<typeof start>, isThere: () => boolean): Promise<void> {
  const gone = new Promise(done => child.once('close', done))
  await expect.poll(() => isThere() || child.exitCode !== null, { timeout: patienceMs, interval: 20 }).toBe(true)
  expect(isThere(), child.said()).toBe(true)
  process.kill(-child.pid!, 'SIGKILL')
  await gone
}

/** Everything in a data folder with its rights, itself first. */
function rightsIn(data: string): ReadonlyMap<string, string> {
  const paths = readdirSync(data, { recursive: true, encoding: 'utf8' }).sort()
  return new Map(['', ...paths].map(path => [path, (lstatSync(join(data, path)).mode & 0o777).toString(8)]))
}

/** Those that anybody else could read, write or look into. */
const open = (data: string): string[] =>
  [...rightsIn(data)].filter(([, mode]) => !/^[0-7]00$/.test(mode)).map(([path, mode]) => `${path} ${mode}`)

const isWindows = process.platform === 'win32'
describe.skipIf(isWindows).each(['000', '077'])(
  'with umask %s',
  umask => {
    const data = join(folder, `data-${umask}`)
    const cli = (...argv: string[]) => start(umask, commandLine, ...argv, '--data', data, '--models', models)

    test('indexing, searching and adding a model leave nothing that others can read', async () => {
      await ended(cli('index', library))
      expect(rightsIn(data).get('')).toBe('700')
      expect(open(data)).toEqual([])
      await ended(cli('search', 'a', 'dog'))
      await ended(cli('models', 'add', writeClipLayout(join(folder, `clip-${umask}`))))
      expect([...rightsIn(data).keys()]).toEqual(
        expect.arrayContaining(['reverie.db', 'thumbnails.db', 'folders.json', 'said.json', 'writer.lock', 'models'])
      )
      expect(open(data)).toEqual([])
    })

    test('nor does a model that is fetched, or half fetched', async () => {
      const install = () => {
        const offer = JSON.stringify(hub.offer)
        return start(umask, resolve(import.meta.dirname, 'install-privately.ts'), data, hub.server.url, offer)
      }
      const parts = (): string[] =>
        existsSync(data) ? [...rightsIn(data).keys()].filter(path => path.endsWith('.part')) : []
      hub.server.fault = path => (path.includes('ballast') ? { kind: 'slow', chunkBytes: 1000, everyMs: 200 } : null)
      await killWhen(install(), () => parts().some(path => path.includes('ballast')))
      expect(open(data)).toEqual([])
      hub.server.fault = () => null
      await ended(install())
      expect(rightsIn(data).get('models/tiny/model.json')).toBe('600')
      expect(open(data)).toEqual([])
    })

    test('nor a training that is killed, a page that is killed, and a damaged database that is set aside', async () => {
      const checkpoint = join(data, 'training', 'checkpoint')
      await killWhen(cli('train', '--pairs', list, '--device', 'cpu'), () => existsSync(checkpoint))
      expect(open(data)).toEqual([])

      const served = cli('serve', '--no-open')
      await killWhen(served, () => served.said().includes('Reverie is at'))
      expect([...rightsIn(data).keys()]).toEqual(
        expect.arrayContaining(['reverie.db-wal', 'reverie.db-shm', 'web/key', 'web/addresses'])
      )
      expect(open(data)).toEqual([])

      truncateSync(join(data, 'reverie.db'), 50)
      await ended(cli('index', '--rebuild'))
      expect([...rightsIn(data).keys()]).toContain('reverie.corrupt-1.db')
      expect(open(data)).toEqual([])
    })

    test('a folder from before is closed when it is opened, whatever lies in it', async () => {
      for (const path of rightsIn(data).keys()) {
        const whole = join(data, path)
        chmodSync(whole, lstatSync(whole).isDirectory() ? 0o777 : 0o666)
      }
      expect(open(data).length).toBe(rightsIn(data).size)
      await ended(cli('status'))
      expect(open(data)).toEqual([])
      // Others could have read it: it admits nobody any more.
      expect(existsSync(join(data, 'web', 'key'))).toBe(false)
    })
  },
  300_000
)

test.skipIf(isWindows)(
  'what the app writes elsewhere, for the person, has the rights that it has there',
  async () => {
    const pack = join(folder, 'shared pack')
    mkdirSync(pack)
    const own = await buildDrawnPack(pack)
    const packFolder = existsSync(join(own, 'model.json')) ? own : join(own, readdirSync(own)[0]!)
    chmodSync(join(packFolder, 'model.json'), 0o644)
    await ended(
      start(
        '022',
        commandLine,
        'fit',
        list,
        '--pack',
        packFolder,
        '--method',
        'cca',
        '--no-words',
        '--no-turns',
        '--data',
        join(folder, 'data-fit')
      )
    )
    const written = readdirSync(packFolder).filter(name => name.endsWith('.safetensors') || name === 'model.json')
    expect(written.length).toBeGreaterThan(1)
    for (const name of written) expect((lstatSync(join(packFolder, name)).mode & 0o777).toString(8), name).toBe('644')
  },
  300_000
)
