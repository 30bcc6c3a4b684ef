import { writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { onnxModel } from '../../src/main/engine/stages/train/executors/onnx-model.ts'
import { createEncoderApi } from '../../src/main/engine/workers/encoder-service.ts'
import type { EncoderApi, ReadInput } from '../../src/main/engine/workers/encoder-api.ts'
import { writeTinyPack } from '../stages/encode/tiny-pack.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
let api: EncoderApi

/** [n, 3, 4, 4] to the colour of the corner at the top left [n, 3]. */
const topLeftModel = (): Buffer =>
  onnxModel({
    nodes: [
      {
        op: 'AveragePool',
        inputs: ['pixels'],
        outputs: ['corner'],
        attributes: { kernel_shape: [1, 1], strides: [4, 4] }
      },
      { op: 'Flatten', inputs: ['corner'], outputs: ['embedding'], attributes: { axis: 1 } }
    ],
    weights: [],
    inputs: [{ name: 'pixels', type: 'float32', shape: ['n', 3, 4, 4] }],
    outputs: [{ name: 'embedding', type: 'float32', shape: ['n', 3] }]
  })

beforeAll(async () => {
  api = createEncoderApi()
  await api.open({ packFolder: writeTinyPack(join(folder, 'tiny')), threads: 1 })
})

const plain = (red: number, green: number, blue: number): Promise<Buffer> =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: { r: red, g: green, b: blue } } })
    .png()
    .toBuffer()

const file = (name: string, content: Buffer | string): ReadInput => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return { path, sidecarPaths: [], modifiedMs: 1_600_000_000_000, encodePicture: true }
}

test('a picture of which the model makes nothing costs the others of its batch nothing', async () => {
  const [red, black, blue] = await Promise.all([plain(255, 0, 0), plain(0, 0, 0), plain(0, 0, 255)])
  const outputs = await Promise.all([red, black, blue].map(bytes => api.openPicture({ bytes })))
  expect(outputs.map(output => 'kind' in output || output.embedding !== null)).toEqual([true, false, true])
})

test('what the bytes are decides what a file is read as', async () => {
  const picture = await api.read(file('really a picture.txt', await plain(0, 255, 0)))
  expect(picture.reading).toMatchObject({ kind: 'photo', format: 'png', widthPx: 40, heightPx: 30 })
  expect(picture.picture).not.toBeNull()
  const page = await api.read(file('really a page.jpg', '<!doctype html><p>Moved</p>'))
  expect(page.reading).toMatchObject({ kind: 'failure', code: 'wrong-content' })
})

test('a picture whose words alone are asked for is not encoded', async () => {
  const output = await api.read({ ...file('a.png', await plain(9, 200, 9)), encodePicture: false })
  expect(output.reading.kind).toBe('photo')
  expect(output.picture).toBeNull()
})

test('a rotated picture is what its rotated copy is, decoded once; one that is gone is a failure', async () => {
  const half = { create: { width: 40, height: 20, channels: 3, background: 'blue' } } as const
  const top = { input: await sharp(half).png().toBuffer(), left: 0, top: 0 }
  const red = { create: { width: 40, height: 40, channels: 3, background: 'red' } } as const
  const { path } = file('turned.png', await sharp(red).composite([top]).png().toBuffer())
  const layered = createEncoderApi()
  await layered.open({ packFolder: writeTinyPack(join(folder, 'top'), { image: topLeftModel() }), threads: 1 })
  const rows = await layered.encodeRotated({ path, rotations: [0, 90, 180, 270] })
  const [red3, blue3] = [Float32Array.of(1, 0, 0), Float32Array.of(0, 0, 1)]
  // Blue on top; a quarter clockwise it is on the right.
  expect(rows).toEqual([blue3, red3, red3, blue3])
  expect(await layered.encodeRotated({ path: join(folder, 'gone.png'), rotations: [90] })).toMatchObject({
    kind: 'failure'
  })
})

test('a file that is gone is a failure with its reason, not an error', async () => {
  const output = await api.read({ ...file('b.png', ''), path: join(folder, 'gone.png') })
  expect(output.reading).toMatchObject({ kind: 'failure', code: 'cannot-open' })
})

test('without a model files are read all the same, and encoding says what is missing', async () => {
  const bare = createEncoderApi()
  expect((await bare.read(file('c.png', await plain(1, 2, 3)))).picture).toBeNull()
  await expect(async () => bare.encodeTexts({ texts: ['a'] })).rejects.toMatchObject({ code: 'model-missing' })
})

test('a file’s time is its own: while a neighbour has the thread, it does not run', async () => {
  const hurried = createEncoderApi(1500)
  const reading = hurried.read(file('beside.png', await plain(1, 200, 3)))
  await stat(import.meta.filename)
  // A long text, a batch of pictures: nothing that this photo has to answer for.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000)
  expect((await reading).reading).toMatchObject({ kind: 'photo', format: 'png' })
})
