import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EngineError } from '../../../shared/errors.ts'
import { wireError } from '../common/carry.ts'
import { sendError } from './http-messages.ts'
import { originOf, type LoopbackAddress } from './loopback.ts'

export interface Listening {
  readonly origin: string
  /** Lets what is under way come to its end for a second. */
  close(): Promise<void>
}

/** What is under way when the host closes may come to its end for this long. */
const closingMs = 1000

/**
 * A server at one address. It alone knows at which address a request came in; a request only says so.
 *
 * @throws EngineError busy
 */
export async function listenAt(
  { host, port }: LoopbackAddress,
  answer: (request: IncomingMessage, response: ServerResponse, origin: string) => Promise<void>
): Promise<Listening> {
  let origin = ''
  const server = createServer(
    // Whoever sends a request drop by drop is cut off; answers, the event stream above all, may take their time.
    { headersTimeout: 10_000, requestTimeout: 120_000, connectionsCheckingInterval: 5000, keepAliveTimeout: 5000 },
    (request, response) => {
      answer(request, response, origin).catch((error: unknown) => {
        if (response.headersSent) response.destroy()
        else sendError(response, wireError(error))
      })
    }
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(cannotListen(error, host, port)))
    server.listen(port, host, resolve)
  })
  origin = originOf({ host, port: (server.address() as AddressInfo).port })
  return {
    origin,
    async close() {
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
