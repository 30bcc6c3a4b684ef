import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventNames } from '../engine/contract.ts'
import { EngineError } from '../engine/errors.ts'
import { toJson } from '../engine/wire.ts'
import { cookieHeader, hasCookie, isFromOurPage, isOurHost, isSameSecret, newToken } from './admission.ts'
import { carry, wireError, type CarriedEngine } from './carry.ts'
import { mediaCaching, mediaSecurity, parseMediaPath, securityHeaders } from './headers.ts'
import { readInput, send, sendError, sendFile, sendText } from './http-messages.ts'
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

/** Proxies and sleeping tabs drop a stream that is silent for long. */
const eventHeartbeatMs = 15_000
/** A page that reads no events any more is let go; it connects again and asks anew. */
const eventBacklogBytes = 4 * 1024 * 1024
/** What is under way when the host closes may come to its end for this long. */
const closingMs = 1000

/** The engine and its page over HTTP, for the browser of the person who started it. */
export async function serveHttp(engine: CarriedEngine, options: HttpOptions): Promise<HttpHost> {
  const { host = '127.0.0.1', port: wantedPort = 0, token = newToken() } = options
  const files = await listStaticFiles(options.rendererFolder)
  const closing = new AbortController()
  const bound = { host, port: wantedPort, token }

  const server = createServer(
    // Whoever sends a request drop by drop is cut off; answers, the event stream above all, may take their time.
    { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 5000, keepAliveTimeout: 5000 },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else sendError(response, wireError(error))
      })
    }
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(cannotListen(error, host, wantedPort)))
    server.listen(wantedPort, host, resolve)
  })
  bound.port = (server.address() as AddressInfo).port

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const address = parseAddress(request.url ?? '')
    if (address === null) sendText(response, 400, 'This is no address.\n')
    else if (isAdmitted(request, address, response, bound)) await route(address, request, response)
  }

  async function route(address: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area = '', rest = ''] = /^\/(call|events|media)(?:\/(.*))?$/.exec(address.pathname) ?? []
    const isCall = area === 'call'
    if (isCall ? request.method !== 'POST' : request.method !== 'GET' && request.method !== 'HEAD') {
      sendText(response, 405, 'This is asked for in another way.\n', { Allow: isCall ? 'POST' : 'GET, HEAD' })
    } else if (isCall) await call(engine, rest, request, response, closing.signal)
    else if (area === 'events' && request.method === 'GET') tellEvents(engine, response, closing.signal)
    else if (area === 'media') await showMedia(engine, rest, address.searchParams.has('v'), response)
    else await showPage(files, address.pathname, request, response)
  }

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}/?token=${token}`,
    async close() {
      closing.abort()
      const closed = new Promise(resolve => server.close(resolve))
      // A connection is idle only once its answer has gone out, which the abort has just set going.
      const sweep = setInterval(() => server.closeIdleConnections(), 20)
      const timer = setTimeout(() => server.closeAllConnections(), closingMs)
      await closed
      clearInterval(sweep)
      clearTimeout(timer)
    }
  }
}

/** Only paths: `//name/…` is a path here, not another host's. */
function parseAddress(path: string): URL | null {
  const whole = `http://reverie${path}`
  return path.startsWith('/') && URL.canParse(whole) ? new URL(whole) : null
}

const howToOpen =
  'Reverie is here, but this browser has not been let in.\n\n' +
  'Open the whole address that Reverie printed when it started: it ends with ?token= and a long word.\n' +
  'After a restart of Reverie the address is a new one.\n'

/** false: it was refused, or let in for the next time, and said so. */
function isAdmitted(
  request: IncomingMessage,
  address: URL,
  response: ServerResponse,
  { host, port, token }: { readonly host: string; readonly port: number; readonly token: string }
): boolean {
  const { headers, method } = request
  const isFrontDoor = method === 'GET' && address.pathname === '/'
  const given = isFrontDoor ? address.searchParams.get('token') : null
  // The front door may be reached by a link anywhere: without the cookie it shows nothing.
  const isVisit = isFrontDoor && headers.origin === undefined && headers['sec-fetch-mode'] === 'navigate'

  if (!isOurHost(headers.host, { host, port })) sendText(response, 403, 'This is not the address of Reverie.\n')
  else if (!isVisit && !isFromOurPage(headers)) sendText(response, 403, 'This request comes from another page.\n')
  else if (given !== null && isSameSecret(given, token)) {
    send(response, 303, 'text/plain', '', { 'Set-Cookie': cookieHeader(port, token), Location: '/' })
  } else if (given === null && hasCookie(headers.cookie, port, token)) return true
  else if (address.pathname.startsWith('/call/')) {
    sendError(response, { code: 'bad-input', message: howToOpen, detail: {} }, 401)
  } else sendText(response, 401, howToOpen)
  return false
}

async function call(
  engine: CarriedEngine,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal
): Promise<void> {
  // A form of another page cannot send this type without asking first, and is refused then.
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    sendError(response, { code: 'bad-input', message: 'A call is sent as application/json.', detail: {} }, 415)
    return
  }
  const caller = new AbortController()
  response.once('close', () => caller.abort())
  const input = await readInput(request, response)
  if (input === null) return
  const reply = await carry(engine, method, input.value, AbortSignal.any([caller.signal, closing]))
  if ('error' in reply) sendError(response, reply.error)
  else send(response, 200, 'application/json', toJson(reply))
}

function tellEvents(engine: CarriedEngine, response: ServerResponse, closing: AbortSignal): void {
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
  response.once('close', () => {
    clearInterval(heartbeat)
    closing.removeEventListener('abort', end)
    for (const stop of stops) stop()
  })
  if (closing.aborted) end()
  else closing.addEventListener('abort', end)
}

async function showMedia(
  engine: CarriedEngine,
  path: string,
  hasVersion: boolean,
  response: ServerResponse
): Promise<void> {
  const wanted = parseMediaPath(path)
  const found = wanted === null ? null : await engine.media(wanted.itemId, wanted.size)
  if (wanted === null || found === null) {
    sendText(response, 404, 'There is no such picture.\n')
    return
  }
  response.setHeader('Content-Security-Policy', mediaSecurity)
  send(response, 200, found.type, found.bytes, { 'Cache-Control': mediaCaching(wanted.size, hasVersion) })
}

async function showPage(
  files: ReadonlyMap<string, StaticFile>,
  path: string,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const file = files.get(path)
  if (file === undefined) sendText(response, 404, 'There is nothing here.\n')
  else await sendFile(request, response, file)
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): EngineError {
  const code = error.code ?? 'unknown'
  const why =
    code === 'EADDRINUSE'
      ? `another program uses port ${port} already. Choose another one, or none to take any that is free.`
      : code === 'EACCES'
        ? `you have no permission to use port ${port}. Choose one above 1024.`
        : `the system refused ${host}:${port} (${code}).`
  return new EngineError('busy', `The page cannot be served: ${why}`, { port, reason: code })
}
