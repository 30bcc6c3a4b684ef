import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { ErrorCode } from '../../../shared/errors.ts'
import { fromJson, toJson, type WireError } from '../../../shared/wire.ts'
import type { StaticFile } from '../common/static-files.ts'

type Headers = Readonly<Record<string, string>>

/** The status of an answer that refuses a call with this code. */
export const httpStatusByError: Readonly<Record<ErrorCode, number>> = {
  'not-found': 404,
  'bad-input': 400,
  'model-missing': 409,
  'model-broken': 409,
  'database-newer': 409,
  'database-corrupt': 409,
  'database-in-use': 409,
  busy: 409,
  network: 502,
  'disk-full': 507,
  'read-only': 403,
  cancelled: 499,
  internal: 500
}

/** 64 MB of picture as base64 in JSON, and some air. */
const bodyLimitBytes = 96 * 1024 * 1024

/** A call's input from the request's body. null: it was refused, and said so. */
export async function readInput(
  request: IncomingMessage,
  response: ServerResponse,
  limitBytes = bodyLimitBytes
): Promise<{ readonly value: unknown } | null> {
  // A form of another page cannot send this type without asking first, and is refused then.
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    sendError(response, { code: 'bad-input', message: 'A call is sent as application/json.', detail: {} }, 415)
    return null
  }
  const body = await readBody(request, limitBytes)
  if (body === null) {
    response.setHeader('Connection', 'close')
    // What still comes is read and dropped: a sender that is cut off would not see the refusal.
    request.resume()
    const most = limitBytes < 1024 * 1024 ? `${limitBytes / 1024} KB` : `${limitBytes / 1024 / 1024} MB`
    const message = `A call may be at most ${most} large. Nothing was changed.`
    sendError(response, { code: 'bad-input', message, detail: { limitBytes } }, 413)
    return null
  }
  try {
    return { value: fromJson(body.toString('utf8')) }
  } catch {
    sendError(response, { code: 'bad-input', message: 'The call is not valid JSON.', detail: {} })
    return null
  }
}

/** null when it is larger than the limit. */
async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return null
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Uint8Array,
  headers: Headers = {}
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

export function sendText(response: ServerResponse, status: number, text: string, headers: Headers = {}): void {
  send(response, status, 'text/plain; charset=utf-8', text, headers)
}

export function sendError(response: ServerResponse, error: WireError, status = httpStatusByError[error.code]): void {
  send(response, status, 'application/json', toJson({ error }))
}

export async function sendFile(request: IncomingMessage, response: ServerResponse, file: StaticFile): Promise<void> {
  response.writeHead(200, { 'Content-Type': file.type, 'Cache-Control': file.caching })
  if (request.method === 'HEAD') response.end()
  else await pipeline(createReadStream(file.path), response)
}
