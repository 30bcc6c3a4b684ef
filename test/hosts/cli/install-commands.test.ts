import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { catalogue, type Offer } from '../../../src/main/engine/hub/catalogue.ts'
import { never } from '../../../src/main/hosts/common/ending.ts'
import { runCommandLine } from '../../../src/main/hosts/cli/command-line.ts'
import { exitCodes } from '../../../src/main/hosts/common/exit-codes.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import { tinyHub } from '../../hub/tiny-offer.ts'
import type { HubServer } from '../../tools/hub-server.ts'
import { heard } from '../../tools/heard.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const folder = temporaryFolder()
const data = join(folder, 'data')
let hub: { server: HubServer; offer: Offer }

beforeAll(async () => {
  hub = await tinyHub(join(folder, 'repository'), 50_000)
})
afterAll(() => hub.server.close())

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** @param answer  what the person says when asked; null where there is no terminal */
async function reverie(answer: boolean | null, ...argv: string[]): Promise<Said> {
  const [out, err] = [heard(), heard()]
  const code = await runCommandLine(argv, {
    ending: never,
    version: '1.2.3',
    ask: answer === null ? null : () => Promise.resolve(answer),
    out: out.stream,
    err: err.stream,
    openEngine: options => openRealEngine(options.data ?? data, [], { offers: [hub.offer, ...catalogue] }),
    fitPaper: () => Promise.reject(new Error('not here')),
    openPairTools: () => Promise.reject(new Error('not here')),
    serve: () => Promise.reject(new Error('not here')),
    findRunning: () => Promise.reject(new Error('not here')),
    openBrowser: () => undefined
  })
  return { code, out: out.text(), err: err.text() }
}

const json = (said: Said): unknown => JSON.parse(said.out.trim().split('\n').at(-1) ?? '')

test('models lists what can be had with its size, licence, languages and figures, and asks nobody for it', async () => {
  const { code, out } = await reverie(null, 'models')
  expect(code).toBe(exitCodes.ok)
  expect(out).toContain('No model pack is installed')
  expect(out).toMatch(/clip-vit-b32-int8 {2}CLIP ViT-B\/32, 8 bit, 155\.9 MB, en, MIT/)
  expect(out).toMatch(/siglip2-base-int8 .* 34 languages, Apache-2\.0/)
  expect(out).toContain('text→image R@1, COCO 5k in full precision 0.304 (open_clip,')
  expect(hub.server.asked).toEqual([])
})

test('install says size and source, and fetches nothing without a yes', async () => {
  await reverie(null, 'settings', `hubUrl=${hub.server.url}`)
  const silent = await reverie(null, 'models', 'install', 'tiny')
  expect(silent.code).toBe(exitCodes.usage)
  expect(silent.err).toContain('--yes')
  const no = await reverie(false, 'models', 'install', 'tiny')
  expect(no.code).toBe(exitCodes.cancelled)
  expect(no.err).toMatch(/0\.1 MB.*MIT.*From http:\/\/127\.0\.0\.1:\d+\/somebody\/tiny-ONNX.*Nothing was fetched/s)
  expect(await reverie(true, 'models', 'install', 'nothing')).toMatchObject({ code: exitCodes.notFound })
  expect(hub.server.asked).toEqual([])
})

test('installed with a yes, listed, used, given up and deleted', async () => {
  const installed = await reverie(true, 'models', 'install', 'tiny')
  expect(installed).toMatchObject({ code: exitCodes.ok })
  expect(installed.out).toContain('reverie models --use tiny')
  expect(json(await reverie(null, 'models', '--use', 'tiny', '--json'))).toMatchObject({
    models: [{ packId: 'tiny', isActive: true }],
    offers: [{ offerId: 'tiny', isInstalled: true }, {}, {}, {}, {}, {}]
  })
  expect((await reverie(null, 'models')).out).toMatch(/\* tiny {2}Tiny, .* MIT/)
  expect(await reverie(null, 'models', 'remove', 'tiny')).toMatchObject({ code: exitCodes.busy })
  await reverie(null, 'models', '--use', 'none')
  expect((await reverie(null, 'models', 'remove', 'tiny')).out).toMatch(/Deleted .*tiny: .* MB are free again/)
  expect(existsSync(join(data, 'models', 'tiny'))).toBe(false)
})

test('options may stand after the command: --yes, --json and --data', async () => {
  const other = join(folder, 'other data')
  await reverie(null, 'settings', `hubUrl=${hub.server.url}`, '--data', other)
  const said = await reverie(null, 'models', 'install', 'tiny', '--yes', '--json', '--data', other)
  expect(json(said)).toMatchObject({ model: { packId: 'tiny', folder: join(other, 'models', 'tiny') } })
  await reverie(null, 'models', '--data', other, '--use', 'none')
  expect(json(await reverie(null, 'models', 'remove', 'tiny', '--json', '--data', other))).toMatchObject({
    folder: join(other, 'models', 'tiny')
  })
})

test('a download that fails ends with what happened and what to do', async () => {
  hub.server.fault = path => (path === 'text.onnx' ? { kind: 'flip', at: 3 } : null)
  const said = await reverie(null, 'models', 'install', 'tiny', '--yes')
  expect(said.code).toBe(exitCodes.model)
  expect(said.err).toMatch(/text\.onnx arrived damaged.*unharmed/s)
  hub.server.fault = () => ({ kind: 'status', status: 403 })
  expect((await reverie(null, 'models', 'install', 'tiny', '--yes')).code).toBe(exitCodes.network)
  hub.server.fault = () => null
})
