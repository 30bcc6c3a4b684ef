import { lookup } from 'node:dns/promises'
import { connect } from 'node:net'

/** The next part of this program's life begins once the house has counted what the part before it sent. */
export function begin(part: string): Promise<void> {
  return new Promise(resolve => {
    process.once('message', () => resolve())
    process.send?.({ part })
  })
}

/** Hands the result to the house. */
export function say(said: unknown): Promise<void> {
  return new Promise(resolve => process.send?.({ said }, () => resolve()))
}

/** The name that is asked for on purpose, and the address that is called without a name. Nobody has them. */
export const control = { name: 'control.reverie.invalid', address: '203.0.113.9', ipv6: '2001:db8:9::9' } as const

/** Asks for a name and opens three connections, so that a house that hears nothing cannot be taken for a quiet program. */
export async function makeNoise(): Promise<void> {
  const { address } = await lookup(control.name)
  for (const host of [address, control.address, control.ipv6]) await call(host)
}

/** A call that nobody answers is for the house to notice, not for the caller. */
function call(host: string): Promise<void> {
  return new Promise(resolve => {
    const socket = connect({ host, port: 443, timeout: 10_000 })
    socket.on('error', () => undefined)
    socket.on('timeout', () => socket.destroy())
    socket.on('close', () => resolve())
    socket.resume()
  })
}
