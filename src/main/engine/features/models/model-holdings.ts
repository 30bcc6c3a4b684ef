import type { ModelStatus } from '../../../../shared/models.ts'
import type { Tower } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { dropSpaces } from '../projecting/project-version.ts'
import { speedOf } from '../indexing/speed.ts'
import { spaceName, type ActiveModel } from '../../base/active-model.ts'
import type { FoundPack } from './found-packs.ts'
import type { Store } from '../../store/store.ts'

/** Rows that are deleted in one step: a search waits no longer than for one. */
const stepRows = 512

/** The setting that remembers, by model key, which packs' own maps were used: projections are named after maps. */
const remembered = 'packMaps'

type PackMaps = Readonly<Record<string, readonly string[]>>

/** Which models answer, or are about to: what they use is nobody's to delete. */
export interface InUse {
  readonly active: ActiveModel | null
  readonly preparing: ActiveModel | null
}

/** Keeps in mind that projections of this model's own map may be stored. */
export function rememberMap({ settings }: Pick<Store, 'settings'>, { key, card }: ActiveModel): void {
  const maps = (settings.get(remembered) as PackMaps | undefined) ?? {}
  const id = card.baseProjector?.id
  const known = maps[key] ?? []
  if (id !== undefined && !known.includes(id)) settings.set(remembered, { ...maps, [key]: [...known, id] })
}

/** What the library has of a pack, and what that takes. */
export function holdingsOf(
  pack: FoundPack,
  packs: readonly FoundPack[],
  inUse: InUse,
  store: Store
): Pick<ModelStatus, 'encoded' | 'total' | 'embeddingBytes' | 'sharedBytes' | 'speed'> {
  const { towers, ids } = ownTowers(pack, packs, inUse, store)
  const sizes = ids.map(id => store.embeddings.bytes(id))
  const projections = sum(spacesOf(pack.key, store).map(space => store.projections.bytes(space)))
  return {
    encoded: encodedItems(pack.key, store),
    total: store.items.countRead(),
    embeddingBytes: sum(sizes) + projections,
    sharedBytes: sum(ids.map((id, i) => (towers.has(id) ? 0 : (sizes[i] ?? 0)))),
    speed: speedOf(store, pack.key)
  }
}

/**
 * Deletes what is stored of a pack's embeddings and projections, in steps. What another pack that has items shares with it
 * stays; versions of its map stay too: they are small, and were learned. Killed anywhere, what is left is whole.
 * @returns the bytes of what was deleted
 * @throws EngineError busy when it answers now, or is being prepared
 */
export async function forgetModel(
  pack: FoundPack,
  packs: readonly FoundPack[],
  inUse: InUse,
  store: Store
): Promise<number> {
  const { key } = pack
  if (inUse.active?.key === key || inUse.preparing?.key === key)
    throw new EngineError(
      'busy',
      `${pack.name} is in use, or being prepared, so what it encoded is needed. Nothing was deleted. Choose another model first.`
    )
  const own = [...ownTowers(pack, packs, inUse, store).towers]
  const spaces = spacesOf(key, store).filter(
    space =>
      ![inUse.active, inUse.preparing].some(model => model?.space('image') === space || model?.space('text') === space)
  )
  const freed =
    sum(own.map(id => store.embeddings.bytes(id))) + sum(spaces.map(space => store.projections.bytes(space)))

  // First what says that anything is there: a model whose rows are half gone must never look complete.
  for (const name of [key, ...own]) {
    let after: number | null = 0
    while (after !== null) {
      after = store.items.forgetEncoded(name, after)
      await turn()
    }
  }
  const control = { signal: new AbortController().signal, pace: () => Promise.resolve() }
  const dropping = dropSpaces(store, spaces, control)
  while ((await dropping.next()).done !== true) continue
  for (const id of own) {
    while (store.embeddings.deleteRows(id, stepRows) > 0) await turn()
    store.embeddings.deleteEncoder(id)
  }
  const maps = Object.entries((store.settings.get(remembered) as PackMaps | undefined) ?? {})
  store.settings.set(remembered, Object.fromEntries(maps.filter(([name]) => name !== key)))
  return freed
}

/** A pack's towers, and which of them no other model has anything of. */
function ownTowers(
  { packId, key, image, text }: FoundPack,
  packs: readonly FoundPack[],
  { active, preparing }: InUse,
  store: Store
): { ids: readonly string[]; towers: ReadonlySet<string> } {
  const others = packs.filter(
    other => other.packId !== packId && other.key !== key && encodedItems(other.key, store) > 0
  )
  const shared = new Set([
    ...others.flatMap(other => [other.image.id, other.text.id]),
    ...[active, preparing].flatMap(model =>
      model === null || model.key === key ? [] : [model.card.image.id, model.card.text.id]
    )
  ])
  const ids = [image.id, text.id]
  return { ids, towers: new Set(ids.filter(id => !shared.has(id))) }
}

function spacesOf(key: string, store: Store): string[] {
  const maps = (store.settings.get(remembered) as PackMaps | undefined) ?? {}
  const ids = [...(maps[key] ?? []), ...store.projectorVersions.list(key).map(({ projectorId }) => projectorId)]
  const towers: readonly Tower[] = ['image', 'text']
  return ids.flatMap(id => towers.map(tower => spaceName(id, tower)))
}

function encodedItems(key: string, { items }: Store): number {
  return items.countRead() - items.countUnencoded(key)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function turn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
