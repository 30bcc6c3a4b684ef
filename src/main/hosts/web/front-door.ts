import type { Door, HandedTicket } from './admit-page.ts'
import type { DoorFolder } from './door-folder.ts'
import { newSecret, pageKeys, type PageKeys } from './page-keys.ts'
import { ticketLifeMs, Tickets } from './tickets.ts'

/** Tickets in, keys out; see [Note: how a page is admitted]. */
export class FrontDoor implements Door {
  readonly tickets: Tickets
  readonly #keys = new Map<string, PageKeys>()
  readonly #origin: string
  readonly #folder: DoorFolder | undefined
  #key = newSecret()
  #revoked = new AbortController()

  /** @param origin  where tickets lead */
  constructor(origin: string, now: (() => number) | undefined, folder: DoorFolder | undefined) {
    this.#origin = origin
    this.#folder = folder
    this.tickets = new Tickets(now)
  }

  keysAt(origin: string): PageKeys {
    const keys = this.#keys.get(origin) ?? pageKeys(() => this.#folder?.key ?? this.#key, origin)
    this.#keys.set(origin, keys)
    return keys
  }

  newTicket(hasFile: boolean): HandedTicket {
    let file: string | null = null
    const folder = this.#folder
    const ticket = this.tickets.issue(() => {
      if (file !== null) folder?.removeTicketFile(file)
    })
    const address = `${this.#origin}/#ticket=${ticket}`
    if (hasFile) file = folder?.writeTicketFile(address) ?? null
    // What nobody opens is gone in time all the same.
    setTimeout(() => this.tickets.sweep(), ticketLifeMs + 1000).unref()
    return { address, file }
  }

  revoke(): void {
    if (this.#folder === undefined) this.#key = newSecret()
    else this.#folder.renewKey()
    this.tickets.clear()
    this.#revoked.abort()
    this.#revoked = new AbortController()
  }

  /** Aborted when those who listen now are shut out. */
  get revoked(): AbortSignal {
    return this.#revoked.signal
  }
}
