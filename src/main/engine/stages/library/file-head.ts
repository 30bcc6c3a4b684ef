import { open } from 'node:fs/promises'

/** The first bytes of a file, or all of a shorter one. @param path  absolute @throws the file system's error */
export async function headOf(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(bytes), 0, bytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
