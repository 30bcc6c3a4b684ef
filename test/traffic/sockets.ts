import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Sockets that a network namespace has now, other than those of loopback, as `tcp 192.0.2.2:40000 → 198.51.100.7:443`. */
export function outwardSockets(pid: number): string[] {
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap(kind =>
    readFileSync(`/proc/${pid}/net/${kind}`, 'latin1')
      .split('\n')
      .slice(1)
      .flatMap(line => {
        const [, local = '', remote = ''] = line.trim().split(/\s+/)
        return local === '' || (isLoopback(local) && isInside(remote)) ? [] : [`${kind} ${local} → ${remote}`]
      })
  )
}

/** Addresses as the kernel writes them: hexadecimal, each group of four bytes the lowest first. */
const isLoopback = (address: string): boolean =>
  /^[0-9A-F]{6}7F:/.test(address) ||
  address.startsWith('00000000000000000000000001000000:') ||
  /^0000000000000000FFFF0000[0-9A-F]{6}7F:/.test(address)

const isInside = (address: string): boolean => isLoopback(address) || /^0+:/.test(address)

/** What the namespace was asked to send since it began: opened TCP connections, UDP packets, and IPv4 packets of any protocol. */
export function sentBy(pid: number): {
  readonly connections: number
  readonly datagrams: number
  readonly packets: number
} {
  const six = readFileSync(`/proc/${pid}/net/snmp6`, 'latin1')
  return {
    connections: snmp(pid, 'Tcp', 'ActiveOpens'),
    datagrams: snmp(pid, 'Udp', 'OutDatagrams') + Number(/^Udp6OutDatagrams\s+(\d+)/m.exec(six)?.[1] ?? 0),
    packets: snmp(pid, 'Ip', 'OutRequests')
  }
}

/** /proc/net/snmp has two lines a protocol: names, then numbers. */
function snmp(pid: number, protocol: string, counter: string): number {
  const lines = readFileSync(`/proc/${pid}/net/snmp`, 'latin1').split('\n')
  const [names = [], numbers = []] = lines.filter(line => line.startsWith(`${protocol}: `)).map(line => line.split(' '))
  return Number(numbers[names.indexOf(counter)])
}

/** Names of all programs in the same network namespace. */
export function programsBeside(pid: number): string[] {
  const own = readlinkSync(`/proc/${pid}/ns/net`)
  return readdirSync('/proc').flatMap(name => {
    try {
      if (!/^\d+$/.test(name) || readlinkSync(`/proc/${name}/ns/net`) !== own) return []
      return [readFileSync(`/proc/${name}/comm`, 'utf8').trim()]
    } catch {
      // It has ended, or belongs to somebody else.
      return []
    }
  })
}
