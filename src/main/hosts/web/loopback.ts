import { randomInt } from 'node:crypto'

/** A port of this machine's own network, which reaches no further. */
export interface LoopbackAddress {
  /** Within 127.0.0.0/8. A number, never a name: `localhost` may be ::1, where another user's program has the same port. */
  readonly host: string
  readonly port: number
}

/** The one that every system has. */
export const usualHost = '127.0.0.1'

/*
 * [Note: another address for each start] A browser keeps by address what it was sent: pages, scripts, service workers. A
 * program that had Reverie's address while Reverie was closed may have left some there, which would answer in Reverie's place
 * and be handed the ticket. So tickets lead to an address that nobody can have had before: one of 2^24 hosts of this
 * machine's own network and, unless the person chose it, one of 2^14 ports.
 *
 * Linux and Windows have all of 127.0.0.0/8. macOS has 127.0.0.1 only, so there the port alone is another one.
 *
 * Former addresses are listened to as well, for the pages that stayed open there: they have a page key in memory. Nothing
 * leads there any more, and no key is left there for a reload (contact.ts).
 */
export function freshHost(): string {
  return [127, randomInt(1, 255), randomInt(1, 255), randomInt(1, 255)].join('.')
}

/** Of the range that no service is registered for (RFC 6335). */
export function freshPort(): number {
  return randomInt(49_152, 65_536)
}

export function originOf({ host, port }: LoopbackAddress): string {
  return new URL(`http://${host}:${port}`).origin
}

/** @returns null for anything but an origin of this machine's own network */
export function loopbackAddressIn(origin: string): LoopbackAddress | null {
  if (!URL.canParse(origin)) return null
  const url = new URL(origin)
  const address = { host: url.hostname, port: Number(url.port === '' ? 80 : url.port) }
  const isOurs = /^127(\.\d{1,3}){3}$/.test(address.host) && address.port > 0
  return isOurs && originOf(address) === origin ? address : null
}
