import { browse } from '../features/indexing/browse.ts'
import { config } from '../base/config.ts'
import type { Queries } from '../../../shared/contract.ts'
import type { Handlers } from './dispatch.ts'
import { listOutsideLinks } from '../features/indexing/outside-links.ts'
import type { EngineParts } from './parts.ts'
import { EngineError } from '../../../shared/errors.ts'
import { listPairs } from '../features/learning/list-pairs.ts'
import { countUnencodedHere } from '../features/indexing/unencoded.ts'
import { longNote } from '../features/indexing/long-note.ts'
import { rebuildSeconds } from '../features/indexing/rebuild-time.ts'
import { unreachable } from '../features/indexing/forget-unreachable.ts'
import { exportSaid } from '../features/saying/export-said.ts'
import { listVerdicts } from '../features/saying/judging.ts'
import { listSaid } from '../features/saying/own-words.ts'
import { noteText } from '../features/searching/note-text.ts'
import { search } from '../features/searching/search.ts'
import { wordMarks } from '../features/searching/word-marks.ts'
import { readSettings } from '../store/user-settings.ts'

/** What can be asked. Nothing here changes anything. */
export function createQueries(parts: EngineParts): Pick<Handlers, keyof Queries> {
  const {
    store,
    model,
    models,
    indexing,
    preparation,
    installing,
    versions,
    training,
    devices,
    completer,
    searches,
    images,
    leftBehind
  } = parts
  /** Which model is in use is known once it is open, or could not be opened. */
  const opened = () => model.open().catch(() => null)

  return {
    search: (query, signal) => search(query, parts, signal),

    async openImage(input, signal) {
      for (;;) {
        const active = await opened()
        try {
          return await images.open(input, active?.key ?? null, signal)
        } catch (error) {
          // Another model came into use meanwhile: the picture is opened for that one.
          if (model.now?.key === active?.key || signal.aborted) throw error
        }
      }
    },

    suggest: ({ text, caret }) => completer.suggest(text, caret),
    searches: () => searches.list(),

    item({ itemId, text = '' }) {
      const item = store.items.get(itemId)
      if (item === undefined)
        throw new EngineError(
          'not-found',
          'This item is no longer in the library. Its file may have been moved or deleted.'
        )
      const [caption = [], description = []] = wordMarks(text, [item.own.caption ?? '', item.description ?? ''], store)
      return { ...item, longNote: longNote(item.passages.length), marks: { caption, description } }
    },

    noteText: (input, signal) => noteText(input, parts, signal),

    async library() {
      const active = await opened()
      const unencoded = active === null ? 0 : await countUnencodedHere(store, active.key)
      const counts = store.items.counts()
      const kinds = store.items.countByKind()
      return {
        ...counts,
        ...kinds,
        longNotes: { count: store.items.countLong(config.encodedPassages), encodedPassages: config.encodedPassages },
        folders: store.folders.all().map(({ folderId, path, addedMs, problems, isReachable }) => ({
          ...{ folderId, path, addedMs, problems, isReachable },
          ...store.items.counts(folderId)
        })),
        unencoded,
        model: active === null ? null : await models.active(),
        ...store.sizes(),
        rebuildSeconds: rebuildSeconds(store, active?.key ?? '', {
          files: counts.eligible - counts.excluded - counts.unreachable,
          photos: kinds.photos
        })
      }
    },

    failures: ({ limit }) => store.items.failures(limit ?? 1000),
    excluded: ({ limit }) => ({ entries: store.excluded.list(limit ?? 1000), total: store.excluded.total() }),
    outsideLinks: ({ limit }) => listOutsideLinks(limit ?? 1000, store),
    unreachable: ({ limit }) => unreachable(store, limit ?? 1000),
    said: ({ limit, itemIds }) => listSaid(limit ?? 1000, store, itemIds),
    exportSaid: () => exportSaid(store),
    verdicts: ({ limit }) => listVerdicts(limit ?? 1000, store),
    jobs: () => [indexing, training, preparation, installing].flatMap(({ queue }) => queue.all()),
    models: () => opened().then(() => models.all()),
    offers: () => installing.offers(),
    settings: () => readSettings(store),
    pairs: async ({ limit }) => listPairs(store, (await opened())?.card.image.id ?? null, limit ?? 1000),
    run: () => training.run,
    devices: ({ isAnew }) => devices.all(isAnew),
    leftovers: () => leftBehind.list(),
    projectors: () => opened().then(() => versions.list()),
    browse: ({ path }) => browse(path)
  }
}
