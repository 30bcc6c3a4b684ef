import { serve, type Api } from '../../src/main/engine/workers/port.ts'

const encoded = { vector: Float32Array.of(1), tokens: Int32Array.of(7) }

function moodOf(path: string): void {
  if (path.includes('crash')) process.abort()
  if (path.includes('hang')) for (;;) void 0
}

/** An encoder process whose mood is in the file's name: `crash` kills it, `hang` stops its event loop, `held` is never read to its end, others are. */
const api: Api = {
  open: ({ packFolder }: { packFolder: string | null }) => {
    if (packFolder?.includes('broken') === true) throw new Error('Broken.')
    return null
  },
  read: ({ path }: { path: string }) => {
    moodOf(path)
    if (path.includes('held')) return new Promise(() => undefined)
    const reading = { kind: 'failure', code: 'no-text', reason: `Read by ${process.pid}.`, contentHash: null }
    return new Promise(resolve => setTimeout(() => resolve({ reading, picture: null, texts: [] }), 30))
  },
  encodeTexts: ({ texts }: { texts: string[] }) =>
    new Promise(resolve => setTimeout(() => resolve(texts.map(() => encoded)), 60)),
  encodeRotated: ({ path, rotations }: { path: string; rotations: number[] }) => {
    moodOf(path)
    const slow = { kind: 'failure', code: 'too-slow', reason: 'Slow.', contentHash: null }
    return path.includes('slow') ? slow : rotations.map(rotationDeg => Float32Array.of(rotationDeg))
  },
  openPicture: ({ path }: { path: string }) => {
    moodOf(path)
    return new Promise(resolve => setTimeout(() => resolve({ contentHash: path }), 30))
  },
  render: ({ path }: { path: string }) => {
    moodOf(path)
    return Uint8Array.of(path.length)
  },
  describeLayout: ({ folder }: { folder: string }) => {
    moodOf(folder)
    return folder.includes('slow') ? new Promise(() => undefined) : { manifest: folder, notes: [] }
  },
  tryPack: ({ packFolder }: { packFolder: string }) => {
    moodOf(packFolder)
    return null
  }
}
serve(
  { post: message => void process.send?.(message), onMessage: listener => void process.on('message', listener) },
  api,
  50
)
