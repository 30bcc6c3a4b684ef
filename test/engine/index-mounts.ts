/**
 * Runs in a mount namespace of its own: indexes a library with a disk inside it, which goes and comes in several ways, and prints
 * what was counted after each run. node index-mounts.ts <data> <models> <library> <photos…>
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { indexAll, openRealEngine } from './real-engine.ts'

const [data = '', models = '', library = '', ...photos] = process.argv.slice(2)
const card = join(library, 'card')
const mount = (...given: string[]): unknown => execFileSync('mount', given)
const unmount = (): unknown => execFileSync('umount', ['-l', card])
const fill = (into: string, names: readonly string[]): void => {
  for (const path of names) cpSync(path, join(into, basename(path)), { preserveTimestamps: true })
}

mkdirSync(card, { recursive: true })
fill(library, photos.slice(0, 2))
const disk = join(library, '..', 'disk')
mkdirSync(disk)
mount('-t', 'tmpfs', 'tmpfs', disk)
fill(disk, photos.slice(2))
mount('--bind', disk, card)

const engine = await openRealEngine(data, [models])
const told: Record<string, object> = {}
async function index(name: string, folder?: string): Promise<void> {
  const encoded = await indexAll(engine, folder)
  const { eligible, indexed, failed, waiting, unreachable } = await engine.client.library({})
  told[name] = { eligible, indexed, failed, waiting, unreachable, encoded }
}

await index('with the disk', library)
unmount()
await index('unmounted')
await engine.client.rebuildLibrary({})
await engine.idle()
await index('rebuilt meanwhile')
writeFileSync(join(card, 'stray.md'), 'Saved below the mount point.')
await index('a stray file')
await index('a stray file again')
mount('-t', 'tmpfs', 'tmpfs', card)
fill(card, photos.slice(2, 3))
await index('another disk with one of the files')
await index('another disk again')
unmount()
execFileSync('rm', [join(card, 'stray.md')])
rmdirSync(card)
await index('no mount point')
mkdirSync(card)
mount('--bind', disk, card)
await index('back')
execFileSync('rm', [join(card, basename(photos[2] ?? ''))])
await index('one file deleted on it')
await engine.close()
console.log(JSON.stringify(told))
