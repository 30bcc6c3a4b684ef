import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'

/** Large enough that the disk, not the number of calls, sets the speed; small enough for several files at once. */
const chunkBytes = 1024 * 1024

/**
 * Chunks that no file uses now, as many as were ever read at once. A new one for each read would be the most that an index
 * run allocates, and every 64 MB of that has the garbage collector go over the whole heap.
 */
const spare: Uint8Array[] = []

/** sha256 of the whole file, hex, in constant memory. Rejects with the file system's error when it cannot be read. */
export async function hashFile(path: string, mostBytes = Infinity): Promise<string> {
  const file = await open(path, 'r')
  try {
    return await hashOpened(file, mostBytes)
  } finally {
    await file.close()
  }
}

/**
 * The same of an opened file, from its beginning.
 *
 * @param mostBytes  no more is read: a file that is longer, or grows while it is read, is given up
 * @throws Error with the code EFBIG for such a file
 */
export async function hashOpened(file: FileHandle, mostBytes: number): Promise<string> {
  const chunk = spare.pop() ?? new Uint8Array(chunkBytes)
  try {
    const hash = createHash('sha256')
    for (let at = 0; ;) {
      const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, mostBytes + 1 - at), at)
      if (bytesRead === 0) return hash.digest('hex')
      at += bytesRead
      if (at > mostBytes) throw tooLong(mostBytes)
      hash.update(chunk.subarray(0, bytesRead))
    }
  } finally {
    spare.push(chunk)
  }
}

/** What the operating system calls a file that is too large. */
export function tooLong(mostBytes: number): NodeJS.ErrnoException {
  return Object.assign(new Error(`The file has more than ${mostBytes} bytes.`), { code: 'EFBIG' })
}
