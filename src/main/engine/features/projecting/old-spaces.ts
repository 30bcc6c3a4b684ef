import type { ActiveModel } from '../../base/active-model.ts'
import { config } from '../../base/config.ts'
import { giveWay } from '../../base/give-way.ts'
import type { Control } from '../../base/job-queue.ts'
import type { Store } from '../../store/store.ts'

/**
 * Spaces whose projections are to be deleted, as the switch that made them old wrote them down: a full disk or a kill may have
 * kept it from deleting them. No question meets them, but they take room.
 */
const setting = 'oldSpaces'

export function oldSpaces({ settings }: Pick<Store, 'settings'>): readonly string[] {
  return (settings.get(setting) as readonly string[] | undefined) ?? []
}

export function rememberOld({ settings }: Pick<Store, 'settings'>, spaces: readonly string[]): void {
  settings.set(setting, spaces.length === 0 ? undefined : spaces)
}

/** Where a model's projections are. */
export function spacesOf(model: ActiveModel): string[] {
  return [model.space('image'), model.space('text')]
}

/** Before anything is projected into them again. */
export function keepSpaces(store: Pick<Store, 'settings'>, spaces: readonly string[]): void {
  const old = oldSpaces(store)
  if (old.some(space => spaces.includes(space)))
    rememberOld(
      store,
      old.filter(space => !spaces.includes(space))
    )
}

/** Deletes them in steps, but for those of the model that answers. @returns how many rows were deleted, as it goes on */
export async function* dropOldSpaces(
  store: Store,
  model: ActiveModel | null,
  control: Control
): AsyncGenerator<number> {
  if (model !== null) keepSpaces(store, spacesOf(model))
  for (let [space] = oldSpaces(store); space !== undefined; [space] = oldSpaces(store)) {
    const isOld = (): boolean => oldSpaces(store).includes(space)
    for (;;) {
      await control.pace()
      // Its version may have been chosen again meanwhile.
      const deleted = isOld() ? store.projections.deleteRows(space, config.projectSaveRows) : 0
      if (deleted === 0) break
      yield deleted
      await giveWay()
    }
    if (!isOld()) continue
    store.projections.deleteSpace(space)
    keepSpaces(store, [space])
  }
}
