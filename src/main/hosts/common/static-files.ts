import { readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

export interface StaticFile {
  /** Absolute. */
  readonly path: string
  readonly type: string
  readonly caching: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.json': 'application/json'
}

/**
 * The page's own files by the path of their address. They are listed once: an address either is one of them or is not,
 * so no address can lead out of the folder.
 * @throws when the folder is missing: the page was not built
 */
export async function listStaticFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const address = `/${relative(folder, path).split(sep).join('/')}`
    // The build puts a hash of the content into the names of what is in assets/.
    const caching = address.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
    files.set(address, { path, type, caching })
  }
  const index = files.get('/index.html')
  if (index === undefined) throw new Error(`There is no page in ${folder}. Run npm run build first.`)
  return files.set('/', index)
}
