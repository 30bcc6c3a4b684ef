import { writeFileSync } from 'node:fs'
import type { BeginInput } from '../../src/main/engine/stages/train/training-data.ts'
import { hostPort } from '../../src/main/engine/workers/host-port.ts'
import { serve, type Api } from '../../src/main/engine/workers/port.ts'
import { drawnPoint, drawnVerdict } from './drawn-training.ts'

/**
 * A trainer process whose mood is in the seed: 44 crashes it at the third evaluation unless the CPU computes, 66 crashes it at the second evaluation, 77 stops its event loop there for
 * ever, 88 for a second and a half; 55 never comes to the third unless it goes on from a checkpoint. It learns nothing; its candidate is the sum of what it was given, so that a test sees
 * that all has arrived.
 */
const steps = 5
let input: (BeginInput & { threads: number }) | null = null
let arrays = { images: new Float32Array(0), texts: new Float32Array(0), gallery: new Int16Array(0) }
let step = 0
let wasBegunAnew = true

const api: Api = {
  expect: ({ images, texts, gallery }: Record<'images' | 'texts' | 'gallery', number>) => {
    arrays = {
      images: new Float32Array(images),
      texts: new Float32Array(texts),
      gallery: new Int16Array(gallery)
    }
    return null
  },
  fill: ({ into, at, values }: { into: 'images' | 'texts' | 'gallery'; at: number; values: Float32Array }) => {
    arrays[into].set(values, at)
    return null
  },
  begin: (given: BeginInput & { threads: number }) => {
    input = given
    step = given.checkpoint?.[0] ?? 0
    wasBegunAnew = given.checkpoint == null
    return null
  },
  next: async () => {
    const seed = input?.seed
    step++
    if ((step === 2 && seed === 66) || (step === 3 && seed === 44 && input?.device !== 'cpu')) {
      process.stderr.write('the driver is lost\n')
      await new Promise(resolve => setTimeout(resolve, 50))
      process.abort()
    }
    if (step === 2 && seed === 77) for (;;) void 0
    if (step === 3 && seed === 55 && wasBegunAnew) await new Promise(() => undefined)
    if (step === 2 && seed === 88) for (const since = Date.now(); Date.now() - since < 1500;) void 0
    await new Promise(resolve => setTimeout(resolve, seed === 99 ? 300 : 20))
    if (step > steps) {
      const total = arrays.images.reduce((sum, value) => sum + value, 0) + arrays.texts.length
      return {
        kind: 'trained',
        projector: Uint8Array.from(Buffer.from(String(total))),
        turns: [],
        verdict: drawnVerdict,
        changes: []
      }
    }
    return { kind: 'point', point: drawnPoint(step, steps), checkpoint: Uint8Array.of(step) }
  },
  useProjector: () => null,
  projectRows: ({ vectors }: { vectors: Int16Array }) => vectors.map(value => -value),
  devices: () => ['cpu', 'webgpu', 'cuda', 'dml'],
  testDevice: ({ device }: { device: string }) => {
    if (process.env.REVERIE_TESTED !== undefined) writeFileSync(process.env.REVERIE_TESTED, device, { flag: 'a' })
    if (device === 'cuda') process.abort()
    if (device === 'dml') throw new Error('no such card')
    return { device, isUsable: true, message: 'Fine.', stepsPerSecond: device === 'cpu' ? 10 : 11 }
  }
}
serve(hostPort(), api, 50)
