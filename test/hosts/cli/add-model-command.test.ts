import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AddedModel } from '../../../src/shared/models.ts'
import { never } from '../../../src/main/hosts/common/ending.ts'
import { runCommandLine } from '../../../src/main/hosts/cli/command-line.ts'
import { exitCodes } from '../../../src/main/hosts/common/exit-codes.ts'
import { writeClipLayout } from '../../stages/encode/tiny-layout.ts'
import { openRealEngine } from '../../engine/real-engine.ts'
import { heard } from '../../tools/heard.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'

const root = temporaryFolder()

async function reverie(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [heard(), heard()]
  const code = await runCommandLine(argv, {
    ending: never,
    ...{ version: '1.2.3', ask: null, out: out.stream, err: err.stream },
    openEngine: ({ data }) => openRealEngine(data ?? join(root, 'nobody named')),
    openPairTools: () => Promise.reject(new Error('not here')),
    fitPaper: () => Promise.reject(new Error('not here')),
    serve: () => Promise.reject(new Error('not here')),
    findRunning: () => Promise.reject(new Error('not here')),
    openBrowser: () => undefined
  })
  return { code, out: out.text(), err: err.text() }
}

test('models add copies a folder, says where to, and how to search with it', async () => {
  const folder = writeClipLayout(join(root, 'Some CLIP'))
  const data = join(root, 'data')
  const { code, out } = await reverie(
    'models',
    'add',
    folder,
    '--data',
    data,
    '--languages',
    'en,de',
    '--prefer',
    'int8'
  )
  expect(code).toBe(exitCodes.ok)
  expect(out).toContain('There is no int8 version of vision_model')
  expect(out).toContain(`Added Some CLIP as some-clip, in ${join(data, 'models', 'some-clip')}.`)
  expect(out).toContain('reverie models --use some-clip lets it answer.')

  // Options that all commands share may stand before “add” too.
  const second = await reverie('models', '--json', '--data', data, 'add', folder, '--id', 'other', '--licence', 'MIT')
  expect(JSON.parse(second.out)).toMatchObject({ packId: 'other', licence: 'MIT' } satisfies Partial<AddedModel>)
  const listed = await reverie('models', '--data', data, '--json')
  const { models } = JSON.parse(listed.out) as { models: AddedModel[] }
  expect(models.map(({ packId, languages }) => [packId, languages])).toEqual([
    ['other', []],
    ['some-clip', ['en', 'de']]
  ])
})

test('models add refuses what is no model with the code for models, and wants a folder', async () => {
  const data = join(root, 'data of refusals')
  const refused = await reverie('models', 'add', join(root, 'nowhere'), '--data', data)
  expect([refused.code, refused.out]).toEqual([exitCodes.model, ''])
  expect(refused.err).toContain('There is no folder')
  expect((await reverie('models', 'add')).code).toBe(exitCodes.usage)
})
