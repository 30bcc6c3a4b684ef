import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A package of others that reaches people with Reverie. */
export interface ShippedPackage {
  readonly name: string
  readonly version: string
  /** As the package states it: an SPDX expression, or what else its author wrote. */
  readonly licence: string
  /** The folder relative to the app's root. A package for another system is not there. */
  readonly folder: string
  /** Whether npm installs the package on some systems only. */
  readonly isForSomeSystems: boolean
}

/** Development dependencies whose code the build copies into the page's bundle; everything else stays in node_modules. */
const bundled: readonly string[] = ['clsx', 'lucide', 'svelte', 'uplot']

/** Packages by their folders; the app itself is at ''. */
type Lock = Readonly<Record<string, LockEntry>>

interface LockEntry {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Every package that `npm ci --omit=dev` installs on any system, and every bundled one, sorted by name. @param root  of the app */
export function shippedPackages(root: string): ShippedPackage[] {
  const { packages: lock } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Lock
  }
  const everywhere = installedEverywhere(lock)
  return Object.entries(lock)
    .map(([folder, entry]) => ({ folder, entry, name: folder.replace(/^.*node_modules\//, '') }))
    .filter(({ folder, entry, name }) => folder !== '' && (entry.dev !== true || bundled.includes(name)))
    .map(({ folder, entry, name }) => ({
      name,
      version: entry.version ?? '',
      licence: entry.license ?? '',
      folder,
      isForSomeSystems: !everywhere.has(folder) && !bundled.includes(name)
    }))
    .sort((a, b) => compare(a.name, b.name) || compare(a.folder, b.folder))
}

/** Folders of the packages that a production install has on every system: those reached without a package for some systems. */
function installedEverywhere(lock: Lock): ReadonlySet<string> {
  const reached = new Set([''])
  for (const folder of reached) {
    const { dependencies, optionalDependencies } = lock[folder] ?? {}
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = folderOf(name, folder, lock)
      if (found !== null && !isForSomeSystems(lock[found])) reached.add(found)
    }
  }
  return reached
}

function isForSomeSystems(entry: LockEntry | undefined): boolean {
  const { os, cpu } = entry ?? {}
  return cpu !== undefined || (os !== undefined && !['darwin', 'linux', 'win32'].every(system => os.includes(system)))
}

/** Where Node finds a package for the code in a folder: in the nearest node_modules on the way up. */
function folderOf(name: string, from: string, lock: Lock): string | null {
  const folder = `${from === '' ? '' : `${from}/`}node_modules/${name}`
  if (folder in lock) return folder
  if (from === '') return null
  return folderOf(name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), lock)
}

/** By code units, so that every machine sorts alike. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
