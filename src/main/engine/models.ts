import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelStatus } from './contract/models.ts'
import type { PackCard, ProjectorWeights, Tower } from './domain.ts'
import { manifestSchema, type Manifest } from './encode/manifest.ts'
import { EngineError } from './errors.ts'
import { parseProjector } from './project/projector-file.ts'
import type { EncoderProcess } from './workers/encoder-process.ts'

/** The model that encodes and searches now. */
export interface ActiveModel {
  readonly card: PackCard
  /** Names the pair of towers: an item is encoded once per key. */
  readonly key: string
  /** Into the common space; null when the towers share one already, or when no map was fitted. */
  readonly projector: ProjectorWeights | null
  /** Which trained version the projector is; null for the pack's own map, or none. */
  readonly versionId: number | null
  /** Whether a caption can find a picture: one space by nature, or by a projector. */
  readonly hasCommonSpace: boolean
  /** The name under which projections of a tower are stored. */
  space(tower: Tower): string
}

/** A trained version of a model's map, ready for use. */
export interface UsableVersion {
  readonly versionId: number
  readonly weights: ProjectorWeights
}

/** @param version  takes the place of the pack's own map */
export function activeModel(card: PackCard, version: UsableVersion | null = null): ActiveModel {
  const projector = version?.weights ?? card.baseProjector
  return {
    card,
    key: `${card.image.id}+${card.text.id}`,
    projector,
    versionId: version?.versionId ?? null,
    hasCommonSpace: card.sharedSpace || projector !== null,
    space: tower => spaceName(projector?.id ?? 'none', tower)
  }
}

/** The name under which a projector's projections of one tower are stored. */
export function spaceName(projectorId: string, tower: Tower): string {
  return `${projectorId}:${tower}`
}

/** A pack as its manifest describes it: nothing is checked before it is opened. */
export interface FoundPack {
  readonly folder: string
  readonly packId: string
  readonly name: string
  readonly licence: string
  readonly languages: readonly string[]
  readonly hasCommonSpace: boolean
  readonly sizeBytes: number
}

/** The packs in these folders, in their order; of packs with the same id the first. A folder that is not a pack is passed over. */
export async function findPacks(folders: readonly string[]): Promise<FoundPack[]> {
  const packs = new Map<string, FoundPack>()
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => [])
    // A name with a dot in front is a pack that is still on its way.
    for (const name of ['.', ...names.filter(name => !name.startsWith('.')).sort()]) {
      const pack = await describePack(join(folder, name))
      if (pack !== null && !packs.has(pack.packId)) packs.set(pack.packId, pack)
    }
  }
  return [...packs.values()]
}

async function describePack(folder: string): Promise<FoundPack | null> {
  const manifest = await readManifest(join(folder, 'model.json'))
  if (manifest === null) return null
  const { id, name, licence, languages, sharedSpace, image, text, baseProjector } = manifest
  const models = [image.model, ...text.map(({ model }) => model)]
  const files = [
    ...models,
    ...models.flatMap(({ data }) => data),
    ...text.map(({ tokenizer }) => tokenizer),
    ...(baseProjector === undefined ? [] : [baseProjector])
  ]
  const sizes = await Promise.all(
    files.map(({ file }) =>
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
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0)
  }
}

/** null for what is not a pack; what is wrong with one is said when it is opened. */
async function readManifest(path: string): Promise<Manifest | null> {
  try {
    return manifestSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch {
    return null
  }
}

export function modelStatus(pack: FoundPack, active: ActiveModel | null): ModelStatus {
  const isActive = active?.card.id === pack.packId
  return {
    packId: pack.packId,
    name: pack.name,
    folder: pack.folder,
    licence: pack.licence,
    languages: pack.languages,
    sizeBytes: pack.sizeBytes,
    isActive,
    hasCommonSpace: isActive ? active.hasCommonSpace : pack.hasCommonSpace
  }
}

/** Opens the pack in the encoder process, which checks every file first. @throws EngineError model-broken */
export async function openModel(folder: string | null, encoder: EncoderProcess): Promise<ActiveModel | null> {
  const card = await encoder.usePack(folder)
  return card === null ? null : activeModel(card)
}

/**
 * The model with one of its versions.
 * @throws EngineError model-broken when the version's file is damaged, or its map does not fit the model's towers
 */
export function withVersion(
  { card }: ActiveModel,
  { versionId, weights }: { readonly versionId: number; readonly weights: Uint8Array }
): ActiveModel {
  const parsed = parseProjector(weights)
  if (!(['image', 'text'] as const).every(tower => fits(parsed, tower, card)))
    throw new EngineError(
      'model-broken',
      `Version ${versionId} of the map was made for another model. Nothing was changed, and your library is unharmed. Choose another version.`
    )
  return activeModel(card, { versionId, weights: parsed })
}

/** A map takes what the tower makes; a tower without one keeps its rows, which then are of the common space already. */
function fits(projector: ProjectorWeights, tower: Tower, card: PackCard): boolean {
  const base = card.baseProjector?.dimension ?? projector.dimension
  return (
    projector.dimension === base &&
    (projector[tower].linear?.mean.length ?? projector.dimension) === card[tower].dimension
  )
}
