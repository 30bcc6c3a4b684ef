import { EngineError } from '../../../../shared/errors.ts'
import { openStore } from '../../store/database.ts'
import { readDecisions, restoreDecisions } from '../../store/decisions.ts'
import { rememberedFolders } from '../../store/remembered-folders.ts'
import { setAsideCorrupt } from '../../store/set-aside.ts'
import type { Store } from '../../store/store.ts'
import { followLinksAtOnce } from './follow-links.ts'

/**
 * Opens the library of a data folder. A damaged one is refused, and kept, unless a new one is asked for: then it is set
 * aside, and the folders that were chosen are indexed anew; decisions of the person (settings, saved searches, exclusions,
 * verdicts) are kept, and versions of the map are not.
 * @throws EngineError database-newer or database-corrupt
 */
export function openLibrary(
  dataFolder: string,
  { rebuild, checkpointer }: { readonly rebuild: boolean; readonly checkpointer?: string }
): { store: Store; setAside: string | null } {
  const open = (): Store => openStore({ folder: dataFolder, ...(checkpointer === undefined ? {} : { checkpointer }) })
  try {
    return { store: withLinksOfToday(open()), setAside: null }
  } catch (error) {
    if (!rebuild || !(error instanceof EngineError) || error.code !== 'database-corrupt') throw error
  }
  const folders = rememberedFolders(dataFolder)
  const decisions = readDecisions(dataFolder)
  const setAside = setAsideCorrupt(dataFolder)
  const store = open()
  // All or none: the list on disk follows each commit, and half a list would be a loss.
  store.transaction(() => {
    for (const folder of folders) store.folders.add(folder, Date.now())
    restoreDecisions(store, decisions, Date.now())
  })
  return { store, setAside }
}

/** Links of an older format are resolved anew, once: no file is read for that, and nothing is encoded. */
function withLinksOfToday(store: Store): Store {
  if (store.settings.get('linksAreOld') !== true) return store
  store.transaction(() => {
    followLinksAtOnce(store)
    store.settings.set('linksAreOld', undefined)
  })
  return store
}
