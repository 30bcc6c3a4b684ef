import { constants } from 'node:fs'
import { lstat, open, readdir, rmdir, unlink } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import type { Leftovers, SettledLeftovers } from '../../../../shared/leftovers.ts'
import type { SettingRows } from '../../store/store.ts'

/** What of the machine says where programs keep their files. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
}

interface Leftover {
  readonly path: string
  readonly sizeBytes: number
}

/** In the person's cache folder. */
const folderParts = ['Microsoft', 'DeveloperTools', '.onnxruntime'] as const
/** A device id, and a queue of events in an SQLite database with the files that SQLite puts beside one. */
const inFolder = /^(deviceid(\.lock)?|onnxruntime\.db(-journal|-wal|-shm)?)$/
const emptyLog = /^mat-debug-\d+\.log$/
/** When a session began, in milliseconds, and its id. */
const session = { name: '.ses', mostBytes: 64, content: /^\d{13}\n[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\n?$/ } as const

/**
 * What ONNX Runtime's telemetry left on this machine before it was switched off ([Note: telemetry of ONNX Runtime]). Nothing is
 * deleted before the person agrees, and then only files of these names in these places; no link is followed.
 */
export class LeftBehind {
  readonly #surroundings: Surroundings | null
  readonly #settings: SettingRows

  /** @param surroundings  null: nothing is looked for */
  constructor(surroundings: Surroundings | null, settings: SettingRows) {
    this.#surroundings = surroundings
    this.#settings = settings
  }

  async list(): Promise<Leftovers> {
    const found = await this.#find()
    return {
      paths: found.map(({ path }) => path),
      sizeBytes: found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      isSettled: this.#settings.get('leftovers') === 'settled'
    }
  }

  /** The person is not asked again, whatever they answer. */
  async settle(hasConsent: boolean): Promise<SettledLeftovers> {
    const found = hasConsent ? await this.#find() : []
    const left: string[] = []
    let freedBytes = 0
    for (const { path, sizeBytes } of found)
      try {
        await unlink(path)
        freedBytes += sizeBytes
      } catch (error) {
        // Deleted by somebody else at the same moment is deleted as well.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') left.push(path)
      }
    if (found.length > 0) await this.#removeEmptyFolders()
    this.#settings.set('leftovers', 'settled')
    return { deletedFiles: found.length - left.length, freedBytes, left }
  }

  async #find(): Promise<Leftover[]> {
    if (this.#surroundings === null) return []
    const places = placesOf(this.#surroundings)
    const found = [...(await filesOfFolder(places.cache)), ...(await filesOfSessions(places.temporary))]
    return found.sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** From the innermost out, as far as nothing else is in them. */
  async #removeEmptyFolders(): Promise<void> {
    const cache = this.#surroundings === null ? null : placesOf(this.#surroundings).cache
    if (cache === null || !(await isRealFolder(cache))) return
    for (const folder of foldersIn(cache).reverse())
      try {
        await rmdir(folder)
      } catch {
        // Something else is in it, or it is not there: it stays as it is.
        return
      }
  }
}

/** As ONNX Runtime 1.30 chooses them. On Windows it leaves nothing. */
function placesOf({ platform, environment, home }: Surroundings): {
  readonly cache: string | null
  readonly temporary: string | null
} {
  if (platform === 'win32') return { cache: null, temporary: null }
  const { XDG_CACHE_HOME, TMPDIR } = environment
  const temporary = TMPDIR !== undefined && isAbsolute(TMPDIR) ? TMPDIR : '/tmp'
  if (platform === 'darwin') return { cache: join(home, 'Library', 'Application Support'), temporary }
  const hasOwnCache = XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME)
  return { cache: hasOwnCache ? XDG_CACHE_HOME : join(home, '.cache'), temporary }
}

async function filesOfFolder(cache: string | null): Promise<Leftover[]> {
  if (cache === null || !(await isRealFolder(cache))) return []
  const folder = join(cache, ...folderParts)
  return regularFiles(folder, name => inFolder.test(name))
}

async function filesOfSessions(temporary: string | null): Promise<Leftover[]> {
  if (temporary === null) return []
  const logs = (await regularFiles(temporary, name => emptyLog.test(name))).filter(({ sizeBytes }) => sizeBytes === 0)
  const sessions = await regularFiles(temporary, name => name === session.name)
  const isSession = await Promise.all(sessions.map(looksLikeSession))
  return [...logs, ...sessions.filter((_, i) => isSession[i])]
}

/** Whether every folder on the way is one, and none a link to somewhere else. */
async function isRealFolder(cache: string): Promise<boolean> {
  for (const folder of foldersIn(cache))
    if ((await lstat(folder).catch(() => null))?.isDirectory() !== true) return false
  return true
}

/** From the outermost in. */
function foldersIn(cache: string): string[] {
  return folderParts.map((_, i) => join(cache, ...folderParts.slice(0, i + 1)))
}

/** This person's own; links, folders and sockets are none. */
async function regularFiles(folder: string, isMeant: (name: string) => boolean): Promise<Leftover[]> {
  const names = (await readdir(folder).catch(() => [])).filter(isMeant)
  const found = await Promise.all(
    names.map(async (name): Promise<Leftover[]> => {
      const path = join(folder, name)
      const file = await lstat(path).catch(() => null)
      const isOwn = file?.isFile() === true && (process.getuid === undefined || file.uid === process.getuid())
      return isOwn ? [{ path, sizeBytes: file.size }] : []
    })
  )
  return found.flat()
}

/** Its name alone says little: any program may call a file so. */
async function looksLikeSession({ path, sizeBytes }: Leftover): Promise<boolean> {
  if (sizeBytes > session.mostBytes) return false
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null)
  if (file === null) return false
  try {
    return session.content.test(await file.readFile('latin1'))
  } catch {
    return false
  } finally {
    await file.close()
  }
}
