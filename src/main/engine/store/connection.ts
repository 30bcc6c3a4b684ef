import { closeSync, existsSync, fsyncSync, openSync, readSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { diskTrouble } from '../base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { Logged } from './checkpoints.ts'
import { migrate, type Migration } from './migrations.ts'

/** A statement that was prepared once. */
export interface Query<P extends unknown[], R> {
  get(...parameters: P): R | undefined
  all(...parameters: P): R[]
  /** The connection cannot write until this is read to its end or closed: only for loops that end before they return. */
  iterate(...parameters: P): IterableIterator<R>
  /** @returns how many rows changed, and the rowid of the last one inserted */
  run(...parameters: P): { changes: number; rowid: number }
}

/** How long a statement waits for another process that writes: one batch takes milliseconds, so this is never a queue. */
const busyTimeoutMs = 5000
/**
 * A batch of 32 items writes a few hundred pages. SQLite's own 1,000 would have every third batch wait for the disk; this
 * is 32 MB of log.
 */
const logPages = 8000
/** A write-ahead log that grew beyond this is cut back after its pages have gone into the database. */
const logLimitBytes = 64 << 20

/** One open SQLite database: pragmas, transactions, and errors in words. All SQL of the store goes through it. */
export class Connection implements Logged {
  readonly #database: Database.Database
  readonly path: string
  readonly #name: string
  /** null in memory. */
  readonly #folder: string | null
  readonly #sources: string[] = []
  readonly #beforeCommit = new Set<() => void>()
  readonly #afterCommit: ((database: Logged) => void)[] = []
  readonly #pagesInLog: () => number
  #isSynced = false
  readonly #transact: Database.Transaction<(work: () => unknown) => unknown>

  /** @param path  of the file, or ':memory:' */
  constructor(path: string, migrations: readonly Migration[], checkedTables: readonly string[] = []) {
    this.path = path
    this.#name = basename(path)
    this.#folder = path === ':memory:' ? null : dirname(path)
    refuseOtherFile(path)
    const wasCutOff = isFilled(`${path}-wal`)
    this.#database = this.#guard(() => new Database(path, { timeout: busyTimeoutMs }))
    this.#transact = this.#database.transaction((work: () => unknown) => work())
    try {
      this.#guard(() => {
        migrate(this.#database, migrations, this.#name, () => this.#setPragmas())
        if (wasCutOff) this.#check(checkedTables)
      })
    } catch (error) {
      this.#database.close()
      throw error
    }
    const log = this.#database.prepare<[], { log: number; checkpointed: number }>('PRAGMA wal_checkpoint(NOOP)')
    this.#pagesInLog = () => {
      const { log: pages, checkpointed } = log.get() ?? { log: 0, checkpointed: 0 }
      return pages - checkpointed
    }
  }

  /** Rows as records. */
  prepare<P extends unknown[], R = unknown>(sql: string): Query<P, R> {
    return this.#query<P, R>(sql, false)
  }

  /** The first column only. */
  prepareValue<P extends unknown[], V>(sql: string): Query<P, V> {
    return this.#query<P, V>(sql, true)
  }

  /** Deletes what tables hold of an item. */
  prepareDeletions(...tables: readonly string[]): (itemId: number) => void {
    const deletions = tables.map(table => this.prepare<[number]>(`DELETE FROM ${table} WHERE item_id = ?`))
    return itemId => deletions.forEach(deletion => deletion.run(itemId))
  }

  /** All or nothing. A nested call joins the outer one, and is all or nothing in itself. */
  transaction<T>(work: () => T): T {
    if (this.#database.inTransaction) return this.#transact(work) as T
    const result = this.#commit(work)
    for (const listener of this.#afterCommit) listener(this)
    return result
  }

  #commit<T>(work: () => T): T {
    return this.#guard(() => {
      try {
        // Immediate: taking the write lock later could find that another process wrote in between, and fail.
        const result = this.#transact.immediate(() => {
          const done = work()
          for (const finish of this.#beforeCommit) finish()
          return done
        }) as T
        if (this.#isSynced) this.#syncLog()
        return result
      } finally {
        this.#beforeCommit.clear()
        this.#isSynced = false
      }
    })
  }

  /** Runs once at the end of the transaction that is open now; when it throws, nothing is committed. */
  beforeCommit(finish: () => void): void {
    this.#beforeCommit.add(finish)
  }

  /** The transaction that is open now is on the disk, and not only in the system's memory, when it is done. */
  syncAfterCommit(): void {
    this.#isSynced = true
  }

  /** Makes transactions that end with `finish`: see `beforeCommit`. */
  changing(finish: () => void): <T>(work: () => T) => T {
    return work =>
      this.transaction(() => {
        this.beforeCommit(finish)
        return work()
      })
  }

  /** Called after each transaction. */
  afterCommit(listener: (database: Logged) => void): void {
    this.#afterCommit.push(listener)
  }

  pagesInLog(): number {
    return this.#guard(() => this.#pagesInLog())
  }

  checkpointWithin(pages = logPages): void {
    this.#database.pragma(`wal_autocheckpoint = ${pages}`)
  }

  get isInTransaction(): boolean {
    return this.#database.inTransaction
  }

  /** Makes a question for a text that is another one after each change of the database, also one by another process. */
  prepareState(): () => string | undefined {
    const state = this.prepareValue<[], string>(
      "SELECT data_version || '/' || total_changes() FROM pragma_data_version"
    )
    return () => state.get()
  }

  sizeBytes(): number {
    const pages = this.#database.pragma('page_count', { simple: true }) as number
    return pages * (this.#database.pragma('page_size', { simple: true }) as number)
  }

  /** Every statement that was prepared, for the test of query plans. */
  get sources(): readonly string[] {
    return this.#sources
  }

  close(): void {
    this.#guard(() => this.#database.close())
  }

  /** SQLite does not wait here while another process makes the same change, as it does elsewhere: so we do. */
  #writeAhead(): void {
    for (const untilMs = performance.now() + busyTimeoutMs; ;) {
      try {
        this.#database.pragma('journal_mode = WAL')
        return
      } catch (error) {
        const isBusy = (error as { code?: string }).code?.startsWith('SQLITE_BUSY') === true
        if (!isBusy || performance.now() > untilMs) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      }
    }
  }

  /** With `synchronous = NORMAL` SQLite does so before a checkpoint only: a power cut would take the last commits back. */
  #syncLog(): void {
    if (this.#folder === null) return
    const log = openSync(join(this.#folder, `${this.#name}-wal`), 'r+')
    try {
      fsyncSync(log)
    } finally {
      closeSync(log)
    }
  }

  #setPragmas(): void {
    this.#writeAhead()
    this.#database.pragma('synchronous = NORMAL')
    this.#database.pragma('foreign_keys = ON')
    this.#database.pragma('temp_store = MEMORY')
    this.checkpointWithin()
    this.#database.pragma(`journal_size_limit = ${logLimitBytes}`)
  }

  /**
   * [Note: checking the database] A full check reads every page: seconds at each start, for damage that SQLite's log
   * prevents unless the disk itself fails. So a start checks what it reads anyway (header, version, schema). When the log
   * was left behind, the last session was cut off: then the small tables that everything hangs on are checked too, about
   * 0.1 s for 100,000 items. Damage anywhere else is reported by the first statement that meets it, in the same words.
   */
  #check(tables: readonly string[]): void {
    for (const table of tables) {
      const found = this.#database.pragma(`quick_check(${table})`, { simple: true }) as string
      if (found !== 'ok') throw corrupt(this.#name, found)
    }
  }

  #query<P extends unknown[], R>(sql: string, isValue: boolean): Query<P, R> {
    this.#sources.push(sql)
    const statement = this.#guard(() => this.#database.prepare<P, R>(sql))
    if (isValue) statement.pluck()
    return {
      get: (...parameters) => this.#guard(() => statement.get(...parameters)),
      all: (...parameters) => this.#guard(() => statement.all(...parameters)),
      iterate: (...parameters) => this.#guardEach(statement.iterate(...parameters)),
      run: (...parameters) => {
        const { changes, lastInsertRowid } = this.#guard(() => statement.run(...parameters))
        return { changes, rowid: Number(lastInsertRowid) }
      }
    }
  }

  *#guardEach<R>(rows: IterableIterator<R>): IterableIterator<R> {
    try {
      yield* rows
    } catch (error) {
      throw inWords(error, this.#name, this.#folder)
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw inWords(error, this.#name, this.#folder)
    }
  }
}

/** A file that is no database at all is refused before SQLite touches it. */
function refuseOtherFile(path: string): void {
  const bytes = isFilled(path) ? firstBytes(path) : null
  if (bytes !== null && bytes !== 'SQLite format 3\0') throw corrupt(basename(path), 'it is not a database')
}

/** null when it cannot be read: then SQLite says why. */
function firstBytes(path: string): string | null {
  const start = Buffer.alloc(16)
  try {
    const file = openSync(path, 'r')
    readSync(file, start)
    closeSync(file)
  } catch {
    return null
  }
  return start.toString('latin1')
}

function isFilled(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0
}

function corrupt(name: string, finding: string): EngineError {
  return new EngineError(
    'database-corrupt',
    `Reverie’s database ${name} is damaged (${finding}). Your photos and notes are unharmed, and the damaged file is kept as it is. ` +
      'Reverie can set it aside and build a new one from your folders.',
    { name }
  )
}

/** What SQLite or the disk reports, for a person; anything else is a bug and passes as it is. */
function inWords(error: unknown, name: string, folder: string | null): unknown {
  if (!(error instanceof Database.SqliteError)) return diskTrouble(error)
  const code = error.code
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return corrupt(name, error.message)
  if (code.startsWith('SQLITE_BUSY')) {
    return new EngineError(
      'busy',
      `Another Reverie process has been writing to ${name} for too long. Nothing was changed. Try again when it is done.`,
      { name }
    )
  }
  const told = folder === null ? error : diskTrouble(error, folder)
  if (told !== error) return told
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(code)) {
    return new EngineError(
      'internal',
      `Reverie’s database ${name} could not be read or written (${error.message}). What was saved before is unharmed. ` +
        'Check that the disk is not full and that its folder may be written to, and start again.',
      { name, sqlite: code }
    )
  }
  return error
}
