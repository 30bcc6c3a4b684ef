import { stat } from 'node:fs/promises'
import { isAbsolute, normalize } from 'node:path'
import type { ExcludeInput, Exclusion, IncludeInput } from '../../../../shared/excluding.ts'
import type { FolderId, ItemId } from '../../base/domain.ts'
import { config } from '../../base/config.ts'
import { giveWay, inTurns } from '../../base/give-way.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { forgetItems } from './forget-items.ts'
import type { IndexingParts } from './parts.ts'
import type { StoredFolder } from '../../store/store.ts'
import { pathWithin } from '../../store/paths.ts'

type Parts = Pick<IndexingParts, 'store' | 'galleries' | 'indexing'>

/** A place inside a chosen folder. */
interface Place {
  readonly folderId: FolderId
  readonly path: string
  readonly isFolder: boolean
  /** Of what is there and has items. */
  readonly itemIds: readonly ItemId[]
}

/**
 * Takes items, or what is at these places, out of the library: all or none. Of a file that was not read yet the next run
 * learns the content, which is what it is followed by when it is moved.
 */
export async function exclude(input: ExcludeInput, parts: Parts, nowMs: number): Promise<Exclusion> {
  return 'itemIds' in input ? excludeItems(input.itemIds, parts, nowMs) : excludePlaces(input.paths, parts, nowMs)
}

async function excludeItems(itemIds: readonly ItemId[], parts: Parts, nowMs: number): Promise<Exclusion> {
  const { store, indexing } = parts
  const there = [...new Set(itemIds)].filter(itemId => store.items.exists(itemId))
  if (there.length === 0)
    throw new EngineError(
      'not-found',
      'None of this is in the library any more. Nothing was changed. Its files may have been moved or deleted.'
    )
  const excludedIds: number[] = []
  await forgetNamed(there, parts, () => {
    excludedIds.push(...there.flatMap(itemId => store.excluded.addItem(itemId, null, nowMs) ?? []))
  })
  indexing.changed()
  return { excludedIds, files: there.length }
}

async function excludePlaces(paths: readonly string[], parts: Parts, nowMs: number): Promise<Exclusion> {
  const { store, indexing } = parts
  const folders = store.folders.all()
  const places: Place[] = []
  for (const path of paths) places.push(await placeOf(path, folders, parts))
  // Files go first: one that was named is not an item any more when a kill leaves the rest of a folder to the next run.
  places.sort((a, b) => Number(a.isFolder) - Number(b.isFolder))

  const excludedIds = new Set<number>()
  /** The folder that takes an item with it. */
  const within = new Map<ItemId, Place>()
  for (const place of places) await inTurns(place.itemIds, itemId => within.set(itemId, place))
  const idOf = new Map<Place, number>()
  const name = (place: Place): void => {
    const { folderId, path, isFolder, itemIds } = place
    const [only] = itemIds
    if (!isFolder && only !== undefined) {
      const excludedId = store.excluded.addItem(only, null, nowMs)
      if (excludedId !== undefined) excludedIds.add(excludedId)
      return
    }
    const named = { path, isFolder, sizeBytes: 0, modifiedMs: 0, contentHash: null }
    const excludedId = store.excluded.add(folderId, named, nowMs)
    excludedIds.add(excludedId)
    idOf.set(place, excludedId)
  }
  const there = [...within.keys()]
  await forgetNamed(
    there,
    parts,
    () => {
      for (const place of places) name(place)
    },
    itemId => {
      const place = within.get(itemId)
      const excludedId = place && idOf.get(place)
      if (excludedId !== undefined) store.excluded.addItem(itemId, excludedId, nowMs)
    }
  )
  indexing.changed()
  // Files that were not indexed yet are counted by a scan.
  indexing.request()
  return { excludedIds: [...excludedIds], files: there.length }
}

/**
 * Everything is named in the commit that takes the first items out, so that a kill leaves all of it named or nothing; items that are
 * named and still there are taken out by the next run.
 */
async function forgetNamed(
  itemIds: readonly ItemId[],
  parts: Parts,
  name: () => void,
  onForget: (itemId: ItemId) => void = () => undefined
): Promise<void> {
  const [first] = itemIds
  await forgetItems(itemIds, parts, itemId => {
    if (itemId === first) name()
    onForget(itemId)
  })
  // What was not indexed yet has no items.
  if (first === undefined) parts.store.transaction(name)
}

/** @throws EngineError bad-input or not-found */
async function placeOf(given: string, folders: readonly StoredFolder[], { store }: Parts): Promise<Place> {
  const { folderId, path } = within(given, folders)
  if (path === '')
    throw new EngineError(
      'bad-input',
      `${given} is a folder of the library itself. Nothing was changed. Remove it from the library instead; its files are not touched.`,
      { path: given }
    )
  const itemId = store.items.findPath(normalize(given))
  if (itemId !== undefined) return { folderId, path, isFolder: false, itemIds: [itemId] }
  const itemIds = store.items.below(folderId, path)
  const found = await stat(given).catch(() => null)
  if (found === null && itemIds.length === 0)
    throw new EngineError('not-found', `There is no file and no folder ${given}. Nothing was changed.`, { path: given })
  return { folderId, path, isFolder: found?.isDirectory() ?? true, itemIds }
}

/** Takes exclusions back; indexing finds the files again. @returns the id of the job that does */
export async function include(input: IncludeInput, { store, indexing }: Parts): Promise<string> {
  const ids = chosenIds(input, store)
  // What a scan found in them goes first, a little at a time. A kill leaves them named, and the next scan finds it again.
  for (const excludedId of ids) while (store.excluded.forgetWithin(excludedId, config.pageSize) > 0) await giveWay()
  if (store.excluded.remove(ids).length === 0)
    throw new EngineError(
      'not-found',
      input.excludedIds === undefined && input.paths === undefined
        ? 'Nothing is excluded. Nothing was changed.'
        : 'Nothing of this is excluded by itself. Nothing was changed. A file in an excluded folder comes back with that folder.'
    )
  indexing.changed()
  return indexing.request()
}

function chosenIds({ excludedIds, paths }: IncludeInput, store: Parts['store']): readonly number[] {
  const folders = store.folders.all()
  const below = new Map<FolderId, Set<string>>()
  if (excludedIds === undefined && paths === undefined) {
    for (const { folderId } of folders) below.set(folderId, new Set(['']))
  }
  for (const given of paths ?? []) {
    const { folderId, path } = within(given, folders)
    below.set(folderId, (below.get(folderId) ?? new Set()).add(path))
  }
  // Asked once a folder, however many paths there are.
  const byPath = [...below].flatMap(([folderId, those]) => store.excluded.namedBelow(folderId, those))
  return [...(excludedIds ?? []), ...byPath]
}

/** @throws EngineError bad-input for what is in no chosen folder */
export function within(given: string, folders: readonly StoredFolder[]): { folderId: FolderId; path: string } {
  if (!isAbsolute(given))
    throw new EngineError(
      'bad-input',
      `“${given}” is not a whole path. Nothing was changed. Give it with its full path.`
    )
  const whole = normalize(given).replace(/(?<=[^/\\])[/\\]$/, '')
  for (const folder of folders) {
    const path = pathWithin(folder.path, whole)
    if (path !== undefined) return { folderId: folder.folderId, path }
  }
  throw new EngineError('bad-input', `${given} is in none of the library’s folders. Nothing was changed.`, {
    path: given
  })
}
