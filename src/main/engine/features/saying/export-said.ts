import type { ExportedSaid } from '../../../../shared/saying.ts'
import { collectDecisions } from '../../store/decisions.ts'
import type { Store } from '../../store/store.ts'
import { itemsWith } from './said-items.ts'

/** Everything that the person said, with the paths of the files as they are now: for another program, or for keeping. */
export function exportSaid(store: Store): ExportedSaid {
  const { ownWords, hitVerdicts, verdicts, excluded } = collectDecisions(store)
  const pathsOf = (contentHash: string): string[] => itemsWith(contentHash, store).map(({ path }) => path)
  return {
    format: 1,
    words: ownWords.map(({ contentHash, caption, addedTags, removedTags, isFavourite, saidMs }) => ({
      ...{ contentHash, caption, addedTags, removedTags, isFavourite, saidMs },
      paths: pathsOf(contentHash)
    })),
    hits: hitVerdicts.map(({ contentHash, question, text, verdict, saidMs }) => ({
      ...{ contentHash, question, text, verdict, saidMs },
      paths: pathsOf(contentHash)
    })),
    pairs: verdicts.map(({ contentHash, text, verdict, saidMs }) => ({
      ...{ contentHash, text, verdict, saidMs },
      paths: pathsOf(contentHash)
    })),
    excluded: excluded.map(({ folder, path, isFolder }) => ({ folder, path, isFolder }))
  }
}
