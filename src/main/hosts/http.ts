import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { eventNames, type WireError } from '../engine/contract.ts'
import { EngineError } from '../engine/errors.ts'
import { fromJson, toJson } from '../engine/wire.ts'
import { cookieHeader, hasCookie, isFromOurPage, isOurHost, isSameSecret, newToken } from './admission.ts'
import { carry, wireError, type CarriedEngine } from './carry.ts'
import { mediaCaching, mediaSecurity, parseMediaPath, securityHeaders } from './headers.ts'
import { listStaticFiles, type StaticFile } from './static-files.ts'

export interface HttpOptions {
  /** '127.0.0.1' when absent: this machine only. */
  readonly host?: string
  /** Any free one when absent or 0. */
  readonly port?: number
  /** Where the built page is. */
  readonly rendererFolder: string
  /** A new random one when absent. */
  readonly token?: string
}

export interface HttpHost {
  /** With the token: whoever has it may use the library. */
  readonly url: string
  /** Ends open requests and event streams, too. */
  close(): Promise<void>
}

/** 64 MB of picture as base64 in JSON, and some air. */
const bodyLimitBytes = 96 * 1024 * 1024
/** Proxies and sleeping tabs drop a stream that is silent for long. */
const eventHeartbeatMs = 15_000
/** A page that reads no events any more is let go; it connects again and asks anew. */
const eventBacklogBytes = 4 * 1024 * 1024

const statusOf: Readonly<Record<string, number>> = {
  'not-found': 404,
  'bad-input': 400,
  'model-missing': 409,
  'model-broken': 409,
  'database-in-use': 409,
  busy: 409,
  cancelled: 499,
  internal: 500
}

const howToOpen =
  'Reverie is here, but this browser has not been let in.\n\n' +
  'Open the whole address that Reverie printed when it started: it ends with ?token= and a long word.\n' +
  'After a restart of Reverie the address is a new one.\n'

/** The engine and its page over HTTP, for the browser of the person who started it. */
export async function serveHttp(engine: CarriedEngine, options: HttpOptions): Promise<HttpHost> {
  const { host = '127.0.0.1', port: wantedPort = 0, token = newToken() } = options
  const files = await listStaticFiles(options.rendererFolder)
  const closing = new AbortController()

  const server = createServer(
    // Whoever sends a request drop by drop is cut off; answers, the event stream above all, may take their time.
    { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 5_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else sendError(response, wireError(error))
      })
    }
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(wantedPort, host, resolve)
  }).catch((error: unknown) => {
    throw cannotListen(error, host, wantedPort)
  })
  const { port } = server.address() as AddressInfo

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    if (!isOurHost(request.headers.host, { host, port }))
      return sendText(response, 403, 'This is not the address of Reverie.\n')

    const address = URL.canParse(request.url ?? '', 'http://reverie')
      ? new URL(request.url ?? '', 'http://reverie')
      : null
    const path = address?.pathname ?? ''
    const given = address?.searchParams.get('token')
    // A first visit may come from a link anywhere, so it is asked for nothing but the token, and gives nothing but the cookie.
    if (request.method === 'GET' && path === '/' && given !== null && given !== undefined) {
      if (!isSameSecret(given, token)) return sendText(response, 401, howToOpen)
      response
        .writeHead(303, { 'Set-Cookie': cookieHeader(port, token), Location: '/', 'Cache-Control': 'no-store' })
        .end()
      return
    }
    const isVisit = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate' && path === '/'
    if (!isVisit && !isFromOurPage(request.headers))
      return sendText(response, 403, 'This request comes from another page.\n')
    if (!hasCookie(request.headers.cookie, port, token)) {
      if (path.startsWith('/call/'))
        return sendError(response, { code: 'bad-input', message: howToOpen, detail: {} }, 401)
      return sendText(response, 401, howToOpen)
    }

    if (path.startsWith('/call/')) return call(path.slice('/call/'.length), request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendText(response, 405, 'Only GET here.\n', { Allow: 'GET, HEAD' })
    if (path === '/events') return events(request, response)
    if (path.startsWith('/media/'))
      return media(path.slice('/media/'.length), address?.searchParams.has('v') === true, response)
    const file = files.get(path)
    return file === undefined
      ? sendText(response, 404, 'There is nothing here.\n')
      : sendFile(response, file, request.method)
  }

  const call = async (method: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') return sendText(response, 405, 'Only POST here.\n', { Allow: 'POST' })
    // A form of another page cannot send this type without asking first, and is refused then.
    if (!/^application\/json(;|$)/i.test(request.headers['content-type'] ?? ''))
      return sendError(response, { code: 'bad-input', message: 'A call is sent as application/json.', detail: {} }, 415)
    const controller = new AbortController()
    response.once('close', () => controller.abort())
    const input = await readInput(request, response)
    if (input === null) return
    const reply = await carry(engine, method, input.value, AbortSignal.any([controller.signal, closing.signal]))
    if ('error' in reply) sendError(response, reply.error)
    else send(response, 200, 'application/json', toJson(reply))
  }

  const events = (request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
    response.write(': open\n\n')
    const heartbeat = setInterval(() => response.write(': still here\n\n'), eventHeartbeatMs)
    const stops = eventNames.map(name =>
      engine.on(name, payload => {
        if (response.writableLength > eventBacklogBytes) response.destroy()
        else response.write(`event: ${name}\ndata: ${toJson(payload)}\n\n`)
      })
    )
    const end = (): void => void response.end()
    closing.signal.addEventListener('abort', end)
    response.once('close', () => {
      clearInterval(heartbeat)
      closing.signal.removeEventListener('abort', end)
      for (const stop of stops) stop()
    })
    if (request.method === 'HEAD' || closing.signal.aborted) end()
  }

  const media = async (path: string, hasVersion: boolean, response: ServerResponse): Promise<void> => {
    const wanted = parseMediaPath(path)
    const found = wanted === null ? null : await engine.media(wanted.itemId, wanted.size)
    if (wanted === null || found === null) return sendText(response, 404, 'There is no such picture.\n')
    response.setHeader('Content-Security-Policy', mediaSecurity)
    send(response, 200, found.type, found.bytes, { 'Cache-Control': mediaCaching(wanted.size, hasVersion) })
  }

  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${port}/?token=${token}`,
    async close() {
      closing.abort()
      const closed = new Promise(resolve => server.close(resolve))
      server.closeIdleConnections()
      const timer = setTimeout(() => server.closeAllConnections(), 1000)
      await closed
      clearTimeout(timer)
    }
  }
}

/** null: it was refused, and said so. */
async function readInput(request: IncomingMessage, response: ServerResponse): Promise<{ value: unknown } | null> {
  const chunks: Buffer[] = []
  let sizeBytes = Number(request.headers['content-length'] ?? 0)
  if (sizeBytes <= bodyLimitBytes) {
    sizeBytes = 0
    // Not destroyed when we have had enough: the refusal goes out over the same connection.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > bodyLimitBytes) break
      chunks.push(chunk)
    }
  }
  if (sizeBytes > bodyLimitBytes) {
    response.setHeader('Connection', 'close')
    request.resume()
    const message = `A call may be at most ${bodyLimitBytes / 1024 / 1024} MB large. Nothing was changed.`
    sendError(response, { code: 'bad-input', message, detail: { limitBytes: bodyLimitBytes } }, 413)
    return null
  }
  try {
    return { value: fromJson(Buffer.concat(chunks).toString('utf8')) }
  } catch {
    sendError(response, { code: 'bad-input', message: 'The call is not valid JSON.', detail: {} })
    return null
  }
}

async function sendFile(response: ServerResponse, file: StaticFile, method: string): Promise<void> {
  response.writeHead(200, { 'Content-Type': file.type, 'Cache-Control': file.caching })
  if (method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}

function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {}
): void {
  send(response, status, 'text/plain; charset=utf-8', text, headers)
}

function sendError(response: ServerResponse, error: WireError, status = statusOf[error.code] ?? 500): void {
  send(response, status, 'application/json', toJson({ error }))
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {}
): void {
  if (response.destroyed) return
  response
    .writeHead(status, {
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      ...headers
    })
    .end(body)
}

function cannotListen(error: unknown, host: string, port: number): EngineError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  const why =
    code === 'EADDRINUSE'
      ? `another program uses port ${port} already. Choose another one, or none to take any that is free.`
      : code === 'EACCES'
        ? `you have no permission to use port ${port}. Choose one above 1024.`
        : `the system refused ${host}:${port} (${code}).`
  return new EngineError('busy', `The page cannot be served: ${why}`, { port, reason: code })
}
