import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  type Stats
} from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { loopbackAddressIn, originOf, type LoopbackAddress } from './loopback.ts'
import { isSecret, newSecret } from './page-keys.ts'

/** Of so many starts a page may have stayed open. */
const mostAddresses = 8
const ticketFile = /^open-[\w-]+\.html$/

/**
 * What of the web host outlives it, in the folder `web` of the data folder, for nobody but its owner: the host's own key,
 * the addresses that it had, and the files that hand tickets to the browser.
 */
export class DoorFolder {
  readonly #folder: string
  #key: string

  private constructor(folder: string, key: string) {
    this.#folder = folder
    this.#key = key
  }

  /** Makes what is not there. A key that others could have read, or put there, is replaced. @throws EngineError bad-input */
  static open(dataFolder: string): DoorFolder {
    const folder = join(dataFolder, 'web')
    const wasClosed = closeFolder(folder)
    const kept = wasClosed ? readOwn(join(folder, 'key')) : null
    const door = new DoorFolder(folder, isSecret(kept) ? kept : '')
    if (door.#key === '') door.renewKey()
    return door
  }

  /** Of a Reverie that may run: nothing is made or changed. null when there is none. */
  static find(dataFolder: string): { readonly key: string; readonly address: LoopbackAddress } | null {
    const folder = join(dataFolder, 'web')
    const stats = lstatSync(folder, { throwIfNoEntry: false })
    if (stats === undefined || !stats.isDirectory() || !isOwn(stats)) return null
    const [key, [address]] = [readOwn(join(folder, 'key')), addressesIn(folder)]
    return isSecret(key) && address !== undefined ? { key, address } : null
  }

  get key(): string {
    return this.#key
  }

  /** Shuts every page out. */
  renewKey(): void {
    const key = newSecret()
    writeOwn(join(this.#folder, 'key'), key)
    this.#key = key
  }

  /** The latest first. */
  addresses(): readonly LoopbackAddress[] {
    return addressesIn(this.#folder)
  }

  /** @param origins  the one that tickets lead to first; those that were remembered longest make room */
  remember(origins: readonly string[]): void {
    const all = [...new Set([...origins, ...this.addresses().map(originOf)])].slice(0, mostAddresses)
    writeOwn(join(this.#folder, 'addresses'), all.join('\n'))
  }

  /** A file that leads the browser to an address which no argument list, history or log may hold. @returns its path */
  writeTicketFile(address: string): string {
    const path = join(this.#folder, `open-${randomBytes(9).toString('base64url')}.html`)
    writeFileSync(path, leadingTo(address), { flag: 'wx', mode: 0o600 })
    return path
  }

  removeTicketFile(path: string): void {
    rmSync(path, { force: true })
  }

  removeTicketFiles(): void {
    for (const name of readdirSync(this.#folder))
      if (ticketFile.test(name)) rmSync(join(this.#folder, name), { force: true })
  }
}

/** `replace` leaves no entry in the browser's history. The person whose browser runs no scripts in files has the link. */
function leadingTo(address: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">
<title>Reverie</title>
<p><a href="${address}">Open Reverie</a></p>
<script>location.replace(document.querySelector('a').href)</script>
</html>
`
}

/** @returns whether it was there, and closed to others already */
function closeFolder(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false })
  // A link that somebody put there would have the key written where they can read it.
  if (stats?.isSymbolicLink() === true) unlinkSync(folder)
  else if (stats !== undefined) {
    if (!stats.isDirectory() || !isOurs(stats)) throw notOurs(folder)
    if (isOwn(stats)) return true
    chmodSync(folder, 0o700)
    return false
  }
  mkdirSync(folder, { mode: 0o700 })
  return false
}

function notOurs(folder: string): EngineError {
  return new EngineError(
    'bad-input',
    `${folder} belongs to somebody else, or is no folder, so the key of the page cannot be kept there. Nothing was changed. Choose another data folder, or remove it.`,
    { folder }
  )
}

/** Windows has other rights, which a person's own folders inherit. */
function isOurs({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid()
}

function isOwn(stats: Stats): boolean {
  return isOurs(stats) && (process.getuid === undefined || (stats.mode & 0o077) === 0)
}

/** Windows has neither flag, and undefined counts as 0. @returns null when it is not there, or when anybody else can read it or has put it there. */
function readOwn(path: string): string | null {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    return null
  }
  try {
    const stats = fstatSync(file)
    return stats.isFile() && stats.nlink === 1 && stats.size <= 1000 && isOwn(stats) ? readFileSync(file, 'utf8') : null
  } finally {
    closeSync(file)
  }
}

function writeOwn(path: string, content: string): void {
  const written = `${path}-${randomBytes(9).toString('base64url')}.new`
  writeFileSync(written, content, { flag: 'wx', mode: 0o600, flush: true })
  renameSync(written, path)
}

function addressesIn(folder: string): readonly LoopbackAddress[] {
  const origins = (readOwn(join(folder, 'addresses')) ?? '').split('\n').slice(0, mostAddresses)
  return origins.map(loopbackAddressIn).filter(address => address !== null)
}
