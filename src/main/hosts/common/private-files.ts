let usual: number | null = null

/**
 * From here on no file or folder that this process or one of its workers makes can be read by other users of the machine, whatever
 * it is and whichever of our libraries makes it. What was made before is closed when the data folder is opened. On Windows
 * the person's own folders are closed already.
 */
export function keepFilesPrivate(): void {
  usual ??= process.umask(0o077)
}

/** For starting a program of the person's, which makes files of its own. */
export function withUsualRights<T>(start: () => T): T {
  if (usual === null) return start()
  process.umask(usual)
  const privately = (): void => void process.umask(0o077)
  try {
    const started = start()
    if (started instanceof Promise) void started.then(privately, privately)
    else privately()
    return started
  } catch (error) {
    privately()
    throw error
  }
}
