import { config } from '../../base/config.ts'
import type { Hit, ItemSummary, Notice, SearchQuery, SearchResult, Snippet } from '../../../../shared/contract.ts'
import type { EncodedText, ItemId } from '../../base/domain.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { meanOf, unit } from '../../math/vectors.ts'
import type { ActiveModel, ModelInUse } from '../../base/active-model.ts'
import { reasonsFor, snippetFor } from '../../stages/search/explain.ts'
import { alongLinks, fuse, type Evidence, type FusedHit } from '../../stages/search/fuse.ts'
import { isOtherLanguage } from '../../stages/search/other-language.ts'
import { parseQuery, type ParsedQuery } from '../../stages/search/parse.ts'
import type { Store } from '../../store/store.ts'
import type { Encoders } from '../../workers/encoders.ts'
import type { Galleries } from './galleries.ts'
import type { OpenedImages } from './opened-images.ts'
import { inStacks } from './search-stacks.ts'
import { laneDepth, meaningLanes, wordsLane, type Allowed, type Asked, type WordsFound } from './search-lanes.ts'

interface Parts {
  readonly store: Store
  readonly galleries: Galleries
  readonly model: ModelInUse
  readonly images: OpenedImages
  readonly encoders: Encoders
}

/** Rows of one item that are looked at for marks. */
const rowsPerItem = 3
/** Notes that show the very picture that was asked, and photos in the very note. */
const shownForCertain = 0.95
const theSame = 0.999
/** Characters of a note's beginning on its card. */
const beginningLength = 240

/** One question over photos and notes, words and meaning: a parsed query, evidence from every lane, one ranking, and reasons. */
export async function search(query: SearchQuery, parts: Parts, signal: AbortSignal): Promise<SearchResult> {
  const startedMs = performance.now()
  const parsed = readQuestion(query.text)
  const limit = query.limit ?? config.defaultLimit
  if (query.wordsOnly !== true && parts.model.now === null) parts.galleries.prepare()
  const model = query.wordsOnly === true ? null : await parts.model.open().catch(() => null)
  const allowed = allowedItems(parsed, parts)
  const isBare = parsed.caption === '' && query.imageId === undefined && parsed.like === null

  const found = isBare
    ? { hits: byDate(parsed, allowed, limit, query.oldestFirst === true, parts), model }
    : await rankedByOne(query, parsed, model, allowed, limit, parts, signal)
  return {
    hits: query.withStacks === true ? inStacks(found.hits, parts.model.now, parts.store) : found.hits,
    tokens: parsed.tokens,
    notices: noticesFor(query, parsed, found.model, parts),
    tookMs: performance.now() - startedMs
  }
}

/** Never refused: a text that is too long for a question is read as far as it is one. */
function readQuestion(text: string): ParsedQuery {
  if (text.length <= config.longestQuestion) return parseQuery(text)
  // Without half of a character at its end.
  const beginning = text.slice(0, config.longestQuestion).replace(/[\ud800-\udbff]$/, '')
  return { ...parseQuery(beginning), isCut: true }
}

function allowedItems({ filters, words }: ParsedQuery, { store }: Parts): Allowed {
  const byWords = store.words.allowed(words)
  if (Object.keys(filters).length === 0) return byWords
  const byFilters = new Set(store.items.matching(filters))
  return byWords === null ? byFilters : byFilters.intersection(byWords)
}

/** Filters alone, or nothing at all, ask for nothing in particular: the newest first, or the oldest. */
function byDate(
  { filters }: ParsedQuery,
  allowed: Allowed,
  limit: number,
  oldestFirst: boolean,
  { store: { items } }: Parts
): Hit[] {
  const most = allowed === null ? limit : Number.MAX_SAFE_INTEGER
  const ids = oldestFirst ? items.oldest(most, filters) : items.newest(most, filters)
  const shown = ids.filter(itemId => allowed?.has(itemId) !== false).slice(0, limit)
  const summaries = items.summaries(shown)
  return shown.flatMap(itemId => {
    const summary = summaries.get(itemId)
    return summary === undefined
      ? []
      : [
          {
            ...summary,
            score: 1,
            isRelevant: true,
            reasons: [{ kind: 'filter', share: 1 }],
            snippet: summary.kind === 'note' ? beginning(items.texts(itemId, { from: 0, to: 1 })[0]) : null
          }
        ]
  })
}

/** How a note begins: what its card shows when nothing was asked. */
function beginning(passage: { readonly part: number; readonly text: string } | undefined): Snippet | null {
  if (passage === undefined) return null
  const text =
    passage.text.length <= beginningLength ? passage.text : `${passage.text.slice(0, beginningLength).trimEnd()}…`
  return { text: text.toWellFormed(), marks: [], part: passage.part }
}

/** A question that a switch of models overtakes is asked once more, of the new one: no ranking knows two models. */
async function rankedByOne(
  query: SearchQuery,
  parsed: ParsedQuery,
  model: ActiveModel | null,
  allowed: Allowed,
  limit: number,
  parts: Parts,
  signal: AbortSignal
): Promise<{ hits: Hit[]; model: ActiveModel | null }> {
  for (;;) {
    const isOvertaken = (): boolean => model !== null && parts.model.now?.key !== model.key && !signal.aborted
    try {
      const hits = await ranked(query, parsed, model, allowed, limit, parts, signal)
      if (hits !== null) return { hits, model }
    } catch (error) {
      if (!isOvertaken()) throw error
    }
    model = await parts.model.open().catch(() => null)
  }
}

/** null when another model came into use meanwhile. */
async function ranked(
  query: SearchQuery,
  parsed: ParsedQuery,
  model: ActiveModel | null,
  allowed: Allowed,
  limit: number,
  parts: Parts,
  signal: AbortSignal
): Promise<Hit[] | null> {
  const { store, galleries } = parts
  const words = wordsLane(parsed.words, allowed, store)
  const asked = await vectorsFor(query, parsed, model, parts, signal)
  signal.throwIfAborted()

  const evidence: Evidence[] = [...words.evidence, ...asked.known]
  // Another version of the map may answer since the words were encoded, and a map and the galleries belong together.
  const now = parts.model.now
  if (model !== null && now?.key !== model.key) return null
  if (model !== null && now !== null) evidence.push(...meaningLanes(asked, allowed, now, galleries))
  const first = fuse(evidence, Math.max(limit, laneDepth))
  const links = linkEvidence(first, parts)
  const isWanted = ({ itemId }: Evidence): boolean => itemId !== parsed.like && allowed?.has(itemId) !== false
  const hits = fuse([...evidence, ...links.evidence].filter(isWanted), limit)
  return describe(hits, words, links.from, parts)
}

interface AskedFor extends Asked {
  /** What is certain without any lane: the same picture, and what belongs to it by a link. */
  readonly known: readonly Evidence[]
}

async function vectorsFor(
  query: SearchQuery,
  parsed: ParsedQuery,
  model: ActiveModel | null,
  parts: Parts,
  signal: AbortSignal
): Promise<AskedFor> {
  const { store, images, encoders } = parts
  const key = model?.key ?? null
  const [text = null] =
    model === null || parsed.caption === '' ? [] : await encoders.questions.encodeTexts([parsed.caption], signal)
  if (query.imageId !== undefined) {
    const picture = await images.get(query.imageId, key, signal)
    const same = store.items.findContent(picture.contentHash)
    return {
      text,
      picture: picture.embedding,
      known: [...same.map(itemId => certain('same', itemId)), ...same.flatMap(itemId => shownWith(itemId, parts))]
    }
  }
  if (parsed.like === null) return { text, picture: null, known: [] }
  const like = itemVectors(parsed.like, model, parts)
  return {
    text: middleOf([text, like.text].filter(one => one !== null)),
    picture: like.picture,
    known: shownWith(parsed.like, parts)
  }
}

/** What the model made of an item of the library: a photo's picture, or the middle of a note's passages. */
function itemVectors(itemId: ItemId, model: ActiveModel | null, { store }: Parts): Asked {
  const item = store.items.get(itemId)
  if (item === undefined)
    throw new EngineError(
      'not-found',
      `There is no item ${itemId} in the library. Remove “like:${itemId}” to search without it.`
    )
  if (model === null) return { text: null, picture: null }
  if (item.kind === 'photo')
    return { text: null, picture: store.embeddings.get(model.card.image.id, { itemId, part: 0 }) ?? null }
  const passages = store.embeddings.of(model.card.text.id, itemId)
  return {
    text: middleOf(passages.map(({ vector, tokens }) => ({ vector, tokens: tokens ?? noTokens }))),
    picture: null
  }
}

const noTokens = new Int32Array(0)

/** Several texts as one that says what all of them say; null for none. */
function middleOf(texts: readonly EncodedText[]): EncodedText | null {
  if (texts.length <= 1) return texts[0] ?? null
  const tokens = Int32Array.from(texts.flatMap(one => [...one.tokens]))
  return { vector: unit(meanOf(texts.map(({ vector }) => vector))), tokens }
}

function certain(lane: 'same' | 'shown', itemId: ItemId): Evidence {
  return { lane, itemId, part: 0, probability: lane === 'same' ? theSame : shownForCertain }
}

/** The photos that a note shows, or the notes that show a photo. A list of links to other notes shows nothing. */
function linked(itemId: ItemId, { store }: Parts): ItemId[] {
  const others = [
    ...store.links.from(itemId).flatMap(({ toId }) => toId ?? []),
    ...store.links.to(itemId).map(({ fromId }) => fromId)
  ]
  if (others.length === 0) return []
  const items = store.items.summaries([itemId, ...others])
  const kind = items.get(itemId)?.kind
  return [...new Set(others)].filter(other => items.has(other) && items.get(other)?.kind !== kind)
}

function shownWith(itemId: ItemId, parts: Parts): Evidence[] {
  return linked(itemId, parts).map(other => certain('shown', other))
}

/** Relevance along links, and which hit each came from. */
function linkEvidence(
  hits: readonly FusedHit[],
  parts: Parts
): { evidence: readonly Evidence[]; from: ReadonlyMap<ItemId, ItemId> } {
  const from = new Map<ItemId, ItemId>()
  const evidence = alongLinks(hits, itemId => {
    const others = linked(itemId, parts)
    for (const other of others) if (!from.has(other)) from.set(other, itemId)
    return others
  })
  return { evidence, from }
}

function describe(
  hits: readonly FusedHit[],
  found: WordsFound,
  linkedFrom: ReadonlyMap<ItemId, ItemId>,
  { store }: Parts
): Hit[] {
  const ids = hits.map(({ itemId }) => itemId)
  const summaries = store.items.summaries([
    ...new Set([...ids, ...ids.flatMap(itemId => linkedFrom.get(itemId) ?? [])])
  ])
  const rows = ids.flatMap(itemId => (found.rows.get(itemId) ?? []).slice(0, rowsPerItem))
  const marks = Map.groupBy(store.words.evidence(found.asked, rows), ({ itemId }) => itemId)
  return hits.flatMap((hit): Hit[] => {
    const summary: ItemSummary | undefined = summaries.get(hit.itemId)
    if (summary === undefined) return []
    const known = {
      words: marks.get(hit.itemId) ?? [],
      textOf: (part: number) => store.items.texts(hit.itemId, { from: part, to: part + 1 })[0]?.text,
      shownTitle: summaries.get(linkedFrom.get(hit.itemId) ?? -1)?.title ?? null
    }
    return [
      {
        ...summary,
        score: hit.score,
        isRelevant: hit.isRelevant,
        reasons: reasonsFor(hit, found.asked, known),
        snippet: snippetFor(hit, found.asked, known)
      }
    ]
  })
}

function noticesFor(
  query: SearchQuery,
  { caption, isCut }: ParsedQuery,
  model: ActiveModel | null,
  { store, model: models }: Parts
): Notice[] {
  const counts = store.items.counts()
  const active = query.wordsOnly === true ? models.now : model
  const notices: Notice[] = []
  if (counts.eligible === 0) notices.push('library-empty')
  if (counts.waiting > 0) notices.push('still-indexing')
  if (query.wordsOnly !== true && active === null) notices.push('no-model')
  if (active?.hasCommonSpace === false) notices.push('no-common-space')
  if (isCut) notices.push('question-cut')
  if (active !== null && isOtherLanguage(caption, active.card.languages)) notices.push('other-language')
  return notices
}
