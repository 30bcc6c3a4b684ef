import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { eventNames } from '../../src/shared/contract.ts'
import type { PagePort } from '../../src/shared/wire.ts'
import { carry, serveEngine, type CarriedEngine } from '../../src/main/hosts/common/carry.ts'
import { serveHttp } from '../../src/main/hosts/web/http.ts'
import { connectPort } from '../../src/preload/port.ts'
import { admit } from '../../src/renderer/src/contact.ts'
import { httpTransport } from '../../src/renderer/src/transport-http.ts'
import { portTransport } from '../../src/renderer/src/transport-port.ts'
import type { Carried } from './contract-suite.ts'

/** In the same process, as the command line has it. */
export function carryDirectly(engine: CarriedEngine): Promise<Carried> {
  const closing = new AbortController()
  return Promise.resolve({
    transport: {
      call: (method, input, signal) =>
        carry(engine, method, input, AbortSignal.any([closing.signal, ...(signal ? [signal] : [])])),
      onEvent(listener) {
        const stops = eventNames.map(name => engine.on(name, payload => listener(name, payload)))
        return () => {
          for (const stop of stops) stop()
        }
      }
    },
    close() {
      closing.abort()
      return Promise.resolve()
    }
  })
}

/** All that a desktop window has, but Electron's own two ends of the channel. */
export function carryOverMessages(engine: CarriedEngine): Promise<Carried> {
  const { port1, port2 } = new MessageChannel()
  const stop = serveEngine(engine, portOf(port1))
  return Promise.resolve({
    transport: portTransport(connectPort(portOf(port2))),
    close() {
      stop()
      port1.close()
      return Promise.resolve()
    }
  })
}

function portOf(port: MessagePort): PagePort {
  return {
    post: message => port.postMessage(message),
    onMessage(listener) {
      port.on('message', listener)
      return () => void port.off('message', listener)
    }
  }
}

/** A real server on a free port, and a page that its ticket has admitted. */
export async function carryOverHttp(engine: CarriedEngine): Promise<Carried> {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Reverie</title>')
  const host = await serveHttp(engine, { rendererFolder: folder })
  const { origin } = host
  const ticket = new URL(host.newTicket(false).address).hash.replace('#ticket=', '')
  const contact = await admit(
    ticket,
    { get: () => null, set: () => undefined, remove: () => undefined },
    { base: origin, origin }
  )
  if (typeof contact === 'string') throw new Error(`The page was not admitted: ${contact}.`)
  return {
    transport: httpTransport(contact, origin),
    async close() {
      await host.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
