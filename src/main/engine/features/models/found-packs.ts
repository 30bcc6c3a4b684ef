import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelStatus } from '../../../../shared/models.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { modelKey } from '../../base/active-model.ts'
import type { EncoderCard } from '../../base/domain.ts'
import { filesOf, manifestSchema, type Manifest } from '../../stages/encode/manifest.ts'
import { packTowers } from '../../stages/encode/model-pack.ts'

/** A pack as its manifest describes it. Its files are checked only when it is opened. */
export interface FoundPack {
  readonly folder: string
  readonly packId: string
  readonly name: string
  readonly licence: string
  readonly languages: readonly string[]
  readonly hasCommonSpace: boolean
  /** All files of the pack but the manifest. */
  readonly sizeBytes: number
  readonly image: EncoderCard
  readonly text: EncoderCard
  /** As `ActiveModel.key`. */
  readonly key: string
  readonly quality: ModelStatus['quality']
}

/** The packs in these folders, in the folders' order. Of packs with the same id the first counts; other folders are ignored. */
export async function findPacks(folders: readonly string[]): Promise<FoundPack[]> {
  const packs = new Map<string, FoundPack>()
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    // A pack that is still being fetched lies in a folder with a dot in front.
    for (const name of ['.', ...names.filter(name => !name.startsWith('.')).sort()]) {
      const pack = await describePack(join(folder, name))
      if (pack !== null && !packs.has(pack.packId)) packs.set(pack.packId, pack)
    }
  }
  return [...packs.values()]
}

/** One pack by its folder or its id; without either the first of these folders. @throws EngineError model-missing */
export async function findPack(pack: string | undefined, folders: readonly string[]): Promise<FoundPack> {
  const packs = await findPacks(pack === undefined ? folders : [pack, ...folders])
  const found =
    pack === undefined ? packs[0] : (packs.find(({ folder, packId }) => packId === pack || folder === pack) ?? packs[0])
  if (found === undefined || (pack !== undefined && found.packId !== pack && !found.folder.startsWith(pack)))
    throw new EngineError(
      'model-missing',
      pack === undefined ? 'No model pack is installed.' : `There is no model pack at ${pack}.`
    )
  return found
}

async function describePack(folder: string): Promise<FoundPack | null> {
  const manifest = await readManifest(join(folder, 'model.json'))
  if (manifest === null) return null
  const { id, name, licence, languages, sharedSpace, baseProjector, probe } = manifest
  const towers = packTowers(manifest)
  const sizes = await Promise.all(
    filesOf(manifest).map(file =>
      stat(join(folder, file)).then(
        ({ size }) => size,
        () => 0
      )
    )
  )
  return {
    folder,
    packId: id,
    name,
    licence,
    languages,
    hasCommonSpace: sharedSpace || baseProjector !== undefined,
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    ...towers,
    key: modelKey(towers),
    quality: probe ?? null
  }
}

/** null for a folder that is no pack. What is wrong with a pack is reported when the pack is opened. */
async function readManifest(path: string): Promise<Manifest | null> {
  try {
    return manifestSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch {
    return null
  }
}
