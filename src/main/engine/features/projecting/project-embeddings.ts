import { config } from '../../base/config.ts'
import type { Tower } from '../../base/domain.ts'
import type { ActiveModel } from '../../base/active-model.ts'
import type { EmbeddingRow, Store } from '../../store/store.ts'
import type { EncoderProcess } from '../../workers/encoder-process.ts'
import { giveWay } from '../../base/give-way.ts'
import { saveProjections } from './save-projections.ts'

/**
 * Makes the projections that are missing for the active projector from the embeddings that are there: after a model or a
 * projector changed, and after a kill. Nothing is encoded but texts whose words the projector asks for and nobody kept.
 * @returns how many were made
 */
export async function projectEmbeddings(
  store: Store,
  model: ActiveModel,
  encoder: Pick<EncoderProcess, 'encodeTexts'>,
  signal: AbortSignal
): Promise<number> {
  if (model.projector === null) return 0
  let made = await completeTokens(store, model, encoder, signal)
  for (const tower of ['image', 'text'] as const) made += await projectTower(store, model, tower, signal)
  return made
}

async function projectTower(store: Store, model: ActiveModel, tower: Tower, signal: AbortSignal): Promise<number> {
  const encoderId = model.card[tower].id
  const space = model.space(tower)
  if (store.projections.count(space) === store.embeddings.count(encoderId)) return 0
  const known = new Set<string>()
  for (const { itemId, part } of store.projections.each(space)) known.add(`${itemId}/${part}`)

  let made = 0
  for (const rows of pagesOf(store.embeddings.each(encoderId), ({ itemId, part }) => !known.has(`${itemId}/${part}`))) {
    saveProjections(tower, rows, store, model)
    made += rows.length
    signal.throwIfAborted()
    // The engine lives in the window's process: a search that waits goes first.
    await giveWay()
  }
  return made
}

/**
 * Texts that were encoded before tokens were kept are encoded once more, from what the store knows. Tokens and projection
 * are saved together, so that no text stays where it stood without its words.
 */
async function completeTokens(
  store: Store,
  model: ActiveModel,
  encoder: Pick<EncoderProcess, 'encodeTexts'>,
  signal: AbortSignal
): Promise<number> {
  if (model.projector?.text.words == null) return 0
  const encoderId = model.card.text.id
  let made = 0
  for (const rows of pagesOf(store.embeddings.withoutTokens(encoderId), () => true)) {
    const texts = textsOf(rows, store)
    const encoded = await encoder.encodeTexts(texts, signal)
    const complete = rows.map((row, i) => ({ ...row, tokens: encoded[i]?.tokens ?? new Int32Array(0) }))
    store.transaction(() => {
      store.embeddings.saveTokens(encoderId, complete)
      saveProjections('text', complete, store, model)
    })
    made += rows.length
    signal.throwIfAborted()
  }
  return made
}

/** What each row was made from; '' where the store no longer has it, which is a text without words. */
function textsOf(rows: readonly EmbeddingRow[], store: Store): string[] {
  const known = new Map<number, Map<number, string>>()
  return rows.map(({ itemId, part }) => {
    const texts = known.get(itemId) ?? new Map(store.items.texts(itemId).map(one => [one.part, one.text]))
    known.set(itemId, texts)
    return texts.get(part) ?? ''
  })
}

function* pagesOf(rows: Iterable<EmbeddingRow>, isWanted: (row: EmbeddingRow) => boolean): Generator<EmbeddingRow[]> {
  let page: EmbeddingRow[] = []
  for (const row of rows) {
    if (!isWanted(row)) continue
    page.push(row)
    if (page.length < config.pageSize) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}
