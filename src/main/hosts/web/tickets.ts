import { isSameSecret, newSecret } from './page-keys.ts'

/** Long enough to go from the terminal to another browser, short enough that an old scrollback opens nothing. */
export const ticketLifeMs = 10 * 60_000
/** Nobody opens more pages in ten minutes; the oldest ticket makes room. */
const mostTickets = 200
/** Wrong tickets a minute that are told so; further ones are told to wait. */
export const wrongTicketsAMinute = 10

interface Ticket {
  readonly secret: string
  readonly untilMs: number
  readonly onGone: () => void
}

/**
 * Tickets admit one page each, once, within ten minutes, and only for this start of the host: they are nowhere but in its
 * memory, and where the person finds them.
 */
export class Tickets {
  readonly #now: () => number
  #tickets: readonly Ticket[] = []
  #wrongAtMs: readonly number[] = []

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** @param onGone  called once, when the ticket is spent, too old, or in the way */
  issue(onGone: () => void = () => undefined): string {
    this.sweep()
    const ticket = { secret: newSecret(), untilMs: this.#now() + ticketLifeMs, onGone }
    const tickets = [...this.#tickets, ticket]
    for (const gone of tickets.slice(0, -mostTickets)) gone.onGone()
    this.#tickets = tickets.slice(-mostTickets)
    return ticket.secret
  }

  /** 'too-often' is a wrong one too. A right ticket is never refused for the wrong ones of others: that would be a way to lock the person out. */
  spend(given: string): 'admitted' | 'wrong' | 'too-often' {
    this.sweep()
    // Every one is compared, so that time does not tell where a search ended.
    const spent = this.#tickets.filter(({ secret }) => isSameSecret(given, secret))
    if (spent.length > 0) {
      this.#remove(ticket => spent.includes(ticket))
      return 'admitted'
    }
    const nowMs = this.#now()
    this.#wrongAtMs = [...this.#wrongAtMs.filter(atMs => atMs > nowMs - 60_000), nowMs].slice(-wrongTicketsAMinute - 1)
    return this.#wrongAtMs.length > wrongTicketsAMinute ? 'too-often' : 'wrong'
  }

  /** Forgets what is too old. */
  sweep(): void {
    const nowMs = this.#now()
    this.#remove(({ untilMs }) => untilMs <= nowMs)
  }

  clear(): void {
    this.#remove(() => true)
  }

  #remove(isGone: (ticket: Ticket) => boolean): void {
    const gone = this.#tickets.filter(isGone)
    this.#tickets = this.#tickets.filter(ticket => !isGone(ticket))
    for (const ticket of gone) ticket.onGone()
  }
}
