import { createHash } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onnxModel, type OnnxGraph, type OnnxNode } from '../../src/main/engine/stages/train/executors/onnx-model.ts'
import { imageTower, imageTowerGraph } from './drawn-towers.ts'

/** Channels of the useless layers. */
const width = 64

/**
 * The drawn pack with an image tower that says the same and takes far longer: a chain of convolutions whose outcome counts
 * nothing. @returns the pack's folder
 */
export async function buildSlowPack(
  drawn: string,
  into: string,
  { id, layers }: { readonly id: string; readonly layers: number }
): Promise<string> {
  const folder = join(into, id)
  await cp(drawn, folder, { recursive: true })
  const path = join(folder, 'model.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { image: { model: { file: string; sha256: string } } }
  const model = onnxModel(slowed(imageTowerGraph(), layers))
  manifest.image.model.sha256 = createHash('sha256').update(model).digest('hex')
  await writeFile(join(folder, manifest.image.model.file), model)
  await writeFile(path, JSON.stringify({ ...manifest, id, name: `The ${id} model` }))
  return folder
}

function slowed(graph: OnnxGraph, layers: number): OnnxGraph {
  const { input, output } = imageTower
  const layer = (i: number): OnnxNode => ({
    op: 'Conv',
    inputs: [`slow${i}`, 'slow weights'],
    outputs: [`slow${i + 1}`],
    attributes: { pads: [1, 1, 1, 1] }
  })
  const even = (name: string, shape: readonly number[]): OnnxGraph['weights'][number] => {
    const [, ...summed] = shape
    const size = shape.reduce((product, side) => product * side, 1)
    return { name, shape, values: new Float32Array(size).fill(1 / summed.reduce((product, side) => product * side, 1)) }
  }
  return {
    ...graph,
    nodes: [
      ...graph.nodes.map(node => ({ ...node, outputs: node.outputs.map(name => (name === output ? 'fast' : name)) })),
      { op: 'Conv', inputs: [input, 'first weights'], outputs: ['slow0'] },
      ...Array.from({ length: layers }, (_, i) => layer(i)),
      { op: 'Conv', inputs: [`slow${layers}`, 'last weights'], outputs: ['one channel'] },
      { op: 'GlobalAveragePool', inputs: ['one channel'], outputs: ['one number'] },
      { op: 'Flatten', inputs: ['one number'], outputs: ['number'], attributes: { axis: 1 } },
      { op: 'Mul', inputs: ['number', 'zero'], outputs: ['nothing'] },
      { op: 'Add', inputs: ['fast', 'nothing'], outputs: [output] }
    ],
    weights: [
      ...graph.weights,
      even('first weights', [width, 3, 1, 1]),
      even('slow weights', [width, width, 3, 3]),
      even('last weights', [1, width, 1, 1]),
      { name: 'zero', shape: [1], values: Float32Array.of(0) }
    ]
  }
}
