import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readPack, savePackProjector } from '../../src/main/engine/stages/encode/model-pack.ts'
import { parseProjector, serializeProjector, withId } from '../../src/main/engine/stages/project/projector-file.ts'

export interface OtherPack {
  readonly id: string
  /** Looks at photos as the first pack does: the image tower is shared. */
  readonly sharesPictures?: boolean
  /** By how many dimensions its common space is narrower: another number, another map. */
  readonly narrowerBy?: number
  /** More of its manifest. */
  readonly changes?: Readonly<Record<string, unknown>>
}

interface Manifest {
  image: { resize: Record<string, unknown> }
  text: Record<string, unknown>[]
}

/**
 * A second real pack, made from the drawn one: it looks at the middle of each photo, reads each text after another word, and
 * its common space has one dimension less, so that nothing of the two can be taken for the other's.
 * @returns the pack's folder
 */
export async function buildOtherPack(
  drawn: string,
  into: string,
  { id, sharesPictures = false, narrowerBy = 1, changes = {} }: OtherPack
): Promise<string> {
  const folder = join(into, id)
  await cp(drawn, folder, { recursive: true })
  const path = join(folder, 'model.json')
  const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest
  if (!sharesPictures) manifest.image.resize = { rule: 'centre-crop', cropFraction: 0.7, filter: 'linear' }
  for (const part of manifest.text) part.prefix = `red ${id} `
  await writeFile(path, JSON.stringify({ ...manifest, id, name: `The ${id} model`, ...changes }))
  const { projectorBytes } = await readPack(folder)
  if (projectorBytes === null) throw new Error('The drawn pack has no base projector.')
  await savePackProjector(folder, serializeProjector(narrower(projectorBytes, narrowerBy)))
  return folder
}

function narrower(bytes: Uint8Array, by: number): ReturnType<typeof withId> {
  const base = parseProjector(bytes)
  const k = base.dimension - by
  const cut = (matrix: Float32Array): Float32Array => matrix.filter((_value, i) => i % base.dimension < k)
  const map = (tower: typeof base.image): typeof base.image => ({
    ...tower,
    linear: tower.linear && { ...tower.linear, matrix: cut(tower.linear.matrix) },
    words: null
  })
  return withId({ ...base, dimension: k, image: map(base.image), text: map(base.text), source: 'narrower' })
}
