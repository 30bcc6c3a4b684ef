import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { WorkerName } from '../../engine/engine.ts'

/** What of the machine says where things are. */
export interface Surroundings {
  readonly platform: NodeJS.Platform
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/** Where the database, the thumbnails and the person's own model packs live, unless they say otherwise. */
export function defaultDataFolder({ platform, environment, home }: Surroundings): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Reverie')
  if (platform === 'win32') return join(given(environment.APPDATA) ?? join(home, 'AppData', 'Roaming'), 'Reverie')
  return join(given(environment.XDG_DATA_HOME) ?? join(home, '.local', 'share'), 'reverie')
}

/** The XDG specification: what is not absolute is ignored. An empty variable is an unset one. */
function given(folder: string | undefined): string | null {
  return folder !== undefined && /^(\/|[a-z]:[\\/]|\\\\)/i.test(folder) ? folder : null
}

/** Files and folders that come with the app. */
export interface AppPaths {
  readonly root: string
  /** Model packs, kernels, licences. */
  readonly resources: string
  /** The built page. */
  readonly renderer: string
  readonly preload: string
  readonly desktopEntry: string
  /** Each worker's file: built, or its source when the app itself runs from source. */
  readonly workers: Readonly<Record<WorkerName, string>>
  /** The file of a thread, likewise. */
  readonly checkpointer: string
}

/**
 * @param module  `import.meta.filename` of a file of the app: built (out/main, chunks too) or source (src/main)
 * @throws when no folder above it is the app's
 */
export function appPaths(module: string): AppPaths {
  const root = rootAbove(module)
  const main = join(root, 'out', 'main')
  const ofEngine = (folder: string, name: string): string =>
    module.endsWith('.ts') ? join(root, 'src/main/engine', folder, `${name}.ts`) : join(main, `${name}.js`)
  const packedResources = join(unpacked(root), 'resources')
  return {
    root,
    resources: existsSync(packedResources) ? packedResources : join(root, 'resources'),
    renderer: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'index.cjs'),
    desktopEntry: join(main, 'index.js'),
    workers: { encoder: ofEngine('workers', 'encoder'), trainer: ofEngine('workers', 'trainer') },
    checkpointer: ofEngine('store', 'checkpointer')
  }
}

function rootAbove(module: string): string {
  for (let folder = dirname(module); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) throw new Error(`There is no package.json above ${module}: the app is incomplete.`)
  }
}

/** Native libraries open files themselves and cannot look into an archive; the packer puts such files beside it. */
function unpacked(root: string): string {
  return root.replace(/app\.asar$/, 'app.asar.unpacked')
}
