import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '../../../../shared/errors.ts'
import type { Offer } from '../../hub/catalogue.ts'
import { installPack, type InstallDeps } from '../../hub/install-pack.ts'
import { acquireWriter } from '../../store/writer-lock.ts'
import type { Work } from '../../base/job-queue.ts'

/** Installs one offer. Search, indexing and training go on meanwhile: only the packs folder is written to. */
export function installWork(offer: Offer, deps: InstallDeps): Work {
  return async function* (control) {
    const letGo = holdPacks(deps.packsFolder)
    try {
      for await (const { doneBytes, totalBytes } of installPack(offer, deps, control.signal)) {
        await control.pace()
        yield { stage: 'download', done: doneBytes, total: totalBytes, failed: 0, encoded: 0 }
      }
    } finally {
      letGo()
    }
  }
}

/** Two processes that write the same parts would spoil each other's. @throws EngineError busy */
function holdPacks(packsFolder: string): () => void {
  const folder = join(packsFolder, '.incoming')
  mkdirSync(folder, { recursive: true })
  try {
    return acquireWriter(folder)
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'database-in-use') throw error
    throw new EngineError(
      'busy',
      `Another Reverie is installing a model into ${packsFolder} now. Nothing was changed. Wait until it is done, and try again.`
    )
  }
}
