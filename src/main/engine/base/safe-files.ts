import { open, rename, rm } from 'node:fs/promises'

/** Writes a file so that after a kill or a power cut it is the one of before or this one, never a part. */
export async function writeWhole(path: string, content: string): Promise<void> {
  // Begun anew, never opened: what lies there may be a link to somewhere else.
  await rm(`${path}.part`, { force: true })
  const file = await open(`${path}.part`, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
}

/** What was renamed into the folder is there after a power cut too. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot, and need not, sync a folder.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
