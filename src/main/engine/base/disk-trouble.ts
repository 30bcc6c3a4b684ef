import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'

/** What SQLite says of a disk that is full or refuses; some of it only the disk itself can tell apart. */
const doubtful = /^SQLITE_(CANTOPEN|IOERR_(WRITE|FSYNC|DIR_FSYNC|TRUNCATE|SHMSIZE|SHMMAP|SHMOPEN))/
/** What fails so was to be written, not read. */
const writingCalls: ReadonlySet<string | undefined> = new Set(['mkdir', 'rename', 'unlink', 'rmdir', 'write'])
/** How files are called while they are written: nobody opens these to read. */
const beingWritten = /\.(new|part|part\.json|next|pid)$/
/** No file of ours is smaller than what is reported as free when nothing can be written any more. */
const nothingFreeBytes = 64 * 1024

/**
 * What the disk refuses, for a person: `disk-full` or `read-only`. Everything else passes as it is.
 *
 * @param folder  that was written to, for the sentence; the error's own path when absent
 */
export function diskTrouble(error: unknown, folder?: string): unknown {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  if (error instanceof EngineError || typeof code !== 'string') return error
  const place = folder ?? path ?? null
  if (/^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code)) return diskFull(place)
  const isRefused =
    code === 'EROFS' ||
    code.startsWith('SQLITE_READONLY') ||
    // Node says that the folder does not exist when it may not be made with those above it.
    (code === 'ENOENT' && syscall === 'mkdir' && !isWritable(nearestFolder(path ?? ''))) ||
    (code.startsWith('SQLITE_CANTOPEN') && place !== null && !isWritable(place)) ||
    ((code === 'EACCES' || code === 'EPERM') &&
      (writingCalls.has(syscall) || (syscall === 'open' && beingWritten.test(path ?? ''))))
  if (isRefused) return readOnly(place, code)
  // Last: a disk that is never written to has nothing free either.
  return doubtful.test(code) && place !== null && isFull(place) ? diskFull(place) : error
}

function diskFull(place: string | null): EngineError {
  return new EngineError(
    'disk-full',
    `The disk${place === null ? '' : ` of ${place}`} is full. What was saved before is kept, and your photos and notes are unharmed. ` +
      'Free some space and try again: Reverie goes on where it stopped.'
  )
}

function readOnly(place: string | null, code: string): EngineError {
  return new EngineError(
    'read-only',
    `Reverie may not write to ${place ?? 'its data folder'} (${code}). Nothing was changed, and your photos and notes are unharmed. ` +
      'Allow Reverie to write there, look whether the disk is mounted read-only, or choose another data folder.',
    { reason: code }
  )
}

/** Neither a byte nor a file fits any more. */
function isFull(place: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(place)
    return bavail * bsize < nothingFreeBytes || (files > 0 && ffree === 0)
  } catch {
    return false
  }
}

/** The folder itself, or the nearest above it that is there. */
function nearestFolder(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestFolder(dirname(path))
}

function isWritable(place: string): boolean {
  try {
    accessSync(place, constants.W_OK)
    return true
  } catch {
    return false
  }
}
