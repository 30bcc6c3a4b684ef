import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { constants } from 'node:os'

/**
 * Loaded before everything else in each process of an engine: as long as the switch is there, each call of `node:fs` on a file of the
 * library fails as it does on a broken disk or a lost network folder. Native code that opens files by itself (libvips) still can.
 */
const { switchPath, library, code } = JSON.parse(process.env.REVERIE_FAILING_DISK ?? '{}') as {
  switchPath: string
  library: string
  code: keyof typeof constants.errno
}

const { existsSync } = fs
type Call = (this: unknown, ...given: unknown[]) => unknown

/** The error that this call meets now; null when it may go on. */
function trouble(syscall: string, path: unknown): Error | null {
  if (typeof path !== 'string' || !path.startsWith(library) || !existsSync(switchPath)) return null
  const message = `${code}: made to fail, ${syscall} '${path}'`
  return Object.assign(new Error(message), { code, errno: -constants.errno[code], syscall, path })
}

for (const name of ['openSync', 'statSync', 'lstatSync', 'readFileSync', 'readdirSync', 'realpathSync'] as const) {
  const methods = fs as unknown as Record<string, Call>
  const real = methods[name]!
  methods[name] = function (this: unknown, ...given: unknown[]) {
    const error = trouble(name.replace('Sync', ''), given[0])
    if (error !== null) throw error
    return real.apply(this, given)
  }
}

for (const name of ['open', 'stat', 'lstat', 'readFile', 'readdir', 'opendir', 'realpath', 'access'] as const) {
  const methods = fs.promises as unknown as Record<string, Call>
  const real = methods[name]!
  methods[name] = async function (this: unknown, ...given: unknown[]) {
    const error = trouble(name, given[0])
    if (error !== null) throw error
    const result = await real.apply(this, given)
    return name === 'open' ? failingHandle(result as FileHandle, given[0]) : result
  }
}
syncBuiltinESMExports()

/** What was opened while the disk was well cannot be read either. */
function failingHandle(handle: FileHandle, path: unknown): FileHandle {
  const methods = handle as unknown as Record<string, Call>
  for (const name of ['read', 'readFile', 'stat'] as const) {
    const real = methods[name]!
    methods[name] = (...given: unknown[]) => {
      const error = trouble(name, path)
      return error === null ? real.apply(handle, given) : Promise.reject(error)
    }
  }
  return handle
}
