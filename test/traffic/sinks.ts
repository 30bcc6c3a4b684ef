import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo } from 'node:net'

/** What somebody tried to reach. */
export interface Attempt {
  readonly kind: 'name' | 'connection'
  /** The name that was asked for, or `address:port`. */
  readonly what: string
}

/** Where every name leads: a documentation address (RFC 5737), so that whoever asks goes on to connect and is seen once more. */
const everyName = [198, 51, 100, 7] as const
/** A connection to another port is refused by the kernel, and counted as a packet. */
const ports = [80, 443, 853, 4318, 8080, 8443]

/** Answers every name and takes every connection on the usual ports. Needs a network namespace of its own. */
export async function openSinks(
  nameServer: string,
  everywhere: '::' | '0.0.0.0',
  note: (attempt: Attempt) => void
): Promise<void> {
  const names = createSocket('udp4')
  names.on('message', (question, { address, port }) => {
    note({ kind: 'name', what: nameIn(question) })
    names.send(answerTo(question), port, address)
  })
  await new Promise<void>(resolve => names.bind(53, nameServer, resolve))
  const tcpNames = createServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', question => {
      note({ kind: 'name', what: nameIn(question.subarray(2)) })
      socket.end(lengthThen(answerTo(question.subarray(2))))
    })
  })
  await new Promise<void>(resolve => tcpNames.listen(53, nameServer, resolve))
  for (const port of ports) {
    const server = createServer(socket => {
      const { address, port: asked } = socket.address() as AddressInfo
      note({ kind: 'connection', what: `${address.replace('::ffff:', '')}:${asked}` })
      socket.on('error', () => undefined)
      socket.end()
    })
    await new Promise<void>(resolve => server.listen(port, everywhere, resolve))
  }
}

/** The name of a DNS question: labels after the head of twelve bytes. */
function nameIn(message: Uint8Array): string {
  const labels: string[] = []
  for (let at = 12; (message[at] ?? 0) > 0; at += message[at]! + 1)
    labels.push(Buffer.from(message.subarray(at + 1, at + 1 + message[at]!)).toString('latin1'))
  return labels.join('.')
}

/** One address for a question of type A, no record for any other. */
function answerTo(question: Uint8Array): Buffer {
  let end = 12
  while ((question[end] ?? 0) > 0) end += question[end]! + 1
  const isAddress = question[end + 2] === 1
  const head = Buffer.from(question.subarray(0, 12))
  head[2] = 0x81
  head[3] = 0x80
  head.writeUInt16BE(isAddress ? 1 : 0, 6)
  head.writeUInt32BE(0, 8)
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...everyName])
  return Buffer.concat([head, question.subarray(12, end + 5), ...(isAddress ? [record] : [])])
}

function lengthThen(message: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(message.length)
  return Buffer.concat([length, message])
}
