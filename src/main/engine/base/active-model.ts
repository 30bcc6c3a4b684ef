import type { PackCard, ProjectorWeights, Tower } from './domain.ts'

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
export function modelKey({ image, text }: Pick<PackCard, 'image' | 'text'>): string {
  return `${image.id}+${text.id}`
}

/** The name under which a projector's projections of one tower are stored. */
export function spaceName(projectorId: string, tower: Tower): string {
  return `${projectorId}:${tower}`
}

/** The model in use, as features see it that do not choose it. */
export interface ModelInUse {
  /** null while none is open. */
  readonly now: ActiveModel | null
  /** Waits until it is open; null when there is none. @throws EngineError model-broken */
  open(): Promise<ActiveModel | null>
}
