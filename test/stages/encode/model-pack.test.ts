import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../../src/main/engine/stages/encode/manifest.ts'
import { packCard, readPack, savePackProjector } from '../../../src/main/engine/stages/encode/model-pack.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import { sha256, tinyImage, writeTinyPack } from './tiny-pack.ts'

const root = temporaryFolder()
let count = 0
const newFolder = (): string => join(root, String(count++))

function changeManifest(folder: string, change: (manifest: Manifest) => unknown): void {
  const path = join(folder, 'model.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  writeFileSync(path, JSON.stringify(change(manifest) ?? manifest))
}

/** What a person is told about a pack that cannot be used. */
async function refusal(folder: string): Promise<string> {
  const error: unknown = await readPack(folder).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ name: 'EngineError', code: 'model-broken' })
  return (error as Error).message
}

describe('a whole pack', () => {
  test('is read with what its manifest says, and the size of its files', async () => {
    const folder = writeTinyPack(newFolder())
    const pack = await readPack(folder)
    expect(packCard(pack, null)).toMatchObject({
      id: 'tiny',
      name: 'Tiny',
      folder,
      sharedSpace: true,
      baseProjector: null
    })
    expect([pack.image.dimension, pack.text.dimension]).toEqual([3, 3])
    const files = ['image.onnx', 'text.onnx', 'tokenizer.json'].map(file => readFileSync(join(folder, file)).length)
    expect(pack.sizeBytes).toBe(files.reduce((sum, size) => sum + size, 0))
  })

  test('keeps the ids of its encoders when it is moved, renamed or batched otherwise', async () => {
    const pack = await readPack(writeTinyPack(newFolder()))
    const other = writeTinyPack(newFolder(), { changes: { name: 'Other', languages: [] } })
    renameSync(join(other, 'image.onnx'), join(other, 'tower.onnx'))
    changeManifest(other, manifest => ({
      ...manifest,
      image: { ...manifest.image, maxBatch: 3, model: { ...manifest.image.model, file: 'tower.onnx' } }
    }))
    const moved = await readPack(other)
    expect([moved.image.id, moved.text.id]).toEqual([pack.image.id, pack.text.id])
  })

  test('changes the id of exactly the tower whose files or settings changed', async () => {
    const pack = await readPack(writeTinyPack(newFolder()))
    const cropped = writeTinyPack(newFolder())
    changeManifest(cropped, manifest => ({
      ...manifest,
      image: { ...manifest.image, resize: { ...tinyImage.resize, rule: 'centre-crop' } }
    }))
    const prefixed = writeTinyPack(newFolder())
    changeManifest(prefixed, manifest => ({
      ...manifest,
      text: manifest.text.map(part => ({ ...part, prefix: 'query: ' }))
    }))
    const [a, b] = [await readPack(cropped), await readPack(prefixed)]
    expect([a.image.id === pack.image.id, a.text.id === pack.text.id]).toEqual([false, true])
    expect([b.image.id === pack.image.id, b.text.id === pack.text.id]).toEqual([true, false])
  })
})

describe('a base projector', () => {
  test('is written into the pack and comes back, and the encoders stay the same', async () => {
    const folder = writeTinyPack(newFolder())
    const before = await readPack(folder)
    await savePackProjector(folder, Buffer.from('weights'))
    const pack = await readPack(folder)
    expect(Buffer.from(pack.projectorBytes ?? []).toString()).toBe('weights')
    expect([pack.image.id, pack.text.id]).toEqual([before.image.id, before.text.id])
    expect(readdirSync(folder).filter(name => name.endsWith('.part'))).toEqual([])
  })

  test('is replaced by the next', async () => {
    const folder = writeTinyPack(newFolder())
    await savePackProjector(folder, Buffer.from('old'))
    await savePackProjector(folder, Buffer.from('new'))
    expect(Buffer.from((await readPack(folder)).projectorBytes ?? []).toString()).toBe('new')
    expect(readdirSync(folder).filter(name => name.startsWith('projector-'))).toHaveLength(1)
  })

  test('that was damaged since is refused', async () => {
    const folder = writeTinyPack(newFolder())
    await savePackProjector(folder, Buffer.from('weights'))
    const [file] = readdirSync(folder).filter(name => name.startsWith('projector-'))
    appendFileSync(join(folder, file!), 'x')
    expect(await refusal(folder)).toMatch(/projector-.* is damaged or was changed/)
  })
})

describe('a pack is refused', () => {
  test('when there is none', async () => {
    mkdirSync(join(root, 'empty'))
    await expect(readPack(join(root, 'empty'))).rejects.toMatchObject({ code: 'model-missing' })
    await expect(readPack(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'model-missing' })
  })

  test('when one byte of a file is not what it was', async () => {
    for (const file of ['image.onnx', 'text.onnx', 'tokenizer.json']) {
      const folder = writeTinyPack(newFolder())
      const bytes = readFileSync(join(folder, file))
      bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7)
      writeFileSync(join(folder, file), bytes)
      expect(await refusal(folder)).toContain(`${file} is damaged or was changed`)
    }
  })

  test('when a file is missing', async () => {
    const folder = writeTinyPack(newFolder())
    rmSync(join(folder, 'text.onnx'))
    expect(await refusal(folder)).toContain('text.onnx is missing')
  })

  test('when the manifest is no JSON, of another format, or says something that is not understood', async () => {
    const texts = ['', '{', '[]', 'null', '{"format":1}']
    for (const text of texts) {
      const folder = writeTinyPack(newFolder())
      writeFileSync(join(folder, 'model.json'), text)
      expect(await refusal(folder)).toContain('model.json is not understood')
    }
    const newer = writeTinyPack(newFolder(), { changes: { format: 2 } })
    expect(await refusal(newer)).toContain('format')
    const unknown = writeTinyPack(newFolder(), { changes: { run: 'rm -rf' } })
    expect(await refusal(unknown)).toContain('run')
  })

  test('when a path leads out of the folder', async () => {
    for (const file of [
      '../image.onnx',
      '/etc/image.onnx',
      'a/../../image.onnx',
      'C:/image.onnx',
      'a\\..\\image.onnx',
      './image.onnx',
      'a//image.onnx',
      'a\0.onnx'
    ]) {
      const folder = writeTinyPack(newFolder())
      changeManifest(folder, manifest => ({
        ...manifest,
        image: { ...manifest.image, model: { ...manifest.image.model, file } }
      }))
      expect(await refusal(folder)).toContain('must be a relative path inside the folder')
    }
  })

  test('when a link leads out of the folder, although the content is right', async () => {
    const [folder, elsewhere] = [writeTinyPack(newFolder()), writeTinyPack(newFolder())]
    rmSync(join(folder, 'image.onnx'))
    symlinkSync(join(elsewhere, 'image.onnx'), join(folder, 'image.onnx'))
    expect(await refusal(folder)).toContain('image.onnx leads out of the folder')
  })

  test('when a file is a folder', async () => {
    const folder = writeTinyPack(newFolder())
    rmSync(join(folder, 'image.onnx'))
    mkdirSync(join(folder, 'image.onnx'))
    expect(await refusal(folder)).toContain('image.onnx is not an ordinary file')
  })

  test('when a model is no model, although the manifest says that this is its content', async () => {
    expect(await refusal(writeTinyPack(newFolder(), { image: Buffer.from('<html>') }))).toContain(
      'image.onnx is not an ONNX model'
    )
  })

  test('when a model wants weights from a file that the manifest does not list', async () => {
    const image = externalModel('../../secret')
    expect(await refusal(writeTinyPack(newFolder(), { image }))).toContain(
      'wants to read a file that the model does not list'
    )
  })

  test('unless the manifest lists that file with its content', async () => {
    const image = externalModel('weights.bin')
    const folder = writeTinyPack(newFolder(), { image })
    expect(await refusal(folder)).toContain('weights.bin')
    writeFileSync(join(folder, 'weights.bin'), 'weights')
    const data = [{ file: 'weights.bin', sha256: sha256('weights') }]
    changeManifest(folder, manifest => ({
      ...manifest,
      image: { ...manifest.image, model: { ...manifest.image.model, data } }
    }))
    expect((await readPack(folder)).id).toBe('tiny')
  })

  test('when it claims a shared space for towers of different size', async () => {
    const folder = writeTinyPack(newFolder())
    changeManifest(folder, manifest => ({ ...manifest, image: { ...manifest.image, dimension: 4 } }))
    expect(await refusal(folder)).toContain('must have the same dimension')
  })
})

/** A graph with one initializer whose values are elsewhere. */
function externalModel(location: string): Buffer {
  const field = (number: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content])
  const entry = field(13, Buffer.concat([field(1, Buffer.from('location')), field(2, Buffer.from(location))]))
  return field(7, field(5, entry))
}
