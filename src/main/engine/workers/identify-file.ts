import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ReadFailure } from '../base/domain.ts'
import { hashOpened } from '../base/hash-file.ts'
import { noteLimits } from '../stages/library/note/limits.ts'
import { checkNoteSize, largestNote } from '../stages/library/note/note-size.ts'
import { Refusal } from '../stages/library/note/refusal.ts'
import { checkSize, PhotoFailure, photoLimits } from '../stages/library/photo/limits.ts'
import { otherFile } from '../stages/library/photo/other-file.ts'
import { sniff, sniffBytes, type Sniffed } from '../stages/library/sniff.ts'

/** A pipe would wait for a writer when it is opened; Windows has no such flag, and no such pipes among files. */
const withoutWaiting = constants.O_RDONLY | ((constants as { O_NONBLOCK?: number }).O_NONBLOCK ?? 0)

export interface IdentifiedFile {
  readonly sniffed: Exclude<Sniffed, { kind: 'other' }>
  readonly contentHash: string
  /** Of the file before anything of it was read. */
  readonly stamp: FileStamp
}

/** Differs from that of another time when the file was written to in between, as far as the file system tells. */
export interface FileStamp {
  readonly sizeBytes: number
  readonly modifiedNs: bigint
}

/**
 * What a file is and which content it has. Beyond its head nothing is read of a file that is larger than its kind may be.
 *
 * @returns the reason when it is too large, of a kind that is not read, or no plain file
 * @throws the file system's error when it cannot be opened or read
 */
export async function identifyFile(path: string): Promise<IdentifiedFile | ReadFailure> {
  const file = await open(path, withoutWaiting)
  try {
    const stamp = await plainStamp(file)
    const { sizeBytes } = stamp
    const sniffed = await sniffOpened(file, path)
    if (sniffed.kind === 'other') {
      // Its content is known only so that it is known again where it is moved to.
      const isLarge = sizeBytes > photoLimits.sizeBytes
      const contentHash = isLarge ? null : await hashOpened(file, photoLimits.sizeBytes)
      return otherFile(sniffed.what, basename(path), contentHash)
    }
    if (sniffed.kind === 'photo') checkSize(sizeBytes, photoLimits)
    else checkNoteSize(sizeBytes, sniffed.format, noteLimits)
    const most = sniffed.kind === 'photo' ? photoLimits.sizeBytes : largestNote(sniffed.format, noteLimits)
    return { sniffed, contentHash: await hashOpened(file, most), stamp }
  } catch (error) {
    if (error instanceof PhotoFailure || error instanceof Refusal) return failure(error.code, error.message)
    if ((error as NodeJS.ErrnoException).code === 'EFBIG')
      return failure('too-large', 'This file grew while it was read, beyond the size that Reverie reads.')
    throw error
  } finally {
    await file.close()
  }
}

/** What a file is, by its first bytes. @returns the reason for what is no plain file @throws the file system's error */
export async function sniffFile(path: string): Promise<Sniffed | ReadFailure> {
  const file = await open(path, withoutWaiting)
  try {
    await plainStamp(file)
    return await sniffOpened(file, path)
  } catch (error) {
    if (error instanceof PhotoFailure) return failure(error.code, error.message)
    throw error
  } finally {
    await file.close()
  }
}

async function sniffOpened(file: FileHandle, path: string): Promise<Sniffed> {
  const head = new Uint8Array(sniffBytes)
  const { bytesRead } = await file.read(head, 0, sniffBytes, 0)
  return sniff(head.subarray(0, bytesRead), basename(path))
}

/** Reading a pipe or a device may wait for ever, or never end. */
async function plainStamp(file: FileHandle): Promise<FileStamp> {
  const found = await file.stat({ bigint: true })
  if (found.isFile()) return { sizeBytes: Number(found.size), modifiedNs: found.mtimeNs }
  const what = found.isDirectory() ? 'a folder' : 'a pipe, a socket or a device'
  throw new PhotoFailure('cannot-open', `This is ${what}, not a file. Reverie does not open it.`)
}

function failure(code: ReadFailure['code'], reason: string): ReadFailure {
  return { kind: 'failure', code, reason, contentHash: null }
}
