import { Writable } from 'node:stream'

/** A stream that keeps what is written to it. */
export function heard(): { stream: NodeJS.WriteStream; text: () => string } {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk))
      done()
    }
  })
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join('') }
}
