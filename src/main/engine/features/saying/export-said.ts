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
    words: ownWords.map(one => ({ ...one, paths: pathsOf(one.contentHash) })),
    hits: hitVerdicts.map(one => ({ ...one, paths: pathsOf(one.contentHash) })),
    pairs: verdicts.map(({ contentHash, text, verdict, saidMs }) => ({
      ...{ contentHash, text, verdict, saidMs },
      paths: pathsOf(contentHash)
    })),
    excluded: excluded.map(({ folder, path, isFolder }) => ({ folder, path, isFolder }))
  }
}
