import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventNames } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { toJson } from '../../../shared/wire.ts'
import { loopback, refusalOf } from './admission.ts'
import { admitPage, notAdmitted, type HandedTicket } from './admit-page.ts'
import { carry, wireError, type CarriedEngine } from '../common/carry.ts'
import type { DoorFolder } from './door-folder.ts'
import { mediaCaching, mediaSecurity, parseMediaPath, securityHeaders } from '../common/headers.ts'
import { readInput, send, sendError, sendFile, sendText } from './http-messages.ts'
import { FrontDoor } from './front-door.ts'
import type { PageKeys } from './page-keys.ts'
import { listStaticFiles, type StaticFile } from '../common/static-files.ts'

export interface HttpOptions {
  /** Any free one when absent or 0. */
  readonly port?: number
  /** Where the built page is. */
  readonly rendererFolder: string
  /** Where the key of the host outlives it, and tickets are handed over. In memory, and nowhere, when absent. */
  readonly doorFolder?: DoorFolder
  /** Whose time tickets grow old by. */
  readonly now?: () => number
}

export interface HttpHost {
  /** `http://127.0.0.1:<port>`. The page there is for everybody; what it shows is for whoever has a ticket. */
  readonly origin: string
  /** @param hasFile  whether a file is written that leads a browser there */
  newTicket(hasFile: boolean): HandedTicket
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
  const { port: wantedPort = 0, doorFolder } = options
  const files = await listStaticFiles(options.rendererFolder)
  const closing = new AbortController()

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
    server.once('error', error => reject(cannotListen(error, wantedPort)))
    server.listen(wantedPort, loopback, resolve)
  })
  const origin = `http://${loopback}:${(server.address() as AddressInfo).port}`
  const door = new FrontDoor(origin, options.now, doorFolder)

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const address = parseAddress(request.url ?? '')
    const refusal = address === null ? null : refusalOf(request, address.pathname, origin)
    if (address === null) sendText(response, 400, 'This is no address.\n')
    else if (refusal === null) await route(address, request, response)
    else sendText(response, refusal.status, refusal.text)
  }

  async function route(address: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, area = '', rest = ''] = /^\/(admission|call|events|media)(?:\/(.*))?$/.exec(address.pathname) ?? []
    const allowed = { admission: ['POST'], call: ['POST'], events: ['GET'] }[area] ?? ['GET', 'HEAD']
    const isOpen = area === '' || area === 'admission'
    const mayPass =
      isOpen || (area === 'media' ? mayShow(door.keys, rest) : door.keys.pageOf(request.headers.authorization) !== null)

    if (!mayPass && area === 'call') sendError(response, { code: 'bad-input', message: notAdmitted, detail: {} }, 401)
    else if (!mayPass) sendText(response, 401, `${notAdmitted}\n`)
    else if (!allowed.includes(request.method ?? ''))
      sendText(response, 405, 'Method not allowed.\n', { Allow: allowed.join(', ') })
    else if (area === 'admission') await admitPage(door, rest, request, response)
    else if (area === 'call') await call(engine, rest, request, response, closing.signal)
    else if (area === 'events') tellEvents(engine, response, AbortSignal.any([closing.signal, door.revoked]))
    else if (area === 'media') await showMedia(engine, withoutKey(rest), address.searchParams.has('v'), response)
    else await showPage(files, address.pathname, request, response)
  }

  return {
    origin,
    newTicket: hasFile => door.newTicket(hasFile),
    async close() {
      closing.abort()
      door.tickets.clear()
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

/** `<page id>/<key>/…`: an <img> sends no header, so its address has the key for pictures, which is good for nothing else. */
function mayShow(keys: PageKeys, path: string): boolean {
  const [pageId = '', key = ''] = path.split('/')
  return keys.mayShowMedia(pageId, key)
}

function withoutKey(path: string): string {
  return path.split('/').slice(2).join('/')
}

async function call(
  engine: CarriedEngine,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
  closing: AbortSignal
): Promise<void> {
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

function cannotListen(error: NodeJS.ErrnoException, port: number): EngineError {
  const code = error.code ?? 'unknown'
  const why =
    code === 'EADDRINUSE'
      ? `another program uses port ${port} already. Choose another one, or none to take any that is free.`
      : code === 'EACCES'
        ? `you have no permission to use port ${port}. Choose one above 1024.`
        : `the system refused ${loopback}:${port} (${code}).`
  return new EngineError('busy', `The page cannot be served: ${why}`, { port, reason: code })
}
