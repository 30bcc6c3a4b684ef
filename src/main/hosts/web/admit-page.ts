import type { IncomingMessage, ServerResponse } from 'node:http'
import { readInput, send, sendError } from './http-messages.ts'
import { isPageId, isSecret, type PageKeys } from './page-keys.ts'
import type { Tickets } from './tickets.ts'

/** What is asked here is a few short words. */
const bodyLimitBytes = 4096

/** What there is to admit pages with. */
export interface Door {
  readonly tickets: Tickets
  /** @param hasFile  whether a file is written that leads a browser there */
  newTicket(hasFile: boolean): HandedTicket
  /** Shuts every page out that was admitted until now. */
  revoke(): void
}

export interface HandedTicket {
  /** With the ticket in its fragment, which browsers send to nobody. */
  readonly address: string
  /** Leads a browser there; gone when the ticket is. null when none was asked for, or there is no folder for it. */
  readonly file: string | null
}

/**
 * `POST /admission/…`: `ticket` and `hello` for a page that is not admitted yet, `page`, `tickets` and `revoke` for one that is.
 * See [Note: how a page is admitted].
 *
 * @param keys  of the address that the request came to
 */
export async function admitPage(
  door: Door,
  keys: PageKeys,
  what: string,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> {
  const input = await readInput(request, response, bodyLimitBytes)
  if (input === null) return
  const asked = fieldsOf(input.value)
  const pageId = keys.pageOf(request.headers.authorization)
  const reply = (value: unknown): void => send(response, 200, 'application/json', JSON.stringify({ value }))

  if (what === 'ticket') takeTicket(door, keys, asked.ticket, reply, response)
  else if (what === 'hello') {
    if (isPageId(asked.pageId) && isSecret(asked.nonce)) reply(keys.prove(asked.pageId, asked.nonce))
    else refuse(response, 400, 'A page says who it is, and a number of its choice.')
  } else if (!['page', 'tickets', 'revoke'].includes(what)) refuse(response, 404, 'There is nothing here.')
  else if (pageId === null) refuse(response, 401, notAdmitted)
  else if (what === 'page') reply(keys.pageKey(pageId))
  else if (what === 'tickets') reply(door.newTicket(asked.hasFile === true))
  else {
    door.revoke()
    reply(null)
  }
}

export const notAdmitted =
  'Reverie is here, but this page has not been let in. `reverie open` opens one that is: npm run -s reverie -- open'

function takeTicket(
  door: Door,
  keys: PageKeys,
  ticket: unknown,
  reply: (value: unknown) => void,
  response: ServerResponse
): void {
  const outcome = isSecret(ticket) ? door.tickets.spend(ticket) : 'wrong'
  if (outcome === 'admitted') reply(keys.newPage())
  else if (outcome === 'wrong') refuse(response, 401, 'This ticket was used already, is too old, or was never one.')
  else {
    response.setHeader('Retry-After', '60')
    refuse(response, 429, 'Too many wrong tickets were tried. Wait a minute; a right one is taken at any time.')
  }
}

function fieldsOf(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {}
}

function refuse(response: ServerResponse, status: number, message: string): void {
  sendError(response, { code: status === 404 ? 'not-found' : 'bad-input', message, detail: {} }, status)
}
