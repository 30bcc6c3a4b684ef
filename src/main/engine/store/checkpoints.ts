import { Worker } from 'node:worker_threads'

/** A database whose log is copied by another thread. */
export interface Logged {
  readonly path: string
  /** Pages that are in the write-ahead log only. */
  pagesInLog(): number
  /** SQLite copies the log itself, within the commit that makes it longer than so many pages; without a number, as usual. */
  checkpointWithin(pages?: number): void
}

/** 16 MB of log. */
const logPages = 4000
/**
 * A thread that does not come to its end, because others write or read without a pause, leaves the log growing. At 128 MB
 * SQLite copies it within a commit after all.
 */
const longestLogPages = 32_000

/**
 * [Note: checkpoints beside the loop] A checkpoint copies the pages of the write-ahead log into the database and waits for
 * the disk twice, some 50 to 150 ms in all. SQLite does that within the commit that makes the log long, so on the engine's
 * thread, where questions wait. Here another thread does it with a connection of its own: a passive checkpoint neither
 * waits for a writer nor holds one up. Without the thread (it could not be started, or failed) everything is as SQLite
 * does it alone.
 *
 * @see https://sqlite.org/wal.html#ckpt, “Avoiding Excessively Large WAL Files” and “Performance Considerations”
 */
export class Checkpoints {
  readonly #file: string
  readonly #databases = new Map<string, Logged>()
  /** Paths that the thread is at. */
  readonly #asked = new Set<string>()
  #thread: Worker | null = null
  #canStart = true

  /** @param file  the thread's: checkpointer.ts, or what the build makes of it */
  constructor(file: string) {
    this.#file = file
  }

  /** From now on for this database. */
  add(database: Logged): void {
    if (!this.#canStart) return
    this.#databases.set(database.path, database)
    database.checkpointWithin(longestLogPages)
  }

  /** To be called after each commit. */
  committed(database: Logged): void {
    const { path } = database
    if (!this.#canStart || this.#asked.has(path) || !this.#databases.has(path)) return
    if (database.pagesInLog() < logPages) return
    this.#asked.add(path)
    this.#started().postMessage(path)
  }

  /** Ends the thread, after the checkpoint that it is at. SQLite makes the last one when the database is closed. */
  async end(): Promise<void> {
    const thread = this.#thread
    this.#leaveToSqlite()
    await thread?.terminate()
  }

  #started(): Worker {
    if (this.#thread !== null) return this.#thread
    const thread = new Worker(this.#file, { execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 32 } })
    // A process that has nothing else to do ends.
    thread.unref()
    thread.on('message', (path: string) => this.#asked.delete(path))
    // A full disk, for example. The next commit that makes the log too long meets it too, and says so to whoever writes.
    thread.on('error', () => this.#leaveToSqlite())
    return (this.#thread = thread)
  }

  #leaveToSqlite(): void {
    this.#canStart = false
    this.#thread = null
    for (const database of this.#databases.values()) database.checkpointWithin()
    this.#databases.clear()
  }
}
