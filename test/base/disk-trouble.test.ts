import { existsSync, rmSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { indexAll, openRealEngine } from '../engine/real-engine.ts'
import type { DrawnLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { indexedLibrary } from '../tools/indexed-library.ts'
import { smallDisk } from '../tools/small-disk.ts'
import { startCommand } from '../tools/started-command.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
const disk = smallDisk(join(folder, 'disk'), 6)
const data = join(disk.folder, 'data')
let library: DrawnLibrary
let models: string

beforeAll(async () => {
  library = await indexedLibrary(join(folder, 'library'), join(folder, 'indexed'))
  models = await buildDrawnPack(join(folder, 'models'))
})

beforeEach(({ skip }) => {
  if (disk.whyNot !== '') skip(disk.whyNot)
  // Emptied first: a disk cannot be made smaller than what is on it.
  disk.remount('rw,size=64m')
  disk.empty()
  rmSync(data, { recursive: true, force: true })
  disk.remount('rw,size=6m')
})

afterEach(() => {
  if (disk.whyNot === '') disk.remount('rw,size=64m')
})

/** @returns the exit code, the code of the error, and its sentence */
async function refused(...argv: string[]): Promise<[number | string | null, string, string]> {
  const command = startCommand([...argv, '--data', data, '--models', models, '--json'])
  onTestFinished(async () => {
    command.child.kill('SIGKILL')
    await command.ended
  })
  await command.gate.open()
  const exitCode = await command.ended
  const { error } = JSON.parse(command.out().trim().split('\n').at(-1) ?? '') as {
    error: { code: string; message: string }
  }
  expect(command.err()).not.toMatch(/\n {4}at /)
  return [exitCode, error.code, error.message]
}

test('a disk that fills up while it is indexed: code 8, nothing is lost, and with room it goes on', async () => {
  disk.fill(1_500_000)
  const [exitCode, code, message] = await refused('index', library.folder)
  expect([exitCode, code]).toEqual([8, 'disk-full'])
  expect(message).toMatch(/is full.*kept.*unharmed.*Free some space/s)
  disk.remount('rw,size=64m')
  const engine = await openRealEngine(data, [models])
  onTestFinished(() => engine.close())
  const before = await engine.client.library({})
  expect(before.indexed + before.failed + before.waiting).toBe(before.eligible)
  await indexAll(engine)
  expect(await engine.client.library({})).toMatchObject({ ...library.expected, waiting: 0 })
})

test('a disk that is full already: opening, a new folder, a setting and a model say so with code 8', async () => {
  await cp(join(folder, 'indexed'), data, { recursive: true })
  const tried: [string, ...string[]][] = [
    ['settings', 'watchFolders=false'],
    ['exclude', join(library.folder, library.photos[0]!.path)],
    ['index', folder],
    ['models', 'add', models]
  ]
  for (const argv of tried) {
    disk.fill()
    expect((await refused(...argv)).slice(0, 2), argv.join(' ')).toEqual([8, 'disk-full'])
  }
  disk.empty()
  const again = await openRealEngine(data, [models])
  onTestFinished(() => again.close())
  expect(await again.client.library({})).toMatchObject({ ...library.expected, waiting: 0 })
  expect((await again.client.settings({})).watchFolders).toBe(true)
})

test('a data folder on a disk that may only be read: code 9, whatever is asked', async () => {
  await cp(join(folder, 'indexed'), data, { recursive: true })
  disk.remount('ro')
  for (const argv of [
    ['index', library.folder],
    ['settings', 'watchFolders=false'],
    ['exclude', library.folder]
  ]) {
    const [exitCode, code, message] = await refused(...argv)
    expect([exitCode, code], argv.join(' ')).toEqual([9, 'read-only'])
    expect(message).toMatch(/may not write to .*unharmed.*mounted read-only/s)
  }
})

test('no data folder can be made on a disk that may only be read', async () => {
  disk.remount('ro')
  expect((await refused('index', library.folder)).slice(0, 2)).toEqual([9, 'read-only'])
  expect(existsSync(data)).toBe(false)
})
