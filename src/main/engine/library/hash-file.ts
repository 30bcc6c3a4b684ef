import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** Large enough that the disk, not the number of calls, sets the speed; small enough for several files at once. */
const chunkBytes = 1024 * 1024

/** sha256 of the whole file, hex, in constant memory. Rejects with the file system's error when it cannot be read. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
