import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelStatus, ModelSummary } from './contract/models.ts'
import type { EncoderCard, PackCard, ProjectorWeights, Tower } from './domain.ts'
import { filesOf, manifestSchema, type Manifest } from './encode/manifest.ts'
import { packTowers } from './encode/model-pack.ts'
import { EngineError } from './errors.ts'
import { parseProjector } from './project/projector-file.ts'
import type { Encoders } from './workers/encoders.ts'

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
    key: modelKey(card),
    projector,
    versionId: version?.versionId ?? null,
    hasCommonSpace: card.sharedSpace || projector !== null,
    space: tower => spaceName(projector?.id ?? 'none', tower)
  }
}

/** Names a pair of towers. */
function modelKey({ image, text }: Pick<PackCard, 'image' | 'text'>): string {
  return `${image.id}+${text.id}`
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
  /** Of all its files on disk, but the manifest. */
  readonly sizeBytes: number
  readonly image: EncoderCard
  readonly text: EncoderCard
  /** As `ActiveModel.key`. */
  readonly key: string
  readonly quality: ModelStatus['quality']
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

/** null for what is not a pack; what is wrong with one is said when it is opened. */
async function readManifest(path: string): Promise<Manifest | null> {
  try {
    return manifestSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null
  } catch {
    return null
  }
}

export function modelSummary(pack: FoundPack, active: ActiveModel | null): ModelSummary {
  const { packId, name, folder, licence, languages, sizeBytes } = pack
  const isActive = active?.card.id === packId
  return {
    ...{ packId, name, folder, licence, languages, sizeBytes, isActive },
    hasCommonSpace: isActive ? active.hasCommonSpace : pack.hasCommonSpace
  }
}

/** @param more  what the library has of it, and where it stands */
export function modelStatus(
  pack: FoundPack,
  active: ActiveModel | null,
  more: Omit<ModelStatus, keyof ModelSummary | 'quality' | 'state'> & { readonly isPreparing: boolean }
): ModelStatus {
  const { isPreparing, ...holdings } = more
  const summary = modelSummary(pack, active)
  const state = summary.isActive ? 'active' : isPreparing ? 'preparing' : 'installed'
  return { ...summary, state, quality: pack.quality, ...holdings }
}

/** Opens the pack in encoder processes, which check every file first. @throws EngineError model-broken */
export async function openModel(folder: string, encoders: Encoders): Promise<ActiveModel> {
  const card = await encoders.usePack(folder)
  if (card === null) throw new Error(`Nothing was opened in ${folder}.`)
  return activeModel(card)
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
