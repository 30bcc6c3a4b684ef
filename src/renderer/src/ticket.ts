/**
 * Takes the ticket out of the page's address, before anything else is done, and leaves the rest of the fragment. A fragment is
 * sent to no server; from here on it is not in the address or the history either.
 */
export function takeTicket(): string | null {
  const parts = fragment()
  const ticket = parts.get('ticket')
  if (ticket === null) return null
  parts.delete('ticket')
  const rest = parts.toString()
  history.replaceState(null, '', location.pathname + (rest === '' ? '' : `#${rest}`))
  return ticket
}

export const hasTicket = (): boolean => fragment().has('ticket')

function fragment(): URLSearchParams {
  return new URLSearchParams(location.hash.replace(/^#/u, ''))
}

const key = 'reverie.admission'

/** In this tab, for its reloads. Another tab has another ticket. */
export const keptAdmission = {
  get(): string | null {
    try {
      return sessionStorage.getItem(key)
    } catch {
      return null
    }
  },
  set(authorization: string): void {
    try {
      sessionStorage.setItem(key, authorization)
    } catch {
      // The browser stores nothing for this page: a reload needs another ticket, and says so.
    }
  },
  remove(): void {
    try {
      sessionStorage.removeItem(key)
    } catch {
      // It stored nothing.
    }
  }
}
