import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, lstat, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path'
import type { AddedModel, AddModelInput } from '../../../../shared/models.ts'
import { filesOf, manifestSchema, type Manifest } from '../../stages/encode/manifest.ts'
import { diskTrouble } from '../../base/disk-trouble.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { findPacks } from './found-packs.ts'
import { syncFolder, writeWhole } from '../../base/safe-files.ts'
import type { ModelInspector } from '../../workers/model-inspector.ts'

interface Deps {
  readonly inspector: Pick<ModelInspector, 'describe' | 'tryPack'>
  /** Where packs are looked for. */
  readonly folders: readonly string[]
  /** The one of them that is the person's own: new packs go there. */
  readonly ownFolder: string
}

/**
 * Copies a model into the person's own packs: described and tried in a process of its own, and in sight only when both its
 * towers have run. Nothing of a refused one remains, and the folder that it came from is not touched.
 */
export async function addModel(
  input: AddModelInput,
  deps: Deps,
  signal?: AbortSignal
): Promise<Pick<AddedModel, 'packId' | 'notes'>> {
  const { inspector, folders, ownFolder } = deps
  if (!isAbsolute(input.folder))
    throw new EngineError('bad-input', `“${input.folder}” is not a whole path. Give the folder with its full path.`)
  const folder = resolve(input.folder)
  const described = await inspector.describe({ folder, about: aboutOf(folder, input) }, signal)
  const manifest = withGiven(described.manifest, input)
  await refuseTaken(manifest.id, folders, ownFolder)

  await mkdir(ownFolder, { recursive: true })
  await removeLeftovers(ownFolder)
  const target = join(ownFolder, manifest.id)
  const coming = join(ownFolder, `${comingPrefix}${process.pid}-${randomUUID()}`)
  try {
    await copyFiles(folder, coming, filesOf(manifest), signal)
    await writeWhole(join(coming, 'model.json'), JSON.stringify(manifest, null, 2) + '\n')
    await inspector.tryPack(coming, signal)
    await rename(coming, target)
    // The pack is there; a file system that cannot promise it for a power cut takes nothing back.
    await syncFolder(ownFolder).catch(() => undefined)
  } catch (error) {
    await rm(coming, { recursive: true, force: true, maxRetries: 5 })
    throw named(error, coming, folder)
  }
  return { packId: manifest.id, notes: described.notes }
}

/** Folders of packs that are on their way; `findPacks` passes over names that begin with a dot. */
const comingPrefix = '.adding-'

/** What a folder of the hub does not say of its model. */
function aboutOf(folder: string, { id, name, licence, languages, prefer }: AddModelInput) {
  const own = basename(folder)
  return {
    id: id ?? idFrom(own),
    name: name ?? (own.slice(0, 100) || 'Model'),
    licence: licence ?? 'not stated',
    languages: languages ?? [],
    prefer
  }
}

function idFrom(name: string): string {
  const id = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
  return id === '' ? 'model' : id
}

/** Checked once more: it comes from a process that has read the bytes of strangers. */
function withGiven(described: Manifest, { id, name, licence, languages }: AddModelInput): Manifest {
  const manifest = manifestSchema.parse(described)
  return {
    ...manifest,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(licence === undefined ? {} : { licence }),
    ...(languages === undefined ? {} : { languages: [...languages] })
  }
}

async function refuseTaken(id: string, folders: readonly string[], ownFolder: string): Promise<void> {
  const pack = (await findPacks(folders)).find(({ packId }) => packId === id)
  const taken = pack?.folder ?? join(ownFolder, id)
  if (pack === undefined && (await lstat(taken).catch(() => null)) === null) return
  throw new EngineError(
    'bad-input',
    `There is a model with the id “${id}” already, in ${taken}. Nothing was changed. Give the new one another id, or remove that one first.`
  )
}

/** A copy shares its blocks with the original where the file system can do so. */
async function copyFiles(from: string, to: string, files: readonly string[], signal?: AbortSignal): Promise<void> {
  const root = await realpath(from)
  for (const file of files) {
    if (signal?.aborted === true) throw new EngineError('cancelled', 'Cancelled. Nothing was changed.')
    const source = await realpath(join(root, file))
    if (!source.startsWith(root + sep))
      throw new EngineError('model-broken', `The model in ${from} cannot be used: ${file} leads out of the folder.`)
    const target = join(to, file)
    await mkdir(dirname(target), { recursive: true })
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
    const copied = await open(target, 'r+')
    try {
      // A source may be for reading only, or for everybody; the copy is the person's alone.
      await copied.chmod(0o600)
      await copied.sync()
    } finally {
      await copied.close()
    }
  }
}

/** What a process that was killed in the middle of this has left. */
async function removeLeftovers(ownFolder: string): Promise<void> {
  for (const name of await readdir(ownFolder)) {
    const pid = Number(new RegExp(`^\\${comingPrefix}(\\d+)-`).exec(name)?.[1])
    if (pid > 0 && pid !== process.pid && !isRunning(pid))
      await rm(join(ownFolder, name), { recursive: true, force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Speaks of the folder that the person named, and of a full disk as what it is. */
function named(error: unknown, coming: string, folder: string): unknown {
  if (error instanceof EngineError) return new EngineError(error.code, error.message.replaceAll(coming, folder))
  const told = diskTrouble(error, dirname(coming))
  const code = (error as NodeJS.ErrnoException).code
  if (told !== error || code === undefined) return told
  return new EngineError(
    'internal',
    `The model could not be copied (${code}). Nothing was changed, and your library is unharmed. Make room, or check that Reverie may write into its data folder.`
  )
}
