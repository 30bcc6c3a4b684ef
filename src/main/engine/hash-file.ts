import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** Large enough that the disk, not the number of calls, sets the speed; small enough for several files at once. */
const chunkBytes = 1024 * 1024

/**
 * Chunks that no file uses now, as many as were ever read at once. A new one for each read would be the most that an index
 * run allocates, and every 64 MB of that has the garbage collector go over the whole heap.
 */
const spare: Uint8Array[] = []

/** sha256 of the whole file, hex, in constant memory. Rejects with the file system's error when it cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const file = await open(path, 'r')
  const chunk = spare.pop() ?? new Uint8Array(chunkBytes)
  try {
    const hash = createHash('sha256')
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(chunk.subarray(0, bytesRead))
    }
  } finally {
    spare.push(chunk)
    await file.close()
  }
}
