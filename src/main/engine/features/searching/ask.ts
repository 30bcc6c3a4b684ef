import type { SearchQuery } from '../../../../shared/searching.ts'
import type { ActiveModel, ModelInUse } from '../../base/active-model.ts'
import { config } from '../../base/config.ts'
import { commonnessOf, type Commonness } from '../../stages/search/commonness.ts'
import { isOtherLanguage } from '../../stages/search/other-language.ts'
import { parseQuery, type ParsedQuery } from '../../stages/search/parse.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'
import type { Galleries } from './galleries.ts'
import { meanText, vectorsOf } from './item-vectors.ts'
import type { OpenedImages } from './opened-images.ts'
import { keyOf } from './said-of-hits.ts'
import type { Allowed, Question, SearchedGalleries } from './question.ts'

/** What a question is asked with. */
export interface AskDeps {
  readonly store: Store
  readonly galleries: Galleries
  readonly model: ModelInUse
  readonly images: OpenedImages
  readonly encoders: Encoders
  /** null where the app was started without its table. */
  readonly commonness: Commonness | null
}

/**
 * First step of a search: parses the query, opens the model and encodes what was asked. A change of model while the question
 * is encoded encodes it once more with the new model, so that no question holds the vectors of two models.
 *
 * @param signal  ends the encoding
 * @throws EngineError not-found for a picture that is no longer open, or an item of `like:` that the library does not hold;
 *   bad-input for a picture that can no longer be read
 */
export async function ask(query: SearchQuery, deps: AskDeps, signal: AbortSignal): Promise<Question> {
  const { store, galleries, model } = deps
  const parsed = parsedText(query.text)
  const isWordsOnly = query.wordsOnly === true
  if (!isWordsOnly && model.now === null) galleries.prepare()
  for (;;) {
    const opened = isWordsOnly ? null : await model.open().catch(() => null)
    const isOvertaken = (): boolean => opened !== null && model.now?.key !== opened.key && !signal.aborted
    try {
      const encoded = await encode(query, parsed, opened, deps, signal)
      if (isOvertaken()) continue
      return {
        ...encoded,
        parsed,
        key: keyOf(query, parsed, deps),
        allowed: allowedItems(parsed, store),
        limit: query.limit ?? config.defaultLimit,
        isWordsOnly,
        isBare: parsed.caption === '' && query.imageId === undefined && parsed.like === null,
        isOldestFirst: query.oldestFirst === true,
        commonness: opened === null ? null : commonnessFor(parsed.caption, opened, deps.commonness),
        model: opened === null ? null : searchedModel(model.now, galleries.now),
        signal
      }
    } catch (error) {
      if (!isOvertaken()) throw error
    }
  }
}

/** The table is of English captions: a word that it lacks is a rare one only where nothing but English can be asked. */
function commonnessFor(caption: string, { card }: ActiveModel, table: Commonness | null): number | null {
  if (table === null || isOtherLanguage(caption, ['en'])) return null
  const isEnglish = card.languages.length > 0 && card.languages.every(tag => /^en(-|$)/i.test(tag))
  return commonnessOf(caption, table, isEnglish)
}

/** The model in use and its galleries, taken together. Since it encoded, another version of its map may have come into use. */
function searchedModel(active: ActiveModel | null, galleries: SearchedGalleries | null): Question['model'] {
  return active === null || galleries === null ? null : { active, galleries }
}

/** Never refused: of a text that is longer than `config.longestQuestion` the beginning is parsed. */
function parsedText(text: string): ParsedQuery {
  if (text.length <= config.longestQuestion) return parseQuery(text)
  // A surrogate pair that the cut divides is left out whole.
  const beginning = text.slice(0, config.longestQuestion).replace(/[\ud800-\udbff]$/, '')
  return { ...parseQuery(beginning), isCut: true }
}

function allowedItems({ filters, words }: ParsedQuery, store: Store): Allowed {
  const byWords = store.words.allowed(words)
  if (Object.keys(filters).length === 0) return byWords
  const byFilters = new Set(store.items.matching(filters))
  return byWords === null ? byFilters : byFilters.intersection(byWords)
}

type Encoded = Pick<Question, 'text' | 'picture' | 'same' | 'named'>

/** An opened picture takes precedence over `like:`. @param model  null: nothing is encoded */
async function encode(
  { imageId }: SearchQuery,
  { caption, like }: ParsedQuery,
  model: ActiveModel | null,
  { store, images, encoders }: AskDeps,
  signal: AbortSignal
): Promise<Encoded> {
  const [text = null] = model === null || caption === '' ? [] : await encoders.questions.encodeTexts([caption], signal)
  if (imageId !== undefined) {
    const picture = await images.get(imageId, model?.key ?? null, signal)
    const same = store.items.findContent(picture.contentHash)
    return { text, picture: picture.embedding, same, named: same }
  }
  if (like === null) return { text, picture: null, same: [], named: [] }
  const vectors = vectorsOf(like, model, store)
  return {
    text: meanText([text, vectors.text].filter(one => one !== null)),
    picture: vectors.picture,
    same: [],
    named: [like]
  }
}
