import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EngineError } from '../../src/shared/errors.ts'
import { fetchFile, type Ask } from '../../src/main/engine/hub/fetch-file.ts'
import { brings } from '../../src/main/engine/hub/range.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'
import { honestServer, noise } from './tiny-offer.ts'

const folder = temporaryFolder()
const head = (status: number, contentRange: string | null = null, contentLength: string | null = null) => ({
  ...{ status, contentRange, contentLength }
})

test.each([
  ['the rest', head(206, 'bytes 40-99/100', '60'), 'rest'],
  ['the rest of a length that is not said', head(206, 'bytes 40-99/*'), 'rest'],
  ['everything', head(200, null, '100'), 'whole'],
  ['everything, of a length that is not said', head(200), 'whole'],
  ['other bytes', head(206, 'bytes 39-99/100'), 'useless'],
  ['a range that is not understood', head(206, 'pages 40-99/100'), 'useless'],
  ['no range where one has to be', head(206), 'useless'],
  ['a shorter file', head(206, 'bytes 40-79/80'), 'useless'],
  ['nothing, for a range that is not there', head(416), 'useless'],
  ['a longer file', head(206, 'bytes 40-149/150'), 'too-long'],
  ['a longer answer', head(200, null, '101'), 'too-long'],
  ['a longer rest', head(206, 'bytes 40-99/100', '61'), 'too-long']
])('from byte 40 of 100 on comes %s', (_, answer, brought) => {
  expect(brings(answer, 40, 100)).toBe(brought)
})

/** What a server does with one question. */
const behaviours = fc.record({
  knowsRanges: fc.boolean(),
  shift: fc.constantFrom(0, 0, 0, -1, 1),
  sends: fc.double({ min: 0, max: 1.2, noNaN: true }),
  flips: fc.constantFrom(false, false, false, true),
  saysLength: fc.boolean()
})

test('whatever a server does, a file is the expected one or is not there, and what is written is never longer', async () => {
  const content = noise(5000)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const expected = { path: 'f', sizeBytes: 5000, fingerprint: { kind: 'sha256', hex: sha256 }, sha256: null } as const

  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviours, { maxLength: 12 }),
      fc.integer({ min: 0, max: 6000 }),
      async (turns, left) => {
        const path = join(mkdtempSync(join(folder, 'f-')), 'f')
        if (left > 0) {
          // A part that an unclean end left, possibly with other bytes and too long.
          const note = { fingerprint: expected.fingerprint, sizeBytes: 5000, etag: null }
          writeFileSync(`${path}.part`, left % 3 === 0 ? noise(left + 1).subarray(1) : noise(left))
          writeFileSync(`${path}.part.json`, JSON.stringify(note))
        }
        let turn = 0
        const ask: Ask = headers => {
          const does = turns[turn++] ?? { knowsRanges: true, shift: 0, sends: 1, flips: false, saysLength: true }
          const asked = does.knowsRanges ? Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0) : 0
          const from = asked === 0 ? 0 : Math.min(4999, Math.max(0, asked + does.shift))
          const body = Buffer.concat([content.subarray(from), Buffer.alloc(1000)])
          const bytes = Buffer.from(body.subarray(0, Math.floor((5000 - from) * does.sends)))
          if (does.flips && bytes.length > 0) bytes[bytes.length >> 1]! ^= 1
          const response = new Response(bytes, {
            status: asked > 0 ? 206 : 200,
            headers: {
              ...(asked > 0 ? { 'content-range': `bytes ${from}-4999/5000` } : {}),
              ...(does.saysLength ? { 'content-length': String(5000 - from) } : {})
            }
          })
          return Promise.resolve({ response, passed: [] })
        }
        const work = fetchFile(expected, path, ask, { signal: new AbortController().signal, waitFactor: 0 })
        try {
          for (;;) {
            const { done, value } = await work.next()
            if (done === true) {
              expect(value).toBe(sha256)
              expect(readFileSync(path).equals(content)).toBe(true)
              return
            }
            expect(value).toBeLessThanOrEqual(5000)
          }
        } catch (error) {
          if (!(error instanceof EngineError)) throw error
          expect(['model-broken', 'network']).toContain(error.code)
          expect(() => readFileSync(path)).toThrow('ENOENT')
          // The next time, with a server in its right mind, it is there.
          const again = fetchFile(expected, path, honestServer(content), {
            signal: new AbortController().signal,
            waitFactor: 0
          })
          while ((await again.next()).done !== true);
          expect(readFileSync(path).equals(content)).toBe(true)
        }
      }
    ),
    { numRuns: 150 }
  )
})
