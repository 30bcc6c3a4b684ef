import { createContext } from 'svelte'
import type { AlertsState } from './state/alerts.svelte.ts'
import type { ConnectionState } from './state/connection.svelte.ts'
import type { ExcludedState } from './state/excluded.svelte.ts'
import type { SayingState } from './state/saying.svelte.ts'

/**
 * A modal dialog makes the page behind it inert, so whatever lies on top says what went wrong, and what can be undone: the page and each dialog take
 * it from here.
 */
export const [getTrouble, setTrouble] = createContext<{
  alerts: AlertsState
  connection: ConnectionState
  excluded: ExcludedState
  saying: SayingState
}>()
