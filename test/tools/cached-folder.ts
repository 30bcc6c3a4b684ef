import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const cache = join(root, 'test/.cache')

/**
 * What is made once and then copied: a folder of `test/.cache`, made anew when a source of it changes. Several test
 * processes may want it at once: each makes it beside the cache, and the first to finish puts its own in place.
 *
 * @param name     letters, digits and hyphens; no name begins with another's name and a hyphen
 * @param sources  files, and folders with the TypeScript directly in them, relative to the repository
 * @param make     fills an empty folder
 */
export async function cachedFolder(
  name: string,
  sources: readonly string[],
  make: (folder: string) => Promise<unknown>
): Promise<string> {
  const cached = join(cache, `${name}-${await hashOf(sources)}`)
  if (existsSync(cached)) return cached
  await mkdir(cache, { recursive: true })
  for (const old of (await readdir(cache)).filter(entry => entry.startsWith(`${name}-`)))
    await rm(join(cache, old), { recursive: true, force: true })
  const making = await mkdtemp(join(cache, 'making-'))
  try {
    await make(making)
    await rename(making, cached)
  } catch (error) {
    if (!existsSync(cached)) throw error
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return cached
}

async function hashOf(sources: readonly string[]): Promise<string> {
  const files = await Promise.all(
    sources.map(async source => {
      if (!(await stat(join(root, source))).isDirectory()) return [source]
      return (await readdir(join(root, source))).filter(name => name.endsWith('.ts')).map(name => join(source, name))
    })
  )
  const hash = createHash('sha256')
  for (const file of files.flat().sort()) hash.update(file).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}
