import type { EncodedText, PackCard, ProjectorWeights, Tower } from './domain.ts'

/** Neutral photos and captions, which no question asks for, as a model's towers encode them. */
export interface NeutralRows {
  /** [n] unit rows [d] of the image tower; none where the pack brings none. */
  readonly photos: readonly Float32Array[]
  /** Of the text tower; a caption in which the tower knows no word is left out. */
  readonly captions: readonly EncodedText[]
}

/** [Note: the cohort] The same neutral rows in every library: against them it is judged what a cosine means. */
export interface Cohort extends NeutralRows {
  /** In the common space of the map in use; made when first asked for, or by `prepare`. */
  readonly inCommonSpace: CommonRows
  /** Makes `inCommonSpace` in steps that hold nobody up. */
  prepare(): Promise<void>
}

/** [k] unit rows; none where there is no common space. */
export interface CommonRows {
  readonly photos: readonly Float32Array[]
  readonly captions: readonly Float32Array[]
}

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
  readonly cohort: Cohort
  /** The name under which projections of a tower are stored. */
  space(tower: Tower): string
}

/** A trained version of a model's map, ready for use. */
export interface UsableVersion {
  readonly versionId: number
  readonly weights: ProjectorWeights
}

/**
 * @param version  takes the place of the pack's own map
 * @param cohort  projected with the same map
 */
export function activeModel(
  card: PackCard,
  version: UsableVersion | null = null,
  cohort: Cohort = noCohort
): ActiveModel {
  const projector = version?.weights ?? card.baseProjector
  return {
    card,
    key: modelKey(card),
    projector,
    versionId: version?.versionId ?? null,
    hasCommonSpace: card.sharedSpace || projector !== null,
    cohort,
    space: tower => spaceName(projector?.id ?? 'none', tower)
  }
}

/** Of a model that nothing is asked of. */
export const noCohort: Cohort = {
  photos: [],
  captions: [],
  inCommonSpace: { photos: [], captions: [] },
  prepare: () => Promise.resolve()
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
