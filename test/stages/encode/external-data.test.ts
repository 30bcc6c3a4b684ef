import fc from 'fast-check'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { externalDataOf } from '../../../src/main/engine/stages/encode/external-data.ts'
import { temporaryFolder } from '../../tools/temporary-folder.ts'
import { meanColourModel, wordTableModel } from './tiny-pack.ts'

const folder = temporaryFolder()

function scan(bytes: Uint8Array): string[] {
  const path = join(folder, 'model.onnx')
  writeFileSync(path, bytes)
  return [...externalDataOf(path)]
}

/** A protocol buffer field that holds bytes. */
function field(number: number, ...content: (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(content.map(part => Buffer.from(part)))
  return Buffer.concat([varint(number * 8 + 2), varint(body.length), body])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  return Buffer.from([...bytes, value])
}

const entry = (key: string, value: string): Buffer => field(13, field(1, key), field(2, value))
const tensor = (location: string): Buffer => Buffer.concat([entry('offset', '16'), entry('location', location)])

describe('weights in other files are found', () => {
  test('in an initializer of the graph, as exporters write them', () => {
    expect(scan(field(7, field(5, tensor('model.onnx_data'))))).toEqual(['model.onnx_data'])
  })

  test('in every other place that a model can hide a tensor', () => {
    const places: Record<string, Buffer> = {
      'sparse initializer': field(7, field(15, field(1, tensor('x')))),
      'indices of a sparse initializer': field(7, field(15, field(2, tensor('x')))),
      'constant of a node': field(7, field(1, field(5, field(5, tensor('x'))))),
      'list of tensors of a node': field(7, field(1, field(5, field(10, tensor('x'))))),
      'branch of a condition': field(7, field(1, field(5, field(6, field(5, tensor('x')))))),
      'one of many graphs of a node': field(7, field(1, field(5, field(11, field(5, tensor('x')))))),
      'function of the model': field(25, field(7, field(5, field(5, tensor('x'))))),
      'graph of the training': field(20, field(1, field(5, tensor('x'))))
    }
    for (const [place, bytes] of Object.entries(places)) expect([place, ...scan(bytes)]).toEqual([place, 'x'])
  })

  test('behind weights that are larger than what is read at once', () => {
    const weights = field(5, field(9, Buffer.alloc(300_000, 0xff)))
    expect(scan(field(7, weights, field(5, tensor('x')), weights))).toEqual(['x'])
  })
})

test('a model that holds its own weights names no file', () => {
  expect([...scan(meanColourModel()), ...scan(wordTableModel())]).toEqual([])
})

test('what is no model is told apart, and no bytes at all make the scan hang or crash', () => {
  expect(() => scan(Buffer.from('<html>not found</html>'))).toThrow()
  const whole = wordTableModel()
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
      const damaged = Buffer.from(whole)
      damaged[at] = value
      try {
        expect(scan(damaged.subarray(0, length)).length).toBeLessThan(whole.length)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
    { numRuns: 500 }
  )
})

test('a graph within a graph within a graph is not followed for ever', () => {
  let bytes = field(5, tensor('x'))
  for (let i = 0; i < 100; i++) bytes = field(1, field(5, field(6, bytes)))
  expect(() => scan(field(7, bytes))).toThrow(/nested too deeply/)
})
