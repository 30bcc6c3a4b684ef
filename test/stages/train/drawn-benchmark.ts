import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../../../src/main/engine/math/random.ts'
import type { Benchmark, FeaturePairs } from '../../../src/main/engine/stages/train/paper.ts'

const [imageDimension, textDimension] = [8, 6]

/** Features of two classes: each has a direction of its own in either modality, with noise around it. */
export function drawnBenchmark(trained = 120, tested = 60): Benchmark {
  const random = seededRandom(11)
  const side = (labels: Int32Array, d: number): Float32Array =>
    Float32Array.from({ length: labels.length * d }, (_, i) => {
      const isOwn = i % d === labels[Math.floor(i / d)]
      return (isOwn ? 1.5 : 0) + 0.5 * random.normal()
    })
  const part = (count: number): FeaturePairs => {
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2)
    return { images: side(labels, imageDimension), texts: side(labels, textDimension), labels }
  }
  return { imageDimension, textDimension, classes: 2, train: part(trained), test: part(tested) }
}

/** The same as a folder. */
export function writeBenchmark(folder: string, benchmark: Benchmark): string {
  mkdirSync(folder, { recursive: true })
  const files: Record<string, readonly number[]> = {}
  const put = (name: string, values: Float32Array | Uint8Array, shape: readonly number[]): void => {
    files[name] = shape
    writeFileSync(join(folder, name), Buffer.from(values.buffer, values.byteOffset, values.byteLength))
  }
  for (const name of ['train', 'test'] as const) {
    const { images, texts, labels } = benchmark[name]
    put(`${name}.image.f32`, images, [labels.length, benchmark.imageDimension])
    put(`${name}.text.f32`, texts, [labels.length, benchmark.textDimension])
    put(`${name}.label.u8`, Uint8Array.from(labels), [labels.length])
  }
  const classes = Array.from({ length: benchmark.classes }, (_, i) => `class ${i}`)
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ dtype: 'float32 little-endian', classes, files }))
  return folder
}
