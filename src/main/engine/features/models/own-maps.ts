import { spaceName, type ActiveModel } from '../../base/active-model.ts'
import type { Tower } from '../../base/domain.ts'
import type { Store } from '../../store/store.ts'

/**
 * The setting that lists, by model key, the projectors that packs brought themselves and that were used. Projections are stored
 * under the projector's id, and a pack can be replaced by one with another projector, so the id must outlive the pack.
 */
const setting = 'packMaps'

type PackMaps = Readonly<Record<string, readonly string[]>>

/** Records that projections by this model's own projector may be stored. */
export function rememberMap({ settings }: Pick<Store, 'settings'>, { key, card }: ActiveModel): void {
  const maps = mapsIn(settings)
  const id = card.baseProjector?.id
  const known = maps[key] ?? []
  if (id !== undefined && !known.includes(id)) settings.set(setting, { ...maps, [key]: [...known, id] })
}

/** Removes the record, once no projection by these projectors is stored. */
export function forgetMaps({ settings }: Pick<Store, 'settings'>, key: string): void {
  settings.set(setting, Object.fromEntries(Object.entries(mapsIn(settings)).filter(([name]) => name !== key)))
}

/** The spaces in which projections of a model may be stored: by the packs' own projectors and by trained versions. */
export function spacesOf(key: string, { settings, projectorVersions }: Store): string[] {
  const ids = [...(mapsIn(settings)[key] ?? []), ...projectorVersions.list(key).map(({ projectorId }) => projectorId)]
  const towers: readonly Tower[] = ['image', 'text']
  return ids.flatMap(id => towers.map(tower => spaceName(id, tower)))
}

function mapsIn(settings: Store['settings']): PackMaps {
  return (settings.get(setting) as PackMaps | undefined) ?? {}
}
