import { readdirSync, readFileSync } from 'node:fs'
import type { Offer } from '../../src/main/engine/hub/catalogue.ts'
import type { Ask } from '../../src/main/engine/hub/fetch-file.ts'
import { join } from 'node:path'
import { writeClipLayout } from '../stages/encode/tiny-layout.ts'
import { writeTinyPack } from '../stages/encode/tiny-pack.ts'
import { HubServer } from '../tools/hub-server.ts'

const tinyRepository = 'somebody/tiny-ONNX'

/**
 * A hub with one real, tiny pack whose files are as large as is wanted, and the offer of it.
 * @param ballast  bytes of a file that no model needs, for downloads that take a while
 */
export async function tinyHub(folder: string, ballast = 0): Promise<{ server: HubServer; offer: Offer }> {
  writeTinyPack(folder)
  const files = new Map<string, Buffer>(readdirSync(folder).map(name => [name, readFileSync(join(folder, name))]))
  if (ballast > 0) files.set('onnx/ballast.onnx_data', noise(ballast))
  const server = new HubServer(tinyRepository, files)
  await server.listen()
  // Another file of the repository, which nobody asks for.
  server.put('../../escape.txt', Buffer.from('never'))
  return { server, offer: tinyOffer([...files].map(([path, content]) => ({ path, bytes: content.length }))) }
}

/** A hub with a tiny CLIP in the layout of transformers.js, as the real ones have it: no manifest. */
export async function clipHub(folder: string): Promise<{ server: HubServer; offer: Offer }> {
  writeClipLayout(folder)
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  const files = new Map<string, Buffer>(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path)]
    })
  )
  const server = new HubServer(tinyRepository, files)
  await server.listen()
  const offer = tinyOffer([...files].map(([path, content]) => ({ path, bytes: content.length })))
  return { server, offer: { ...offer, id: 'tiny-clip', name: 'Tiny CLIP', languages: ['en', 'de'] } }
}

function tinyOffer(files: readonly { readonly path: string; readonly bytes: number }[]): Offer {
  return {
    id: 'tiny',
    name: 'Tiny',
    repository: tinyRepository,
    revision: 'main',
    files: files.map(({ path, bytes }) => ({ path, approximateBytes: bytes, sha256: null })),
    licence: 'MIT',
    languages: ['en'],
    precision: 'fp32',
    speed: 'fast',
    quality: null,
    note: 'For tests.'
  }
}

/** Bytes in which no two places look alike. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 12345
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    bytes[i] = state >>> 24
  }
  return bytes
}

/** Gives a content, or the rest of it, as it should be. */
export function honestServer(content: Buffer): Ask {
  return headers => {
    const from = Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0)
    const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }
    const body = new Uint8Array(content.subarray(from))
    const response = new Response(body, { status: from > 0 ? 206 : 200, headers: from > 0 ? range : {} })
    return Promise.resolve({ response, passed: [] })
  }
}
