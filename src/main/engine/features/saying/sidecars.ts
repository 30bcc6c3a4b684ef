import { lstat, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { WrittenSidecars } from '../../../../shared/saying.ts'
import { diskTrouble } from '../../base/disk-trouble.ts'
import type { FolderId, ItemId, KnownFile } from '../../base/domain.ts'
import { EngineError, messageOf } from '../../../../shared/errors.ts'
import { matchSidecars, sidecarStamp } from '../../stages/library/sidecars.ts'
import type { Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import type { SidecarStamp } from '../../workers/merge-sidecar.ts'

interface Deps {
  readonly store: Store
  /** The process that reads untrusted bytes. */
  readonly encoder: Pick<EncoderProcess, 'mergeSidecar'>
}

/**
 * Writes what the person said of photos into XMP files beside them, `NAME.EXT.xmp`. No photo is written to; what a sidecar of
 * others holds stays. One that cannot be written is listed with its reason, and the others are written.
 *
 * @param itemIds  photos; null for all of which something was said
 * @throws EngineError not-found when none of the items is there; what refused the first file when none could be written
 */
export async function writeSidecars(
  itemIds: readonly ItemId[] | null,
  { store, encoder }: Deps,
  signal: AbortSignal
): Promise<WrittenSidecars> {
  const wanted = itemIds ?? store.ownWords.kept().flatMap(({ contentHash }) => store.items.findContent(contentHash))
  const photos = [...store.items.summaries([...new Set(wanted)]).values()].filter(({ kind }) => kind === 'photo')
  if (itemIds !== null && photos.length === 0)
    throw new EngineError('not-found', 'None of these photos is in the library any more. Nothing was written.')
  const failed: { path: string; reason: string }[] = []
  let firstError: Error | null = null
  let written = 0
  let same = 0
  for (const { itemId, folderId, path } of photos) {
    signal.throwIfAborted()
    try {
      const isWritten = await writeSidecar(itemId, path, { store, encoder })
      if (isWritten) await follow(itemId, path, knownFile(folderId, itemId, store), store)
      if (isWritten) written++
      else same++
    } catch (error) {
      firstError ??= error instanceof Error ? error : new Error(String(error))
      failed.push({ path, reason: messageOf(error) })
    }
  }
  if (written + same === 0 && firstError !== null) throw firstError
  return { written, same, failed }
}

/** @returns false when the sidecar says it already. @throws EngineError */
async function writeSidecar(itemId: ItemId, photo: string, { store, encoder }: Deps): Promise<boolean> {
  const path = `${photo}.xmp`
  const contentHash = store.items.reading(itemId)?.contentHash ?? ''
  const own = store.ownWords.get(contentHash)
  const words = {
    caption: own?.caption ?? null,
    tags: own?.addedTags ?? [],
    isFavourite: own?.isFavourite ?? false
  }
  if ((await stat(photo).catch(() => null)) === null)
    throw new EngineError('not-found', `${photo} cannot be reached now, so nothing was written beside it.`, { path })
  const merged = await encoder.mergeSidecar({ path, words })
  if (merged.kind === 'same') return false
  if (merged.kind === 'refused') throw new EngineError('bad-input', merged.reason, { path })
  try {
    await replace(path, merged.content, merged.stamp)
  } catch (error) {
    throw refusal(error, path)
  }
  return true
}

/**
 * Whole or not at all: written beside it under a name that no scan takes for a sidecar, synced, and renamed. A sidecar that
 * somebody else has changed since it was read stays.
 */
async function replace(path: string, content: string, before: SidecarStamp | null): Promise<void> {
  const part = join(dirname(path), `.${basename(path)}.new`)
  // Begun anew, never opened: what lies there may be a link to somewhere else.
  await rm(part, { force: true })
  const file = await open(part, 'wx', before?.mode ?? 0o666)
  try {
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    const now = await lstat(path).catch(() => null)
    if (now?.size !== before?.sizeBytes || now?.mtimeMs !== before?.modifiedMs)
      throw new EngineError('busy', `${path} was changed by another program just now. It was left as it is. Try again.`)
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    throw error
  }
}

function refusal(error: unknown, path: string): unknown {
  const told = diskTrouble(error)
  if (!(told instanceof EngineError)) return error
  if (told.code !== 'read-only') return told
  return new EngineError(
    'read-only',
    `Reverie may not write beside the photo: ${path}. Nothing was changed. Allow it to write into that folder, or keep what you said in Reverie alone.`,
    { path }
  )
}

/** The next scan is to see what is there now as known: its words are the person's own, which the library has already. */
async function follow(itemId: ItemId, photo: string, known: KnownFile | undefined, store: Store): Promise<void> {
  if (known === undefined) return
  const folder = dirname(photo)
  const names = (await readdir(folder)).filter(name => /\.(xmp|json)$/i.test(name))
  const own = (await matchSidecars([basename(photo)], names)).get(basename(photo)) ?? []
  const seen = await Promise.all(
    own.map(async name => {
      const { size, mtimeMs } = await stat(join(folder, name))
      return { name, sizeBytes: size, modifiedMs: Math.floor(mtimeMs) }
    })
  )
  const slash = known.path.lastIndexOf('/')
  const below = slash < 0 ? '' : known.path.slice(0, slash + 1)
  store.items.relocate(itemId, {
    ...known,
    sidecarPaths: own.map(name => below + name),
    sidecarStamp: sidecarStamp(seen)
  })
}

function knownFile(folderId: FolderId, itemId: ItemId, store: Store): KnownFile | undefined {
  return store.items.inFolder(folderId, { from: itemId, to: itemId + 1 })[0]
}
