import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** Whole or not at all: a kill leaves the file of before. It does not wait, so it can be part of a transaction's commit. */
export function writeBeside(path: string, content: string): void {
  const written = `${path}.new`
  // Begun anew, never opened: what lies there may be a link to somewhere else.
  rmSync(written, { force: true })
  const file = openSync(written, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(written, path)
}
