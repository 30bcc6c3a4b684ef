import type { ActiveModel } from '../../base/active-model.ts'
import { config } from '../../base/config.ts'
import type { EncodedText } from '../../base/domain.ts'
import { unit } from '../../math/vectors.ts'
import { project } from '../../stages/project/projector.ts'
import {
  likenessCalibration,
  meaningCalibration,
  pictureCalibration,
  type CosineCalibration
} from '../../stages/search/calibrate.ts'
import type { GalleryAnswer } from '../../stages/search/gallery.ts'
import type { GalleryName } from './model-galleries.ts'
import type { Question } from './question.ts'

/** What one gallery answered, and how its cosines are calibrated. */
export interface CosinesFound extends GalleryAnswer {
  readonly lane: 'picture' | 'meaning'
  readonly calibration: CosineCalibration
}

/**
 * Finds items by what they mean:
 *   words   → photos in the common space, texts in the text tower's own space
 *   picture → photos and texts in the common space
 *   both    → the unit mean of the two in the common space, and the words in the text tower's own space
 *
 * @returns one answer a gallery, at most `config.laneDepth` items each; none without a model
 */
export function cosineLanes({ model, text, picture, allowed }: Question): CosinesFound[] {
  if (model === null) return []
  const { active, galleries } = model
  const common = meanInCommonSpace(
    text === null ? null : textInCommonSpace(text, active),
    picture === null ? null : pictureInCommonSpace(picture, active)
  )
  const search = (
    name: GalleryName,
    vector: Float32Array | null,
    how: Pick<CosinesFound, 'lane' | 'calibration'>
  ): CosinesFound[] => {
    const gallery = vector === null ? null : galleries.get(name)
    if (gallery === null || vector === null) return []
    const options = { limit: config.laneDepth, ...(allowed !== null && { allowed }) }
    return [{ ...how, ...gallery.search(vector, options) }]
  }
  const likeness = picture === null ? pictureCalibration : likenessCalibration
  return [
    ...search('pictures', common, { lane: 'picture', calibration: likeness }),
    ...search('texts', text?.vector ?? null, { lane: 'meaning', calibration: meaningCalibration }),
    ...(picture === null
      ? []
      : search('textsForPictures', common, { lane: 'picture', calibration: pictureCalibration }))
  ]
}

/** [k] unit; null for a model that has no common space. */
function textInCommonSpace({ vector, tokens }: EncodedText, { card, projector }: ActiveModel): Float32Array | null {
  if (projector !== null) return project(projector, 'text', [vector], () => tokens)[0] ?? null
  return card.sharedSpace ? vector : null
}

/** [k] unit; without a common space [d], in the image tower's own. */
export function pictureInCommonSpace(vector: Float32Array, { projector }: ActiveModel): Float32Array | null {
  return projector === null ? vector : (project(projector, 'image', [vector])[0] ?? null)
}

function meanInCommonSpace(text: Float32Array | null, picture: Float32Array | null): Float32Array | null {
  if (text === null || picture === null) return text ?? picture
  return unit(text.map((value, i) => value + (picture[i] ?? 0)))
}
