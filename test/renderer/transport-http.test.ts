import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { Contact } from '../../src/renderer/src/contact.ts'
import { httpTransport } from '../../src/renderer/src/transport-http.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** A page that is admitted, and what it asks for; the stream of events opens, or fails, when the story says so. */
function page() {
  const asked: string[] = []
  const stream = Promise.withResolvers<Response>()
  vi.spyOn(Contact.prototype, 'keys').mockResolvedValue({ authorization: 'Reverie a.b', mediaPath: '/media' })
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address)
    return address === '/events' ? stream.promise : Promise.resolve(new Response('{"value":7}'))
  })
  return { asked, stream, transport: httpTransport(new Contact('', 'http://127.0.0.1', { pageId: 'p', key: 'k' })) }
}

test('a call waits for the stream of events: what happens after its answer is heard', async () => {
  const { asked, stream, transport } = page()
  const stop = transport.onEvent(() => undefined)
  const answer = transport.call('jobs', {}, undefined)
  await setImmediate()
  expect(asked).toEqual(['/events'])
  stream.resolve(new Response(new ReadableStream()))
  expect(await answer).toEqual({ value: 7 })
  expect(asked).toEqual(['/events', '/call/jobs'])
  stop()
})

test('a call that nobody listens beside, or whose stream cannot be opened, is made all the same', async () => {
  const { stream, transport } = page()
  expect(await transport.call('jobs', {}, undefined)).toEqual({ value: 7 })
  const stop = transport.onEvent(() => undefined)
  const answer = transport.call('jobs', {}, undefined)
  await setImmediate()
  stream.reject(new TypeError('Failed to fetch'))
  expect(await answer).toEqual({ value: 7 })
  stop()
})
