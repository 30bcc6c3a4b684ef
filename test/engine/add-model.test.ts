import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Engine } from '../../src/main/engine/engine.ts'
import { visionModel, writeClipLayout, writeSiglipLayout } from '../stages/encode/tiny-layout.ts'
import { writeTinyPack } from '../stages/encode/tiny-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { indexAll, openRealEngine } from './real-engine.ts'

const root = temporaryFolder()
const data = join(root, 'data')
const photos = join(root, 'photos')
let engine: Engine

beforeAll(async () => {
  mkdirSync(photos)
  for (const background of ['red', 'green', 'blue'])
    await sharp({ create: { width: 60, height: 40, channels: 3, background } })
      .jpeg()
      .toFile(join(photos, `${{ red: 1, green: 2, blue: 3 }[background] ?? 0}.jpg`))
  engine = await openRealEngine(data)
  await indexAll(engine, photos)
})
afterAll(() => engine.close())

const own = (): string[] => readdirSync(join(data, 'models')).sort()

test('a CLIP of the hub is copied, tried, listed, and finds photos by captions once it is chosen', async () => {
  const folder = writeClipLayout(join(root, 'CLIP ViT tiny'))
  const added = await engine.client.addModel({ folder, licence: 'MIT', languages: ['en'] })
  expect(added).toMatchObject({
    ...{ packId: 'clip-vit-tiny', name: 'CLIP ViT tiny', licence: 'MIT', languages: ['en'] },
    ...{ folder: join(data, 'models', 'clip-vit-tiny'), isActive: false, hasCommonSpace: true, notes: [] }
  })
  expect(added.sizeBytes).toBeGreaterThan(1000)
  expect(await engine.client.models({})).toHaveLength(1)
  // Only what the pack needs has come along.
  expect(readdirSync(added.folder).sort()).toEqual(['model.json', 'onnx', 'tokenizer.json'])
  expect(readdirSync(folder)).not.toContain('model.json')

  await engine.client.activateModel({ packId: 'clip-vit-tiny' })
  await engine.idle()
  const { hits } = await engine.client.search({ text: 'the blue one' })
  expect(hits[0]?.path).toBe(join(photos, '3.jpg'))
  expect(hits[0]?.reasons.map(({ kind }) => kind)).toContain('picture')
})

test('a second one with its id is refused, and comes in under another', async () => {
  const folder = writeSiglipLayout(join(root, 'clip-vit-tiny'))
  await expect(engine.client.addModel({ folder })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('There is a model with the id “clip-vit-tiny” already') as string
  })
  const added = await engine.client.addModel({ folder, id: 'siglip', name: 'SigLIP', prefer: 'int8' })
  expect(added).toMatchObject({ packId: 'siglip', name: 'SigLIP', licence: 'not stated' })
  expect(added.notes).toHaveLength(2)
  expect(own()).toEqual(['clip-vit-tiny', 'siglip'])
})

test('a folder with a manifest is taken as the pack that it is', async () => {
  const folder = writeTinyPack(join(root, 'a pack'))
  const before = readFileSync(join(folder, 'model.json'), 'utf8')
  const added = await engine.client.addModel({ folder })
  expect(added).toMatchObject({ packId: 'tiny', name: 'Tiny', licence: 'MIT', languages: ['en'] })
  expect(readFileSync(join(folder, 'model.json'), 'utf8')).toBe(before)
  expect(statSync(join(added.folder, 'image.onnx')).size).toBe(statSync(join(folder, 'image.onnx')).size)
})

test('a model that is refused leaves nothing, and search and the model in use go on', async () => {
  const folder = writeClipLayout(join(root, 'broken'), { 'onnx/vision_model.onnx': visionModel(4, { width: 5 }) })
  const before = own()
  const pid = engine.encoderPids().questions
  await expect(engine.client.addModel({ folder })).rejects.toMatchObject({ code: 'model-broken' })
  await expect(engine.client.addModel({ folder: join(root, 'nowhere') })).rejects.toMatchObject({
    code: 'model-missing'
  })
  await expect(engine.client.addModel({ folder: 'not/whole' })).rejects.toMatchObject({ code: 'bad-input' })
  await expect(engine.client.addModel({ folder, id: '../out' })).rejects.toMatchObject({ code: 'bad-input' })
  expect(own()).toEqual(before)
  expect(engine.encoderPids().questions).toBe(pid)
  expect((await engine.client.search({ text: 'red' })).hits[0]?.path).toBe(join(photos, '1.jpg'))
})

test('what a killed process left half done is removed by the next, and never seen', async () => {
  // No process has this number: it is above what Linux, macOS and Windows give.
  writeTinyPack(join(data, 'models', '.adding-99999999-x'), { changes: { id: 'half' } })
  expect((await engine.client.models({})).map(({ packId }) => packId)).not.toContain('half')
  await engine.client.addModel({ folder: writeTinyPack(join(root, 'another')), id: 'another' })
  expect(own()).toEqual(['another', 'clip-vit-tiny', 'siglip', 'tiny'])
})
