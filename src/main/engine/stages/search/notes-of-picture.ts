import type { ItemId } from '../../base/domain.ts'
import { momentsOf, type Moments } from '../../math/statistics.ts'
import { dot, meanOf, unit } from '../../math/vectors.ts'
import { expectedMaximum, standing } from './background.ts'
import { relevantFrom } from './calibrate.ts'

/** A picture from outside, and what it is compared with. All vectors are unit rows. */
export interface AskedPicture {
  /** [d] in the image tower's own space. */
  readonly picture: Float32Array
  /** [k] in the common space; null without one. */
  readonly common: Float32Array | null
  /** The photos of the library that are most alike, best first, in the image tower's own space. */
  readonly photos: readonly { readonly itemId: ItemId; readonly vector: Float32Array }[]
  /** Notes that show one of these photos, and notes that may say what the picture shows. */
  readonly notes: readonly CandidateNote[]
  /** What unrelated rows are: photos of the library, evenly spaced, and neutral ones ([Note: the cohort]). */
  readonly unrelated: {
    readonly photos: readonly Float32Array[]
    readonly neutralPhotos: readonly Float32Array[]
    readonly commonPhotos: readonly Float32Array[]
    readonly neutralCommonPhotos: readonly Float32Array[]
    readonly captions: readonly Float32Array[]
  }
  /** Photos of the library, and its passages and other texts. */
  readonly counts: { readonly photos: number; readonly texts: number }
}

export interface CandidateNote {
  readonly itemId: ItemId
  /** Which of the asked photos it shows. */
  readonly shows: readonly ItemId[]
  /** [k] the unit mean of its passages in the common space; null without one. */
  readonly meaning: Float32Array | null
  /** [d] the same in the text tower's own space; null for a note without text. */
  readonly text: Float32Array | null
}

/** What speaks for a note, before it is weighed. */
export interface NoteFeatures {
  readonly itemId: ItemId
  /** L: its photos; −∞ where it shows none of the asked. */
  readonly photos: number
  /** T: what it says. */
  readonly words: number
  /** A: that it says what the notes of alike photos say. */
  readonly alikeNotes: number
  /** Its photo that is most alike, and how alike, centred on the neutral photos; null where it shows none of the asked. */
  readonly like: { readonly itemId: ItemId; readonly cosine: number } | null
}

/** That a note belongs to a picture. */
export interface NoteOfPicture {
  /** 0…1, by all that speaks for it together. */
  readonly probability: number
  /** Of what speaks for it, the part that its photos have, 0…1; the rest is in its words. */
  readonly shareOfPhotos: number
}

export interface NoteWeights {
  /** What must speak for a note to make it relevant, in log-odds. */
  readonly needed: number
  readonly photos: number
  readonly words: number
  readonly alikeNotes: number
  readonly knee: number
}

/**
 * `npm run bench picture-notes fit` chooses them on the even questions, and the odd ones are reported. Only
 * what adds to a note counts: a note without photos is no worse for that, or a photo that is asked away would be found by its absence.
 */
export const noteWeights: NoteWeights = { needed: 3.48, photos: 1.44, words: 0.65, alikeNotes: 0.43, knee: 1.5 }

/** Neutral rows among the unrelated ones, so that a library of three photos has a spread. */
const pseudoRows = 64
/** Alike photos whose notes speak for notes that say the same. */
const speakingPhotos = 10
/** Of the weights of alike photos, in cosines. */
const temperature = 0.05
/** How sharply the most alike photo of a note counts for more than its others. */
const sharpness = 2

/**
 * How probably a note belongs to a picture that the library does not hold:
 *
 *   log-odds = ln(r / (1 − r)) − needed + photos · max(0, L + knee) + words · T + alikeNotes · A,   r from which a hit is relevant
 */
export function noteOfPicture(
  { photos, words, alikeNotes }: Pick<NoteFeatures, 'photos' | 'words' | 'alikeNotes'>,
  weights: NoteWeights = noteWeights
): NoteOfPicture {
  const ofPhotos = weights.photos * Math.max(0, photos + weights.knee)
  const inWords = weights.words * words + weights.alikeNotes * alikeNotes
  const logOdds = Math.log(relevantFrom / (1 - relevantFrom)) - weights.needed + ofPhotos + inWords
  const positive = ofPhotos + Math.max(0, inWords)
  return {
    probability: 1 / (1 + Math.exp(-logOdds)),
    shareOfPhotos: positive > 0 ? ofPhotos / positive : 0
  }
}

/**
 * What speaks for each candidate:
 *
 *   L = ln Σ_p exp(2 (z_p − √(2 ln photos))) / 2, over the photos of the note,
 *       z_p the least of three: how far the cosine stands out of the picture's cosines with neutral photos, of those with the
 *       library's, and of that photo's own with the library's. Cosines are of the image tower, centred on the neutral photos, as Fisher's z.
 *   T = z − √(2 ln texts) of the note as a whole in the common space, against what it scores on unrelated photos
 *   A = how much the note says what the notes of the most alike photos say, in standard deviations
 *
 * @returns one a candidate, in their order
 */
export function noteFeatures(asked: AskedPicture): NoteFeatures[] {
  const likeness = likenessesOf(asked)
  const alike = alikeNotesOf(asked, likeness)
  const expectedPhoto = expectedMaximum(asked.counts.photos)
  const expectedText = expectedMaximum(asked.counts.texts)
  const unrelated = pooled(asked.unrelated.commonPhotos, asked.unrelated.neutralCommonPhotos)
  return asked.notes.map(({ itemId, shows, meaning }, i): NoteFeatures => {
    const photos = shows.flatMap(photoId => likeness.get(photoId) ?? [])
    const best = photos.reduce<Likeness | null>((most, one) => (most === null || one.z > most.z ? one : most), null)
    const z =
      asked.common === null || meaning === null
        ? 0
        : standing(dot(asked.common, meaning), backgroundOf(meaning, unrelated))
    return {
      itemId,
      photos: Math.log(photos.reduce((sum, one) => sum + Math.exp(sharpness * (one.z - expectedPhoto)), 0)) / sharpness,
      words: z - expectedText,
      alikeNotes: alike[i] ?? 0,
      like: best === null ? null : { itemId: best.itemId, cosine: best.cosine }
    }
  })
}

interface Likeness {
  readonly itemId: ItemId
  readonly cosine: number
  readonly z: number
}

function likenessesOf({ picture, photos, unrelated }: AskedPicture): Map<ItemId, Likeness> {
  const centre = centreOf(unrelated.neutralPhotos, unrelated.photos)
  const centred = (rows: readonly Float32Array[]): Float32Array[] => rows.map(row => minus(row, centre))
  const asked = minus(picture, centre)
  const neutral = centred(unrelated.neutralPhotos)
  const library = pooled(centred(unrelated.photos), neutral)
  const againstLibrary = backgroundOf(asked, library, stretched)
  const againstNeutral = neutral.length > 0 ? backgroundOf(asked, neutral, stretched) : againstLibrary
  return new Map(
    photos.map(({ itemId, vector }) => {
      const row = minus(vector, centre)
      const cosine = dot(asked, row)
      const backgrounds = [againstNeutral, againstLibrary, backgroundOf(row, library, stretched)]
      return [
        itemId,
        { itemId, cosine, z: Math.min(...backgrounds.map(background => standing(stretched(cosine), background))) }
      ]
    })
  )
}

/** For each candidate: the mean, over the notes of the most alike photos, of how far it stands out of the other candidates for that note. */
function alikeNotesOf({ photos, notes, unrelated }: AskedPicture, likeness: ReadonlyMap<ItemId, Likeness>): number[] {
  const centre = centreOf(
    unrelated.captions,
    notes.flatMap(({ text }) => text ?? [])
  )
  const texts = notes.map(({ text }) => (text === null ? null : minus(text, centre)))
  const sums = notes.map(() => 0)
  const speaking = photos
    .flatMap(({ itemId }) => likeness.get(itemId) ?? [])
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, speakingPhotos)
  const most = speaking[0]?.cosine ?? 0
  const weights = speaking.map(({ cosine }) => Math.exp((cosine - most) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  speaking.forEach(({ itemId }, place) => {
    for (const [of, note] of notes.entries()) {
      const speaker = texts[of] ?? null
      if (speaker === null || !note.shows.includes(itemId)) continue
      const cosines = texts.map((text, i) => (text === null || i === of ? null : dot(speaker, text)))
      const background = moments(cosines.filter(cosine => cosine !== null))
      cosines.forEach((cosine, i) => {
        if (cosine !== null) sums[i] = (sums[i] ?? 0) + (standing(cosine, background) * (weights[place] ?? 0)) / total
      })
    }
  })
  return sums
}

/** Of a row's cosines with others; the row itself is none of them. */
function backgroundOf(
  row: Float32Array,
  others: readonly Float32Array[],
  scale: (cosine: number) => number = cosine => cosine
): Moments {
  const cosines = others.map(other => dot(row, other)).filter(cosine => cosine < 0.9999)
  return moments(cosines.map(scale))
}

/** Fisher's z of a cosine, ±3.8 at most: from .98 to .99 it is as far as from 0 to .35, and small cosines stay as they are. */
function stretched(cosine: number): number {
  return Math.atanh(Math.min(0.999, Math.max(-0.999, cosine)))
}

/** One value has no spread, and nothing stands out of it. */
function moments(values: readonly number[]): Moments {
  return values.length < 2 ? { mean: 0, standardDeviation: 0 } : momentsOf(values)
}

/** The library's rows and some neutral ones, evenly spaced. */
function pooled(library: readonly Float32Array[], neutral: readonly Float32Array[]): Float32Array[] {
  const step = Math.max(1, Math.floor(neutral.length / pseudoRows))
  return [...library, ...neutral.filter((_, i) => i % step === 0).slice(0, pseudoRows)]
}

/** The mean of neutral rows, or of the library's where there are none. */
function centreOf(neutral: readonly Float32Array[], library: readonly Float32Array[]): Float32Array | null {
  const rows = neutral.length > 0 ? neutral : library
  return rows.length > 1 ? meanOf(rows) : null
}

function minus(row: Float32Array, centre: Float32Array | null): Float32Array {
  return centre === null ? row : unit(row.map((value, i) => value - (centre[i] ?? 0)))
}
