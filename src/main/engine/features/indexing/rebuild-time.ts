import type { Store } from '../../store/store.ts'
import { speedOf } from './speed.ts'

/** The setting: how long the last whole rebuild took, by the model that it was for. */
const remembered = 'rebuilds'
/** Fewer say nothing: starting takes most of their time. */
const fewestFiles = 20

type Rebuilds = Readonly<Record<string, { readonly files: number; readonly seconds: number }>>

/** Keeps what a rebuild took that went from its first file to its last. @param modelKey  '' without a model */
export function rememberRebuild(
  store: Pick<Store, 'settings'>,
  modelKey: string,
  files: number,
  seconds: number
): void {
  if (files < fewestFiles || seconds <= 0) return
  store.settings.set(remembered, { ...rebuilds(store), [modelKey]: { files, seconds: Math.round(seconds * 10) / 10 } })
}

/** About how long a rebuild takes: as the last one, by file, or by how fast the model encodes photos; null when neither is known. */
export function rebuildSeconds(
  store: Pick<Store, 'settings'>,
  modelKey: string,
  { files, photos }: { readonly files: number; readonly photos: number }
): number | null {
  const last = rebuilds(store)[modelKey]
  if (last !== undefined) return (last.seconds / last.files) * files
  const speed = speedOf(store, modelKey)
  return speed === null ? null : photos / speed.photosPerSecond
}

function rebuilds(store: Pick<Store, 'settings'>): Rebuilds {
  return (store.settings.get(remembered) as Rebuilds | undefined) ?? {}
}
