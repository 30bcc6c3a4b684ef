import type { Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { ort } from '../../../src/main/engine/base/onnx-runtime.ts'
import { onnxModel, type OnnxGraph } from '../../../src/main/engine/stages/train/executors/onnx-model.ts'

const run = async (graph: OnnxGraph, feeds: Record<string, Tensor>): Promise<number[]> => {
  const session = await ort.InferenceSession.create(onnxModel(graph))
  const output = (await session.run(feeds)).out
  return [...(output!.data as Float32Array)]
}

describe('the ONNX files that the tests write', () => {
  test('ONNX Runtime multiplies and adds with the weights that were written', async () => {
    const graph: OnnxGraph = {
      nodes: [
        {
          op: 'Gemm',
          inputs: ['in', 'matrix', 'bias'],
          outputs: ['out'],
          attributes: { alpha: { float: 0.5 }, transB: 1 }
        }
      ],
      weights: [
        { name: 'matrix', shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
        { name: 'bias', shape: [2], values: Float32Array.of(10, 20) }
      ],
      inputs: [{ name: 'in', type: 'float32', shape: ['n', 3] }],
      outputs: [{ name: 'out', type: 'float32', shape: ['n', 2] }]
    }
    const input = new ort.Tensor('float32', Float32Array.of(1, 0, 0, 0, 1, 1), [2, 3])
    // ½·[1, 4] + [10, 20], ½·[5, 11] + [10, 20]
    expect(await run(graph, { in: input })).toEqual([10.5, 22, 12.5, 25.5])
  })

  test('attributes may be negative, and weights may be 64-bit whole numbers', async () => {
    const graph: OnnxGraph = {
      nodes: [
        { op: 'Gather', inputs: ['table', 'in'], outputs: ['rows'], attributes: { axis: -2 } },
        { op: 'ReduceSum', inputs: ['rows', 'axes'], outputs: ['out'], attributes: { keepdims: 0 } }
      ],
      weights: [
        { name: 'table', shape: [3, 2], values: Float32Array.of(1, 10, 2, 20, 3, 30) },
        { name: 'axes', shape: [1], values: BigInt64Array.of(-2n) }
      ],
      inputs: [{ name: 'in', type: 'int64', shape: ['n', 't'] }],
      outputs: [{ name: 'out', type: 'float32', shape: ['n', 2] }]
    }
    const input = new ort.Tensor('int64', BigInt64Array.of(0n, 2n), [1, 2])
    expect(await run(graph, { in: input })).toEqual([4, 40])
  })

  test('a broken file is refused by ONNX Runtime, so the tests above can fail', async () => {
    await expect(ort.InferenceSession.create(Buffer.from([0x08, 0x09, 0xff, 0xff]))).rejects.toThrow()
  })
})
