import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'

/** Whole or not at all: a kill leaves the file of before. It does not wait, so it can be part of a transaction's commit. */
export function writeBeside(path: string, content: string): void {
  const written = `${path}.new`
  const file = openSync(written, 'w')
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(written, path)
}
