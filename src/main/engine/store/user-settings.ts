import { availableParallelism } from 'node:os'
import type { Settings } from '../../../shared/settings.ts'
import type { Store } from './store.ts'

const defaults: Settings = {
  encoderThreads: null,
  watchFolders: true,
  hubUrl: null,
  isOffline: false,
  language: null
}

export function readSettings(store: Store): Settings {
  return { ...defaults, ...(store.settings.get('settings') as Partial<Settings> | undefined) }
}

export function changeSettings(store: Store, change: Partial<Settings>): Settings {
  const settings = { ...readSettings(store), ...change }
  store.settings.set('settings', settings)
  return settings
}

/** Half of the cores unless the user says otherwise: the machine stays theirs. */
export function encoderThreads(settings: Settings): number {
  return settings.encoderThreads ?? Math.max(1, Math.floor(availableParallelism() / 2))
}
