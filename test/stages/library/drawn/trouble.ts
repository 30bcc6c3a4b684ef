import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { FailureCode } from '../../../../src/main/engine/base/domain.ts'
import { chanceFrom } from './chance.ts'
import { paint } from './paint.ts'
import { imagine } from './world.ts'

/** A file that must end up failed, and the code of its reason. */
interface DrawnFailure {
  readonly path: string
  readonly code: FailureCode
}

export interface Trouble {
  readonly failures: readonly DrawnFailure[]
  /** Files that no scan may offer: hidden, marked as not to be indexed, of other kinds. */
  readonly unseen: readonly string[]
}

/** What real folders hold beside good photos. */
export async function writeTrouble(into: string): Promise<Trouble> {
  const [picture] = imagine(1, chanceFrom(99))
  const jpeg = await sharp(paint(picture!, 480, 320))
    .jpeg()
    .toBuffer()
  const failures: (DrawnFailure & { content: Buffer })[] = [
    // Its head says 480 × 320, then nothing of the picture follows.
    {
      path: 'Phone/DCIM/100REVER/IMG_9001.jpg',
      code: 'corrupt',
      content: jpeg.subarray(0, jpeg.lastIndexOf(Buffer.from([0xff, 0xda])))
    },
    { path: 'Phone/DCIM/100REVER/IMG_9002.jpg', code: 'empty-file', content: Buffer.alloc(0) },
    {
      path: 'Trip to the coast/not found.jpg',
      code: 'wrong-content',
      content: Buffer.from('<!doctype html><title>404 Not Found</title><h1>Not Found</h1>')
    }
  ]
  const unseen: Readonly<Record<string, Buffer>> = {
    '.trash/deleted.jpg': jpeg,
    'Private/.noindex': Buffer.alloc(0),
    'Private/secret.jpg': jpeg,
    'Private/deeper/secret.md': Buffer.from('# Never shown\n'),
    'Messages/.nomedia': Buffer.alloc(0),
    'Messages/received.jpg': jpeg,
    'Trip to the coast/Thumbs.db': Buffer.from('not a picture'),
    'Trip to the coast/film.mp4': Buffer.from('not a picture either'),
    'Trip to the coast/._IMG_0012.jpg': Buffer.from('left by a Mac')
  }
  for (const [path, content] of [
    ...failures.map(({ path, content }) => [path, content] as const),
    ...Object.entries(unseen)
  ]) {
    await mkdir(dirname(join(into, path)), { recursive: true })
    await writeFile(join(into, path), content)
  }
  await makeLoop(into)
  return { failures: failures.map(({ path, code }) => ({ path, code })), unseen: Object.keys(unseen) }
}

/** Relative to the library's folder. */
export const loopPath = 'Family/back to the start'

/** A folder that contains itself. Windows lets only some users make one: there the library has none. */
export async function makeLoop(into: string): Promise<void> {
  try {
    await symlink(into, join(into, loopPath), 'junction')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}
