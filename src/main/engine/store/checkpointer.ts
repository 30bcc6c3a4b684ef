/**
 * A thread that copies what the logs of databases hold into the databases, so that the thread which writes them never waits
 * for the disk: see checkpoints.ts. It is told a path, and answers when the log behind it is short again.
 */
import { parentPort } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** What is written meanwhile is copied too, as long as there is this much of it. */
const fewPages = 500
/** Whoever writes without a pause is followed no longer than this. */
const passes = 4

interface Checkpoint {
  /** Pages in the log; −1 without one. */
  readonly log: number
  /** How many of them are in the database as well. */
  readonly checkpointed: number
}

const databases = new Map<string, Database.Database>()

parentPort?.on('message', (path: string) => {
  const database = databases.get(path) ?? new Database(path, { fileMustExist: true, timeout: 0 })
  databases.set(path, database)
  const checkpoint = database.prepare<[], Checkpoint>('PRAGMA wal_checkpoint(PASSIVE)')
  for (let pass = 0; pass < passes; pass++) {
    const now = checkpoint.get()
    if (now === undefined) break
    const left = database.prepare<[], Checkpoint>('PRAGMA wal_checkpoint(NOOP)').get()
    if (left === undefined || left.log - left.checkpointed < fewPages) break
  }
  parentPort?.postMessage(path)
})
