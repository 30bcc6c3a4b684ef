import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Electron's program, or one line that says why there is none. */
export type DesktopBinary = { readonly path: string } | { readonly missing: string }

/**
 * Electron's program where it is. Never by `import 'electron'`: outside of Electron that starts a download.
 * @param root  the app's folder
 */
export function findDesktopBinary(
  root: string,
  environment: Readonly<Record<string, string | undefined>>
): DesktopBinary {
  const folder = packageFolder(root)
  const name = folder === null ? null : readIfThere(join(folder, 'path.txt'))
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH
  if (override !== undefined && override !== '') {
    const path = join(override, name ?? defaultName())
    return existsSync(path) ? { path } : { missing: `there is no Electron at ${path} (ELECTRON_OVERRIDE_DIST_PATH)` }
  }
  if (folder === null) return { missing: 'Electron is not installed' }
  const path = join(folder, 'dist', name ?? defaultName())
  return existsSync(path) ? { path } : { missing: 'Electron has not been downloaded' }
}

/**
 * Downloads Electron's program by its own installer, which checks it against the checksums in the package.
 * @param limitMs  then it is given up
 */
export async function obtainDesktopBinary(
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  limitMs: number
): Promise<DesktopBinary> {
  const folder = packageFolder(root)
  if (folder === null) return { missing: 'Electron is not installed' }
  const failure = await new Promise<string | null>(resolve => {
    execFile(
      process.execPath,
      [join(folder, 'install.js')],
      { timeout: limitMs, cwd: root },
      (error, _stdout, stderr) => {
        if (error === null) resolve(null)
        else if (error.killed === true) resolve(`its download took longer than ${Math.round(limitMs / 1000)} seconds`)
        else resolve(`it could not be downloaded (${firstLine(stderr) ?? error.message})`)
      }
    )
  })
  const found = findDesktopBinary(root, environment)
  return 'path' in found || failure === null ? found : { missing: `Electron is missing: ${failure}` }
}

function packageFolder(root: string): string | null {
  try {
    return dirname(createRequire(join(root, 'package.json')).resolve('electron/package.json'))
  } catch {
    return null
  }
}

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null
}

function defaultName(): string {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

function firstLine(text: string): string | null {
  return (
    text
      .split('\n')
      .map(line => line.trim())
      .find(line => line !== '') ?? null
  )
}
