import type { ActiveModel } from '../../base/active-model.ts'
import type { ItemId } from '../../base/domain.ts'
import { meanOf, unit } from '../../math/vectors.ts'
import type { Evidence } from '../../stages/search/fuse.ts'
import type { Gallery } from '../../stages/search/gallery.ts'
import {
  noteFeatures,
  noteOfPicture,
  type AskedPicture,
  type CandidateNote,
  type NoteFeatures
} from '../../stages/search/notes-of-picture.ts'
import type { Store } from '../../store/store.ts'
import { pictureInCommonSpace } from './cosine-lanes.ts'
import { linkedItems } from './linked-items.ts'
import type { Question } from './question.ts'

/** Photos whose notes are looked at, and notes that are looked at for what they say. */
const most = { photos: 60, notes: 100 } as const
/** Photos of the library that stand for all. */
const sampledPhotos = 256
/** Passages of a note that stand for all. */
const readPassages = 64

/**
 * Notes that belong to a picture which may be none of the library's: by the alike photos that they show, by what they say, and by
 * what the notes of alike photos say. Evidence goes along from every photo, relevant or not.
 *
 * @returns two pieces for a note, of which its probability is made: `shown` with the photo that is alike, and `picture` with the passage
 *   that comes nearest; none without a model or a picture
 */
export function pictureNotes(question: Question, store: Store): Evidence[] {
  return pictureNoteFeatures(question, store).flatMap((note): Evidence[] => {
    const { itemId, like, passage } = note
    const { probability, shareOfPhotos } = noteOfPicture(note)
    // 1 − P = (1 − p)(1 − q): fused again, the two make the probability that they were made of.
    const piece = (share: number): number => 1 - (1 - probability) ** share
    const said: Evidence = { lane: 'picture', itemId, ...passage, probability: piece(1 - shareOfPhotos) }
    if (like === null || shareOfPhotos === 0) return [said]
    const shown = { lane: 'shown', itemId, part: 0, from: like.itemId, cosine: like.cosine } as const
    return [{ ...shown, probability: piece(shareOfPhotos) }, said]
  })
}

interface Passage {
  readonly part: number
  readonly cosine: number
}

/** What speaks for each note that may belong to the picture, and the passage that comes nearest. */
export function pictureNoteFeatures(
  question: Question,
  store: Store
): readonly (NoteFeatures & { readonly passage: Passage })[] {
  const { model, picture, parsed, same } = question
  // Nothing is read for a question without a picture.
  if (model === null || picture === null) return []
  const { active, galleries } = model
  const likeness = galleries.get('likeness')
  if (likeness === null) return []
  const common = active.hasCommonSpace ? pictureInCommonSpace(picture, active) : null
  const texts = common === null ? null : galleries.get('textsForPictures')

  const photos = alikePhotos(picture, new Set([...same, parsed.like]), active, likeness, store)
  const shows = new Map<ItemId, ItemId[]>()
  for (const { itemId } of photos)
    for (const { itemId: noteId } of linkedItems(itemId, store))
      shows.set(noteId, [...(shows.get(noteId) ?? []), itemId])
  const passages = new Map<ItemId, Passage>()
  if (texts !== null && common !== null)
    for (const { itemId, part, cosine } of texts.search(common, { limit: most.notes }).hits)
      passages.set(itemId, { part, cosine })

  const kinds = store.items.kinds([...new Set([...shows.keys(), ...passages.keys()])])
  const notes = [...kinds].flatMap(([itemId, kind]) => (kind === 'note' ? itemId : []))
  const { cohort } = active
  const features = noteFeatures({
    ...{ picture, common, photos },
    notes: notes.map(itemId => candidate(itemId, shows.get(itemId) ?? [], active, store)),
    unrelated: {
      photos: likeness.sample(sampledPhotos),
      neutralPhotos: cohort.photos,
      commonPhotos: common === null ? [] : (galleries.get('pictures')?.sample(sampledPhotos) ?? []),
      neutralCommonPhotos: cohort.inCommonSpace.photos,
      captions: cohort.captions.map(({ vector }) => vector)
    },
    counts: { photos: likeness.size, texts: texts?.size ?? 0 }
  })
  return features.map(note => ({ ...note, passage: passages.get(note.itemId) ?? { part: 0, cosine: 0 } }))
}

/** Of the whole library, whatever the filters: a photo that is not asked for may still have a note that is. */
function alikePhotos(
  picture: Float32Array,
  asked: ReadonlySet<ItemId | null>,
  { card }: ActiveModel,
  likeness: Gallery,
  store: Store
): AskedPicture['photos'] {
  return likeness
    .search(picture, { limit: most.photos + asked.size })
    .hits.filter(({ itemId }) => !asked.has(itemId))
    .slice(0, most.photos)
    .flatMap(({ itemId }) => {
      const vector = store.embeddings.get(card.image.id, { itemId, part: 0 })
      return vector === undefined ? [] : [{ itemId, vector }]
    })
}

function candidate(itemId: ItemId, shows: readonly ItemId[], active: ActiveModel, store: Store): CandidateNote {
  const first = { from: 0, to: readPassages }
  const own = store.embeddings.of(active.card.text.id, itemId, first)
  const common =
    active.projector === null
      ? active.hasCommonSpace
        ? own
        : []
      : store.projections.of(active.space('text'), itemId, first)
  return { itemId, shows, meaning: middle(common), text: middle(own) }
}

function middle(rows: readonly { readonly vector: Float32Array }[]): Float32Array | null {
  return rows.length === 0 ? null : unit(meanOf(rows.map(({ vector }) => vector)))
}
