import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { pageTexts, type PageKey, type Proof } from '../../../src/shared/wire.ts'
import { DoorFolder } from '../../../src/main/hosts/web/door-folder.ts'
import { serveHttp } from '../../../src/main/hosts/web/http.ts'
import { callKey, newSecret, sign } from '../../../src/main/hosts/web/page-keys.ts'
import { smallEngine, type SmallEngine } from '../../contract/contract-suite.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

export interface Question {
  path?: string
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Buffer
}

/** Not `fetch`: it would tidy up addresses and headers that are meant to be odd. */
export function ask(origin: string, { path = '/', method = 'GET', headers = {}, body }: Question): Promise<Answer> {
  const { hostname, port, host } = new URL(origin)
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, path, method, headers: { Host: host, ...headers } }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('latin1')
        })
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** As a page does it, each step by hand. */
export async function admitByHand(origin: string, ticket: string): Promise<Admitted> {
  const page = valueOf(await postJson(origin, '/admission/ticket', { ticket })) as PageKey
  const nonce = newSecret()
  const { boot, proof } = valueOf(await postJson(origin, '/admission/hello', { pageId: page.pageId, nonce })) as Proof
  if (proof !== sign(page.key, pageTexts.proof(origin, nonce, boot))) throw new Error('The host has not proved itself.')
  return {
    page,
    authorization: `Reverie ${page.pageId}.${callKey(page.key, origin, boot)}`,
    media: `/media/${page.pageId}/${sign(page.key, pageTexts.media(origin, boot))}`
  }
}

export interface Admitted {
  readonly page: PageKey
  readonly authorization: string
  /** In front of `/thumbnail/7`. */
  readonly media: string
}

export function postJson(origin: string, path: string, input: unknown, headers: Question['headers'] = {}) {
  const body = JSON.stringify(input)
  return ask(origin, { path, method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } })
}

export function valueOf({ status, text }: Answer): unknown {
  if (status !== 200) throw new Error(`Refused with ${status}: ${text}`)
  return (JSON.parse(text) as { value: unknown }).value
}

export const ticketIn = (address: string): string => new URL(address).hash.replace('#ticket=', '')

/** A running host with a small page, and two ways to ask it: as a stranger, and as an admitted page. */
export async function runningPage({ now, port }: { now?: () => number; port?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'reverie-page-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'page', 'assets', 'main-1a2b.js'), 'export {}')
  writeFileSync(join(folder, 'secret.html'), 'not for you')
  const engine: SmallEngine = smallEngine()
  const serve = async (at?: number) =>
    serveHttp(engine, {
      rendererFolder: join(folder, 'page'),
      doorFolder: DoorFolder.open(join(folder, 'data')),
      ...(at === undefined ? {} : { address: { host: '127.0.0.1', port: at } }),
      ...(now === undefined ? {} : { now })
    })
  let host = await serve(port)
  onTestFinished(async () => {
    await host.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const { origin } = host
  const bound = Number(new URL(origin).port)
  const admitted = await admitByHand(origin, ticketIn(host.newTicket(false).address))
  const stranger = (question: Question = {}): Promise<Answer> => ask(origin, question)
  const friend = (question: Question = {}): Promise<Answer> =>
    stranger({ ...question, headers: { Authorization: admitted.authorization, ...question.headers } })
  const call = (method: string, body: string | Buffer, headers: Question['headers'] = {}): Promise<Answer> =>
    friend({
      path: `/call/${method}`,
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', ...headers }
    })
  return {
    ...{ engine, folder, port: bound, admitted, stranger, friend, call },
    /** The one that runs now. */
    host: () => host,
    /** Closes it and starts another in the same data folder, at the same port. */
    async restart() {
      await host.close()
      host = await serve(bound)
    }
  }
}
