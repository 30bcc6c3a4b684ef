import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How one answer with a file's bytes goes wrong, or slowly. */
export type Fault =
  /** The connection breaks after so many bytes of the body, once the client has them. */
  | { readonly kind: 'drop'; readonly afterBytes: number }
  /** A byte of the file is another one. */
  | { readonly kind: 'flip'; readonly at: number }
  /** More bytes than the file has, without a length in the head. */
  | { readonly kind: 'more'; readonly bytes: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: string }
  /** Ranges are not known: everything comes from the beginning. */
  | { readonly kind: 'no-range' }
  /** Other bytes than the ones that were asked for. */
  | { readonly kind: 'wrong-range' }
  | { readonly kind: 'slow'; readonly chunkBytes: number; readonly everyMs: number }
  /** So many bytes of the body come, and the rest when the test lets them. */
  | { readonly kind: 'held'; readonly afterBytes: number; readonly until: Promise<unknown> }

interface Claim {
  readonly size: number
  readonly oid: string
}

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

/** The API of the Hugging Face hub, as far as one repository with one commit needs it, with whatever may go wrong. */
export class HubServer {
  readonly repository: string
  /** Every request, in order. */
  readonly asked: Asked[] = []
  commit = '0123456789abcdef0123456789abcdef01234567'
  /** Asked for each answer that would carry bytes of a file. */
  fault: (path: string) => Fault | null = () => null
  /** Where a large file's bytes are to be had; null for here. */
  sendOn: (path: string) => string | null = () => null
  /** What is said of a file in the list, or when it is asked for: its real size and hash, unless changed here. */
  announce: (path: string, real: Claim, where: 'list' | 'file') => Claim = (_, real) => real
  /** How much of a file the client has: what it has not read when the connection breaks is lost to it. */
  arrivedBytes: (path: string) => number = () => Infinity
  readonly #files = new Map<string, Buffer>()
  readonly #server: Server
  /** From this size on a file is stored as LFS, and comes from elsewhere. */
  readonly #lfsFromBytes: number

  constructor(repository: string, files: ReadonlyMap<string, Buffer>, lfsFromBytes = 200) {
    this.repository = repository
    this.#lfsFromBytes = lfsFromBytes
    for (const [path, content] of files) this.#files.set(path, content)
    this.#server = createServer((request, response) => this.#answer(request, response))
  }

  async listen(): Promise<void> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  put(path: string, content: Buffer): void {
    this.#files.set(path, content)
  }

  /** Requests for bytes of a file: its path and the first byte that was asked for. */
  fetched(): { path: string; from: number }[] {
    return this.asked
      .filter(({ url }) => url.includes('/resolve/'))
      .map(({ url, headers }) => ({ path: pathIn(url), from: firstByte(headers.range) }))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request
    this.asked.push({ method, url, headers })
    const { pathname, searchParams } = new URL(url, this.url)
    const api = `/api/models/${this.repository}`
    const json = (value: unknown, more: Record<string, string> = {}): void => {
      response.writeHead(200, { 'content-type': 'application/json', ...more }).end(JSON.stringify(value))
    }
    if (pathname.startsWith(`${api}/revision/`)) {
      if (!this.#isRevision(pathname.slice(`${api}/revision/`.length))) {
        missing(response, 'RevisionNotFound')
        return
      }
      json({
        _id: '1',
        id: this.repository,
        sha: this.commit,
        private: false,
        gated: false,
        likes: 0,
        downloads: 0
      })
      return
    }
    if (pathname.startsWith(`${api}/tree/`)) {
      if (!this.#isRevision(pathname.slice(`${api}/tree/`.length))) {
        missing(response, 'RevisionNotFound')
        return
      }
      // Three to a page, so that the next page matters.
      const page = Number(searchParams.get('cursor') ?? 0)
      const all = this.#tree()
      const next = `<${this.url}${pathname}?recursive=true&cursor=${page + 1}>; rel="next"`
      json(all.slice(page * 3, page * 3 + 3), all.length > page * 3 + 3 ? { link: next } : {})
      return
    }
    if (pathname.startsWith(`/${this.repository}/resolve/`)) {
      this.#resolve(request, response)
      return
    }
    if (pathname.startsWith('/cdn/')) {
      this.#bytes(request, response, decodeURIComponent(pathname.slice(5)))
      return
    }
    missing(response, 'RepoNotFound')
  }

  #isRevision(text: string): boolean {
    return text === 'main' || text === this.commit
  }

  #tree(): unknown[] {
    const files = [...this.#files].map(([path, content]) => {
      const { size, oid } = this.announce(path, { size: content.length, oid: this.#oid(content) }, 'list')
      if (!this.#isLfs(content)) return { type: 'file', path, size, oid }
      const pointer = gitBlob(Buffer.from(`oid sha256:${oid}\n`))
      return { type: 'file', path, size, oid: pointer, lfs: { oid, size, pointerSize: 130 } }
    })
    return [{ type: 'directory', path: 'onnx', size: 0, oid: '1'.repeat(40) }, ...files]
  }

  #isLfs(content: Buffer): boolean {
    return content.length >= this.#lfsFromBytes
  }

  #oid(content: Buffer): string {
    return this.#isLfs(content) ? sha256(content) : gitBlob(content)
  }

  #resolve(request: IncomingMessage, response: ServerResponse): void {
    const path = pathIn(request.url ?? '')
    const content = this.#files.get(path)
    if (content === undefined) {
      missing(response, 'EntryNotFound')
      return
    }
    response.setHeader('x-repo-commit', this.commit)
    if (!this.#isLfs(content)) {
      this.#bytes(request, response, path)
      return
    }
    const { size, oid } = this.announce(path, { size: content.length, oid: this.#oid(content) }, 'file')
    response
      .writeHead(302, {
        location: this.sendOn(path) ?? `/cdn/${encodeURIComponent(path)}`,
        'x-linked-size': String(size),
        'x-linked-etag': `"${oid}"`,
        'accept-ranges': 'bytes'
      })
      .end()
  }

  #bytes(request: IncomingMessage, response: ServerResponse, path: string): void {
    const content = this.#files.get(path)
    if (content === undefined) {
      missing(response, 'EntryNotFound')
      return
    }
    const etag = `"${this.#oid(content)}"`
    const condition = request.headers['if-range']
    const asked = condition === undefined || condition === etag ? firstByte(request.headers.range) : 0
    const fault = this.fault(path)
    if (fault?.kind === 'status') {
      const more = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
      return void response.writeHead(fault.status, more).end()
    }
    if (asked > 0 && asked >= content.length)
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()

    const from = fault?.kind === 'no-range' ? 0 : fault?.kind === 'wrong-range' ? Math.max(0, asked - 1) : asked
    let body = Buffer.from(content.subarray(from))
    if (fault?.kind === 'flip' && fault.at >= from && fault.at < content.length) body[fault.at - from]! ^= 1
    if (fault?.kind === 'more') body = Buffer.concat([body, Buffer.alloc(fault.bytes)])
    response.setHeader('etag', etag)
    response.setHeader('accept-ranges', 'bytes')
    if (fault?.kind !== 'more') response.setHeader('content-length', body.length)
    if (from > 0) {
      response.statusCode = 206
      response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`)
    }
    if (request.method === 'HEAD') return void response.end()
    if (fault?.kind === 'drop') {
      response.write(body.subarray(0, fault.afterBytes))
      const waiting = setInterval(() => {
        if (this.arrivedBytes(path) < from + fault.afterBytes && !response.destroyed) return
        clearInterval(waiting)
        response.destroy()
      }, 5)
      return
    }
    if (fault?.kind === 'held') {
      response.write(body.subarray(0, fault.afterBytes))
      void fault.until.then(() => response.end(body.subarray(fault.afterBytes)))
      return
    }
    if (fault?.kind === 'slow') {
      trickle(response, body, fault.chunkBytes, fault.everyMs)
      return
    }
    response.end(body)
  }
}

function trickle(response: ServerResponse, body: Buffer, chunkBytes: number, everyMs: number): void {
  let at = 0
  const timer = setInterval(() => {
    if (response.destroyed) {
      clearInterval(timer)
      return
    }
    response.write(body.subarray(at, at + chunkBytes))
    at += chunkBytes
    if (at < body.length) return
    clearInterval(timer)
    response.end()
  }, everyMs)
}

function missing(response: ServerResponse, code: string): void {
  response
    .writeHead(404, { 'content-type': 'application/json', 'x-error-code': code })
    .end(JSON.stringify({ error: 'not found' }))
}

/** After `/resolve/<revision>/`. */
function pathIn(url: string): string {
  return decodeURIComponent(/\/resolve\/[^/]+\/([^?]*)/.exec(url)?.[1] ?? '')
}

function firstByte(range: string | undefined): number {
  return Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
}

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

export const gitBlob = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')
