import { mkdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RemovedModel } from '../../../../shared/models.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { bytesIn, isThere } from '../../hub/folders.ts'
import { findPacks } from './found-packs.ts'

interface Deps {
  /** The person's own packs. Packs elsewhere are never deleted. */
  readonly packsFolder: string
  /** Ids of the models that can be installed: only their parts are deleted from `.incoming`. */
  readonly offerIds: readonly string[]
  /** Folders of the pack in use and of the pack that is being prepared, links resolved. */
  readonly usedFolders: readonly string[]
}

/**
 * Deletes a pack, and the parts of it that were fetched and not installed yet. The pack is first renamed out of sight, so that a
 * killed process never leaves half a pack where packs are found.
 * @throws EngineError not-found, also for a pack that lies elsewhere; busy for a pack that is in use
 */
export async function removePack(packId: string, { packsFolder, offerIds, usedFolders }: Deps): Promise<RemovedModel> {
  const found = (await findPacks([packsFolder])).find(pack => pack.packId === packId)
  const pack = found !== undefined && dirname(found.folder) === packsFolder ? found.folder : null
  const incoming = join(packsFolder, '.incoming')
  const parts = join(incoming, pack === null ? packId : basename(pack))
  const hasParts = offerIds.includes(basename(parts)) && (await isThere(parts))
  if (pack === null && !hasParts)
    throw new EngineError(
      'not-found',
      `There is no model ${packId} in ${packsFolder}, and packs that are elsewhere are not Reverie’s to delete. Nothing was changed.`
    )
  if (pack !== null && usedFolders.includes(await realpath(pack)))
    throw new EngineError('busy', `${packId} is in use. Nothing was deleted. Choose another model first.`)

  let freedBytes = 0
  if (pack !== null) {
    freedBytes += await bytesIn(pack)
    const removed = join(incoming, `${basename(pack)}.removed`)
    await mkdir(incoming, { recursive: true })
    await rm(removed, { recursive: true, force: true })
    await rename(pack, removed)
    await rm(removed, { recursive: true, force: true })
  }
  if (hasParts) {
    freedBytes += await bytesIn(parts)
    await rm(parts, { recursive: true, force: true })
  }
  return { folder: pack ?? parts, freedBytes }
}
