import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { drawLibrary } from '../stages/library/drawn/draw.ts'
import { buildDrawnPack } from '../tools/drawn-pack.ts'
import { brokenInvariants } from '../tools/invariants.ts'
import { temporaryFolder } from '../tools/temporary-folder.ts'

const folder = temporaryFolder()
const inNamespace = ['--mount', '--map-root-user', '--kill-child']
const canMount = spawnSync('unshare', [...inNamespace, 'mount', '-t', 'tmpfs', 'tmpfs', folder]).status === 0

test('a real disk inside the library that is taken away, replaced and brought back costs nothing', async context => {
  context.skip(!canMount, 'file systems cannot be mounted here: unshare and mount are not allowed, or not there')
  const drawn = await drawLibrary(join(folder, 'drawn'))
  const models = await buildDrawnPack(join(folder, 'models'))
  const photos = drawn.photos.filter(({ path }) => path.endsWith('.jpg')).slice(0, 9)
  const given = [
    join(folder, 'data'),
    models,
    join(folder, 'library'),
    ...photos.map(({ path }) => join(drawn.folder, path))
  ]
  const script = resolve(import.meta.dirname, 'index-mounts.ts')
  const { stdout, stderr, status } = spawnSync('unshare', [...inNamespace, process.execPath, script, ...given], {
    encoding: 'utf8'
  })
  expect(status, stderr).toBe(0)
  const counted = (indexed: number, unreachable: number, encoded = 0) => ({
    ...{ eligible: indexed + unreachable, indexed, unreachable, failed: 0, waiting: 0, encoded }
  })
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toEqual({
    'with the disk': counted(9, 0, 9),
    unmounted: counted(2, 7),
    'rebuilt meanwhile': counted(2, 7),
    'a stray file': counted(3, 7, 1),
    'a stray file again': counted(3, 7),
    // The stray file is hidden by the other disk.
    'another disk with one of the files': counted(3, 7),
    'another disk again': counted(3, 7),
    // The stray file was deleted, and lay on the library's own disk.
    'no mount point': counted(2, 7),
    back: counted(9, 0),
    'one file deleted on it': counted(8, 0)
  })
  expect(brokenInvariants(join(folder, 'data'))).toEqual([])
}, 300_000)
