import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { diskTrouble } from '../base/disk-trouble.ts'
import { EngineError } from '../../../shared/errors.ts'
import { Checkpoints } from './checkpoints.ts'
import { Connection } from './connection.ts'
import { createContainers } from './containers.ts'
import { createEmbeddings } from './embeddings.ts'
import { createExcluded } from './excluded.ts'
import { createFolders } from './folders.ts'
import { createItemDetails } from './item-details.ts'
import { createItemFilters } from './item-filters.ts'
import { createItemPresence } from './item-presence.ts'
import { createItemReadings } from './item-readings.ts'
import { createItemReads } from './item-reads.ts'
import { createItemWrites } from './item-writes.ts'
import { createItemsAside } from './items-aside.ts'
import { collectDecisions, hasDecisions, writeDecisions, type Decisions } from './decisions.ts'
import { createHitVerdicts } from './hit-verdicts.ts'
import { createLinks } from './links.ts'
import { libraryMigrations, thumbnailMigrations } from './migrations.ts'
import { createOwnWords } from './own-words.ts'
import { createNeutralCaptions } from './neutral-captions.ts'
import { createPairVerdicts } from './pair-verdicts.ts'
import { makePrivate } from './private-folder.ts'
import { createProjections } from './projections.ts'
import { createProjectorVersions } from './projector-versions.ts'
import { rememberFolders } from './remembered-folders.ts'
import { createKnownValues } from './known-values.ts'
import { createLeaving } from './leaving.ts'
import { createSettings } from './settings.ts'
import type { Store } from './store.ts'
import { createThumbnails } from './thumbnails.ts'
import { createWords } from './words.ts'

/** See [Note: checking the database]. */
const checkedTables = ['folder', 'item', 'setting']

/**
 * Opens the library in a data folder, making both if they are not there. Several processes may have it open.
 * @param checkpointer  the file of the thread that copies logs: see [Note: checkpoints beside the loop]
 * @throws EngineError database-newer, database-corrupt (see `setAsideCorrupt`), disk-full, read-only, or bad-input when the folder cannot be made
 */
export function openStore({ folder, checkpointer }: { folder: string; checkpointer?: string }): Store {
  try {
    makePrivate(folder)
  } catch (error) {
    const told = diskTrouble(error, folder)
    if (told !== error) throw told
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
    throw new EngineError(
      'bad-input',
      `Reverie cannot keep its library in ${folder} (${code}). Nothing was changed. Choose another data folder.`,
      { folder }
    )
  }
  const library = new Connection(join(folder, 'reverie.db'), libraryMigrations, checkedTables)
  try {
    const thumbnails = openThumbnails(join(folder, 'thumbnails.db'))
    // What was said is acknowledged when a power cut cannot take it back: the file beside is synced, so the database is too.
    const write = (decisions: Decisions): void => {
      if (writeDecisions(folder, decisions)) library.syncAfterCommit()
    }
    const checkpoints = checkpointer === undefined ? null : new Checkpoints(checkpointer)
    for (const database of checkpoints === null ? [] : [library, thumbnails]) {
      checkpoints?.add(database)
      database.afterCommit(committed => checkpoints?.committed(committed))
    }
    const store: Store = {
      ...createStore(library, thumbnails, paths => rememberFolders(folder, paths), write),
      endCheckpoints: async () => checkpoints?.end()
    }
    if (!hasDecisions(folder))
      // Under the database's lock: another process may open a new data folder in the same moment, and write the same file.
      store.transaction(() => {
        if (!hasDecisions(folder)) write(collectDecisions(store))
      })
    return store
  } catch (error) {
    library.close()
    throw error
  }
}

/** The same store without a file, for tests. */
export function openMemoryStore(): Store {
  return createStore(new Connection(':memory:', libraryMigrations), new Connection(':memory:', thumbnailMigrations))
}

/** A damaged database of thumbnails is started anew: every one can be made again from its photo. */
function openThumbnails(path: string): Connection {
  try {
    return new Connection(path, thumbnailMigrations)
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'database-corrupt') throw error
    for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true })
    return new Connection(path, thumbnailMigrations)
  }
}

export function createStore(
  library: Connection,
  thumbnails: Connection,
  onFolders: (paths: readonly string[]) => void = () => undefined,
  onDecisions: (decisions: Decisions) => void = () => undefined
): Store {
  const decided = (): void => onDecisions(collectDecisions(store))
  const settings = createSettings(library, decided)
  const leaving = createLeaving(library, settings)
  const store: Store = {
    folders: createFolders(library, onFolders),
    items: {
      ...createItemWrites(library, leaving, decided),
      ...createItemReadings(library, decided),
      ...createItemReads(library),
      ...createItemPresence(library),
      ...createItemsAside(library, leaving),
      ...createItemDetails(library),
      ...createItemFilters(library)
    },
    embeddings: createEmbeddings(library),
    projections: createProjections(library),
    projectorVersions: createProjectorVersions(library),
    neutralCaptions: createNeutralCaptions(library),
    known: createKnownValues(library),
    words: createWords(library, settings, leaving),
    links: createLinks(library),
    pairVerdicts: createPairVerdicts(library, decided),
    ownWords: createOwnWords(library, decided),
    hitVerdicts: createHitVerdicts(library, decided),
    excluded: createExcluded(library, decided),
    containers: createContainers(library),
    thumbnails: createThumbnails(thumbnails, libraryId(library, settings)),
    settings,
    leaving,
    // Thumbnails are committed first: a kill between the two leaves one too many, never an indexed photo without one.
    transaction: work => library.transaction(() => thumbnails.transaction(work)),
    endCheckpoints: () => Promise.resolve(),
    sizes: () => ({ databaseBytes: library.sizeBytes(), thumbnailBytes: thumbnails.sizeBytes() }),
    close() {
      thumbnails.close()
      library.close()
    }
  }
  return store
}

/** Made once per database: thumbnails of another one are recognised by it. */
function libraryId(library: Connection, settings: Store['settings']): string {
  const known = (): unknown => settings.get('libraryId')
  if (known() === undefined) library.transaction(() => known() ?? settings.set('libraryId', randomUUID()))
  return String(known())
}
