import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokenGraph, outlineOf, type OnnxOutline } from '../../../src/main/engine/stages/encode/onnx-outline.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import { clipTextModel, quantisedVisionModel, visionModel } from './tiny-layout.ts'

const path = join(temporaryFolder(), 'model.onnx')
function outline(bytes: Uint8Array): OnnxOutline {
  writeFileSync(path, bytes)
  return outlineOf(path)
}

test('what a graph takes and gives is read with its types and sizes', () => {
  expect(outline(clipTextModel({ hasMask: true }))).toEqual({
    inputs: ['input_ids', 'attention_mask'].map(name => ({
      ...{ name, type: 'int64', shape: ['batch_size', 'sequence_length'] }
    })),
    outputs: [
      { name: 'text_embeds', type: 'float32', shape: ['batch_size', 3] },
      { name: 'last_hidden_state', type: 'float32', shape: ['batch_size', 'sequence_length', 3] }
    ],
    mixesBatch: false
  })
  expect(outline(visionModel(224)).inputs[0]?.shape).toEqual(['batch_size', 3, 224, 224])
  expect(outline(quantisedVisionModel()).mixesBatch).toBe(true)
})

/** A field of a protocol buffer: bytes, or a small number. */
function field(number: number, ...content: readonly (Uint8Array | string | number)[]): Buffer {
  const [first] = content
  if (typeof first === 'number') return Buffer.from([number * 8, first])
  const body = Buffer.concat(content.map(part => Buffer.from(part as string)))
  return Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body])
}

const port = (name: string, type: number, ...sizes: readonly Buffer[]): Buffer =>
  Buffer.concat([field(1, name), field(2, field(1, field(1, type), field(2, ...sizes.map(size => field(1, size)))))])

test('half precision, sizes without a name, and weights that stand among the inputs, as old exporters put them', () => {
  const weight = field(5, Buffer.from([10, 1, 2]), field(8, 'w'), field(9, 'abcdefgh'))
  const graph = field(
    7,
    ...[weight, field(11, port('w', 1, field(1, 2))), field(11, port('pixel_values', 10, field(2, 'n'), Buffer.of()))],
    ...[field(11, port('flag', 9)), field(12, port('y', 1, field(1, 7)))]
  )
  expect(outline(graph)).toEqual({
    inputs: [
      { name: 'pixel_values', type: 'float16', shape: ['n', ''] },
      { name: 'flag', type: 'other', shape: [] }
    ],
    outputs: [{ name: 'y', type: 'float32', shape: [7] }],
    mixesBatch: false
  })
})

test('weights that elsewhere are said to be larger than this file are no lie; here they are', () => {
  const sizes = Buffer.from([10, 5, 0x80, 0x80, 0x80, 0x80, 0x10])
  expect(() => outline(field(7, field(5, sizes, field(8, 'w'))))).toThrow('announces weights that are larger')
  expect(outline(field(7, field(5, sizes, field(8, 'w'), field(14, 1)))).inputs).toEqual([])
})

test('bytes that are no model are told apart, and none make it hang or crash', () => {
  for (const text of ['', 'x', '<html>', '{}']) expect(() => outline(Buffer.from(text))).toThrow(BrokenGraph)
  const whole = clipTextModel()
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, end) => {
      const bytes = Buffer.from(whole.subarray(0, Math.max(end, 1)))
      bytes[at % bytes.length] = byte
      try {
        outline(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(BrokenGraph)
      }
    }),
    { numRuns: 300 }
  )
})
