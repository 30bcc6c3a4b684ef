import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReadFailure, Unreachable } from '../../base/domain.ts'
import { systemCodeOf, reasonOf } from '../../stages/library/folder-listing.ts'
import { identityOf } from '../../stages/library/identity.ts'
import type { Store, WorkItem } from '../../store/store.ts'
import { containedHash, hashOfItem } from './hash-found.ts'
import { absolutePath } from './read-files.ts'

/** A pipe would wait for a writer when it is opened. */
const withoutWaiting = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0)

/** Why a file could not be read. */
export type WhyUnread =
  /** It was read, and what is in it cannot be used. The hash is of what is in it now, as far as that is known. */
  | { readonly kind: 'content'; readonly contentHash: string | null }
  /** It cannot be read now, which says nothing of what is in it. */
  | (Unreachable & {
      readonly kind: 'unreachable'
      /** The device that is lost with all that is on it below the place; null when only this file is. */
      readonly lostDevice: string | null
      /** The chosen folder itself does not answer. */
      readonly isWholeFolder: boolean
    })
  /** It is not there, or is being written, while its folder is as it was: another look at the folder tells what became of it. */
  | { readonly kind: 'look-again' }

/**
 * Asks the file system what was behind a failed reading, because a decoder may only see that its bytes ended: a disk that is
 * lost, a file that was taken away or that is being written, or the content itself.
 */
export async function whyUnread(
  item: WorkItem,
  failure: ReadFailure,
  store: Pick<Store, 'containers'>
): Promise<WhyUnread> {
  const path = absolutePath(item, item.path)
  const isContained = containedHash(item, store) !== undefined
  const now = isContained ? { ...item, ...(await codeOf(dirname(path))) } : await probe(path)
  const code = 'code' in now ? now.code : failure.systemCode
  if (code === undefined) {
    const isOtherwise = 'code' in now || now.sizeBytes !== item.sizeBytes || now.modifiedMs !== item.modifiedMs
    if (isOtherwise || failure.changedMeanwhile === true) return { kind: 'look-again' }
    // Only an older reading of the same content is worth another reading of the whole file.
    const contentHash =
      failure.contentHash ?? (item.contentHash === null ? null : await hashOfItem(item, store).catch(() => null))
    return { kind: 'content', contentHash }
  }
  const place = await nearestFolder(item)
  if ('reason' in place)
    return { kind: 'unreachable', ...place, lostDevice: item.device ?? null, isWholeFolder: place.place === '' }
  if (item.device != null && place.device !== item.device)
    return {
      kind: 'unreachable',
      place: place.place,
      reason: 'The disk that it was on is not there now, or another one is in its place.',
      lostDevice: item.device,
      isWholeFolder: false
    }
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'look-again' }
  const reason = reasonOf(Object.assign(new Error(code), { code }))
  return { kind: 'unreachable', place: item.path, reason, lostDevice: null, isWholeFolder: false }
}

/** What the file system has against reading the file that a note is in; its size and time are not the note's. */
async function codeOf(path: string): Promise<{ code?: string }> {
  const now = await probe(path)
  return 'code' in now ? now : {}
}

/** Reads a byte, because a file may have a size and a time on a disk that gives no content any more. */
async function probe(path: string): Promise<{ sizeBytes: number; modifiedMs: number } | { code: string }> {
  try {
    const file = await open(path, withoutWaiting)
    try {
      const found = await file.stat()
      if (found.isFile()) await file.read(new Uint8Array(1), 0, 1, 0)
      return { sizeBytes: found.size, modifiedMs: Math.floor(found.mtimeMs) }
    } finally {
      await file.close()
    }
  } catch (error) {
    return { code: systemCodeOf(error) }
  }
}

/** The nearest folder above a file that is there, or the one that does not answer. */
async function nearestFolder(item: WorkItem): Promise<{ place: string; device: string } | Unreachable> {
  for (let path = item.path; ;) {
    const place = path.includes('/') ? dirname(path) : ''
    const absolute = place === '' ? item.folderPath : absolutePath(item, place)
    try {
      if ((await stat(absolute)).isDirectory())
        return { place, device: String((await identityOf(absolute, null)).device) }
      if (place === '') return { place, reason: 'The chosen folder is not there now.' }
    } catch (error) {
      const code = systemCodeOf(error)
      const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
      if (place === '') return { place, reason: isMissing ? 'The chosen folder is not there now.' : reasonOf(error) }
      if (!isMissing) return { place, reason: reasonOf(error) }
    }
    path = place
  }
}
