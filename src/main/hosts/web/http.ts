import type { IncomingMessage, ServerResponse } from 'node:http'
import { eventNames } from '../../../shared/contract.ts'
import { toJson } from '../../../shared/wire.ts'
import { refusalOf } from './admission.ts'
import { admitPage, notAdmitted, type HandedTicket } from './admit-page.ts'
import { carry, type CarriedEngine } from '../common/carry.ts'
import type { DoorFolder } from './door-folder.ts'
import { mediaCaching, mediaSecurity, parseMediaPath, securityHeaders } from '../common/headers.ts'
import { readInput, send, sendError, sendFile, sendText } from './http-messages.ts'
import { FrontDoor } from './front-door.ts'
import { listenAt, type Listening } from './listening.ts'
import { usualHost, type LoopbackAddress } from './loopback.ts'
import type { PageKeys } from './page-keys.ts'
import { listStaticFiles, type StaticFile } from '../common/static-files.ts'

export interface HttpOptions {
  /** Where tickets lead. Any free port of 127.0.0.1 when absent. */
  readonly address?: LoopbackAddress
  /** Where the page is as well. */
  readonly further?: readonly LoopbackAddress[]
  /** Where the page was before, and may be open still. */
  readonly former?: readonly LoopbackAddress[]
  /** Told of the address of an admitted page, whenever such a page listens. */
  readonly onPage?: (origin: string) => void
  /** Where the built page is. */
  readonly rendererFolder: string
  /** Where the key of the host outlives it, and tickets are handed over. In memory, and nowhere, when absent. */
  readonly doorFolder?: DoorFolder
  /** Whose time tickets grow old by. */
  readonly now?: () => number
}

export interface HttpHost {
  /** Where tickets lead, `http://127.…:<port>`. The page there is for everybody; what it shows is for whoever has a ticket. */
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

/** The engine and its page over HTTP, for the browser of the person who started it. */
export async function serveHttp(engine: CarriedEngine, options: HttpOptions): Promise<HttpHost> {
  const {
    address: wanted = { host: usualHost, port: 0 },
    further = [],
    former = [],
    onPage = () => undefined
  } = options
  const files = await listStaticFiles(options.rendererFolder)
  const closing = new AbortController()
  const listening = [await listenAt(wanted, answer)] as [Listening, ...Listening[]]
  const [{ origin: freshOrigin }] = listening
  const door = new FrontDoor(freshOrigin, options.now, options.doorFolder)
  try {
    for (const address of further) listening.push(await listenAt(address, answer))
  } catch (error) {
    await close()
    throw error
  }
  // Where another program listens now, the pages of a former address wait.
  for (const address of former)
    await listenAt(address, answer).then(
      one => listening.push(one),
      () => undefined
    )

  async function answer(request: IncomingMessage, response: ServerResponse, origin: string): Promise<void> {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    const address = parseAddress(request.url ?? '')
    const refusal = address === null ? null : refusalOf(request, address.pathname, origin)
    if (address === null) sendText(response, 400, 'This is no address.\n')
    else if (refusal === null) await route(address, origin, request, response)
    else sendText(response, refusal.status, refusal.text)
  }

  async function route(
    address: URL,
    origin: string,
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<void> {
    const keys = door.keysAt(origin)
    const [, area = '', rest = ''] = /^\/(admission|call|events|media)(?:\/(.*))?$/.exec(address.pathname) ?? []
    const allowed = { admission: ['POST'], call: ['POST'], events: ['GET'] }[area] ?? ['GET', 'HEAD']
    const isOpen = area === '' || area === 'admission'
    const mayPass =
      isOpen || (area === 'media' ? mayShow(keys, rest) : keys.pageOf(request.headers.authorization) !== null)
    if (area === 'events' && mayPass) onPage(origin)

    if (!mayPass && area === 'call') sendError(response, { code: 'bad-input', message: notAdmitted, detail: {} }, 401)
    else if (!mayPass) sendText(response, 401, `${notAdmitted}\n`)
    else if (!allowed.includes(request.method ?? ''))
      sendText(response, 405, 'Method not allowed.\n', { Allow: allowed.join(', ') })
    else if (area === 'admission') await admitPage(door, keys, rest, request, response)
    else if (area === 'call') await call(engine, rest, request, response, closing.signal)
    else if (area === 'events') tellEvents(engine, response, AbortSignal.any([closing.signal, door.revoked]))
    else if (area === 'media') await showMedia(engine, withoutKey(rest), address.searchParams.has('v'), response)
    else await showPage(files, address.pathname, request, response)
  }

  async function close(): Promise<void> {
    closing.abort()
    door.tickets.clear()
    await Promise.all(listening.map(one => one.close()))
  }

  return { origin: freshOrigin, newTicket: hasFile => door.newTicket(hasFile), close }
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
