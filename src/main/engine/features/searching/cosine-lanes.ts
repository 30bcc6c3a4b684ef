import type { ActiveModel } from '../../base/active-model.ts'
import { config } from '../../base/config.ts'
import type { Background, EncodedText } from '../../base/domain.ts'
import { unit } from '../../math/vectors.ts'
import { project } from '../../stages/project/projector.ts'
import { backgroundAgainst, backgroundOfPairs, shrunkTowards } from '../../stages/search/background.ts'
import {
  likenessCalibration,
  meaningCalibration,
  pictureCalibration,
  pictureOfTextsCalibration,
  pictureWithoutCohortCalibration,
  type CosineCalibration
} from '../../stages/search/calibrate.ts'
import type { Gallery, GalleryAnswer, GalleryHit } from '../../stages/search/gallery.ts'
import type { GalleryName } from './model-galleries.ts'
import type { Question } from './question.ts'

/** What one gallery answered, and how its cosines are calibrated. */
export interface CosinesFound {
  readonly lane: 'picture' | 'meaning'
  readonly hits: readonly GalleryHit[]
  /** What all rows of the gallery score. */
  readonly spread: Background
  /** At least one. */
  readonly backgrounds: readonly Background[]
  readonly calibration: CosineCalibration
  /** As `cosineProbability`. */
  readonly commonness: number | null
}

/** How a gallery is asked, and how its answer is judged. */
interface Asked {
  readonly name: GalleryName
  readonly vector: Float32Array | null
  readonly judge: (answer: GalleryAnswer, gallery: Gallery, vector: Float32Array) => Judgement
}

/**
 * Finds items by what they mean:
 *   words   → photos in the common space, texts in the text tower's own space
 *   picture → photos and texts in the common space
 *   both    → the unit mean of the two in the common space, and the words in the text tower's own space
 *
 * @returns one answer a gallery, at most `config.laneDepth` items each; none without a model
 */
export function cosineLanes({
  model,
  text,
  picture,
  allowed,
  commonness
}: Pick<Question, 'model' | 'text' | 'picture' | 'allowed' | 'commonness'>): CosinesFound[] {
  if (model === null) return []
  const { active, galleries } = model
  const common = meanInCommonSpace(
    text === null ? null : textInCommonSpace(text, active),
    picture === null ? null : pictureInCommonSpace(picture, active)
  )
  const asked: readonly Asked[] = [
    picture === null
      ? { name: 'pictures', vector: common, judge: (...found) => textOfPictures(active, commonness, ...found) }
      : { name: 'pictures', vector: common, judge: (...found) => pictureOfPictures(active, ...found) },
    { name: 'texts', vector: text?.vector ?? null, judge: (...found) => textOfTexts(active, ...found) },
    ...(picture === null
      ? []
      : [{ name: 'textsForPictures', vector: common, judge: (...found) => pictureOfTexts(active, ...found) } as Asked])
  ]
  return asked.flatMap(({ name, vector, judge }): CosinesFound[] => {
    const gallery = vector === null ? null : galleries.get(name)
    if (gallery === null || vector === null) return []
    const answer = gallery.search(vector, { limit: config.laneDepth, ...(allowed !== null && { allowed }) })
    return [{ hits: answer.hits, spread: answer.spread, ...judge(answer, gallery, vector) }]
  })
}

type Judgement = Omit<CosinesFound, 'hits' | 'spread'>

/** Rows of a library that a pack without neutral photos is judged by. */
const sampledRows = 64

function textOfPictures(
  { cohort }: ActiveModel,
  commonness: number | null,
  { distinct }: GalleryAnswer,
  gallery: Gallery,
  vector: Float32Array
): Judgement {
  const { photos, captions } = cohort.inCommonSpace
  if (photos.length > 0) {
    const backgrounds = [backgroundAgainst(vector, photos, distinct)]
    return { lane: 'picture', backgrounds, calibration: pictureCalibration, commonness }
  }
  const backgrounds = [{ ...pairsBackground(captions, gallery), count: distinct }]
  return { lane: 'picture', backgrounds, calibration: pictureWithoutCohortCalibration, commonness }
}

/** What was made of a sample, with which captions. */
const known = new WeakMap<
  readonly Float32Array[],
  { readonly captions: readonly Float32Array[]; readonly background: Background }
>()

/** The same for all questions until a row changes, and twenty thousand cosines: made once. */
function pairsBackground(captions: readonly Float32Array[], gallery: Gallery): Background {
  const rows = gallery.sample(sampledRows)
  const before = known.get(rows)
  if (before?.captions === captions) return before.background
  const background = backgroundOfPairs(captions, rows, gallery.dimension, gallery.size)
  known.set(rows, { captions, background })
  return background
}

/** Against neutral photos, and against the library's own: what looks like everything else of it is no find. */
function pictureOfPictures(
  { cohort, hasCommonSpace }: ActiveModel,
  { distinct, spread }: GalleryAnswer,
  _gallery: Gallery,
  vector: Float32Array
): Judgement {
  const neutral = hasCommonSpace ? cohort.inCommonSpace.photos : cohort.photos
  const background = backgroundAgainst(vector, neutral, distinct)
  const backgrounds = [background, shrunkTowards(background, spread)]
  return { lane: 'picture', backgrounds, calibration: likenessCalibration, commonness: null }
}

function textOfTexts(
  { cohort }: ActiveModel,
  { distinct }: GalleryAnswer,
  _gallery: Gallery,
  vector: Float32Array
): Judgement {
  const neutral = cohort.captions.map(caption => caption.vector)
  const backgrounds = [backgroundAgainst(vector, neutral, distinct)]
  return { lane: 'meaning', backgrounds, calibration: meaningCalibration, commonness: null }
}

function pictureOfTexts(
  { cohort }: ActiveModel,
  { distinct }: GalleryAnswer,
  _gallery: Gallery,
  vector: Float32Array
): Judgement {
  const backgrounds = [backgroundAgainst(vector, cohort.inCommonSpace.captions, distinct)]
  return { lane: 'picture', backgrounds, calibration: pictureOfTextsCalibration, commonness: null }
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
