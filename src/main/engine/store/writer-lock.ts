import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { diskTrouble } from '../base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'

/** A lock that nobody refers to would be collected as garbage, and let go of. */
const held = new Set<Database.Database>()

/**
 * Makes this the only process that indexes into a data folder, or trains in it. Anyone may read, and small changes wait their turn in SQLite.
 *
 * The lock is an open exclusive transaction on a database with nothing in it: the operating system lets go of it when the
 * process ends, however it ends, so there is nothing stale to detect and no process id to guess about; the id in the file
 * beside it is for the message only. It cannot stand in the lock's own file: POSIX drops all of a process's locks on a
 * file as soon as that process closes any other handle of it.
 *
 * @returns lets go of it; calling it again does nothing
 * @throws EngineError database-in-use, naming the process that holds it; disk-full or read-only
 */
export function acquireWriter(folder: string): () => void {
  const holder = join(folder, 'writer.pid')
  let lock: Database.Database | null = null
  try {
    mkdirSync(folder, { recursive: true })
    lock = new Database(join(folder, 'writer.lock'), { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
    writeFileSync(holder, String(process.pid))
  } catch (error) {
    lock?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) throw inUse(folder, holder)
    throw diskTrouble(error, folder)
  }
  const taken = lock
  held.add(taken)
  return () => {
    held.delete(taken)
    if (taken.open) taken.close()
  }
}

/** The lock as an engine's jobs share it: the first that needs it takes it, the last lets go. */
export class SharedWriter {
  readonly #folder: string
  #holders = 0
  #release: (() => void) | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @returns lets go of it; calling it again does nothing @throws EngineError database-in-use */
  acquire(): () => void {
    this.#release ??= acquireWriter(this.#folder)
    this.#holders++
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--this.#holders > 0) return
      this.#release?.()
      this.#release = null
    }
  }
}

function inUse(folder: string, holder: string): EngineError {
  const processId = readHolder(holder)
  const who = processId === null ? 'Another process' : `Another process (process id ${processId})`
  return new EngineError(
    'database-in-use',
    `${who} is indexing into ${folder}, or training there, now. Nothing was changed. Wait until it is done, or end it, and try again; searching works meanwhile.`,
    processId === null ? {} : { processId }
  )
}

/** null in the moment between its taking the lock and its writing who it is. */
function readHolder(holder: string): number | null {
  try {
    const processId = Number(readFileSync(holder, 'utf8'))
    return Number.isSafeInteger(processId) && processId > 0 ? processId : null
  } catch {
    return null
  }
}
