import type { FoundFile, FoundSidecar } from '../../base/domain.ts'
import { inTurns } from '../../base/give-way.ts'
import { folderOf, nameOf } from '../../base/item-path.ts'
import { extensionOf, isPicasa, kindByName } from './eligible.ts'
import { isNamedAfterMedia, matchSidecars, sidecarStamp } from './sidecars.ts'

/*
 * What says something about photos without standing beside them under their names: JSON of Google Takeout in another part of the
 * same export, the JSON of an album or of a chat, Picasa's file of a folder. Which of them really is what its place suggests is
 * for whoever reads it.
 */

/** Albums have one JSON, chats two. Where there are more, they are something else. */
const mostOfFolder = 4
/** The messages of a chat of many years have so much. */
const largestOfFolder = 4 * 1024 * 1024

/** A folder, which an export may have spread over several parts. */
interface Shared {
  readonly files: FoundFile[]
  readonly sidecars: FoundSidecar[]
}

/**
 * Adds to each file what describes it from a distance.
 *
 * @param files  of a whole chosen folder, with the sidecars that stand beside them
 * @param sidecars  all that there are in it
 * @returns the files in the same order
 */
export async function withFolderSidecars(
  files: readonly FoundFile[],
  sidecars: readonly FoundSidecar[]
): Promise<readonly FoundFile[]> {
  if (sidecars.length === 0) return files
  const shared = new Map<string, Shared>()
  const byPath = new Map<string, FoundSidecar>()
  await inTurns(sidecars, sidecar => {
    byPath.set(sidecar.path, sidecar)
    const key = placeInExport(folderOf(sidecar.path))
    const one = shared.get(key)
    if (one === undefined) shared.set(key, { files: [], sidecars: [sidecar] })
    else one.sidecars.push(sidecar)
  })
  await inTurns(files, file => {
    if (kindByName(nameOf(file.path)) !== 'note') shared.get(placeInExport(folderOf(file.path)))?.files.push(file)
  })
  const described = new Map<FoundFile, readonly string[]>()
  for (const folder of shared.values()) await describe(folder, described)
  const all: FoundFile[] = []
  await inTurns(files, file => {
    const sidecarPaths = described.get(file)
    const own = sidecarPaths?.flatMap(path => byPath.get(path) ?? []).map(one => ({ ...one, name: nameOf(one.path) }))
    all.push(own === undefined ? file : { ...file, sidecarPaths: sidecarPaths ?? [], sidecarStamp: sidecarStamp(own) })
  })
  return all
}

/** @param described  gets all sidecars of those that have others than beside them */
async function describe({ files, sidecars }: Shared, described: Map<FoundFile, readonly string[]>): Promise<void> {
  if (files.length === 0) return
  const jsons = sidecars.filter(({ path }) => extensionOf(nameOf(path)) === 'json')
  await fromOtherParts(files, jsons, described)
  const used = new Set(files.flatMap(file => described.get(file) ?? file.sidecarPaths))
  const ofFolder = jsons.filter(
    ({ path, sizeBytes }) => !used.has(path) && sizeBytes <= largestOfFolder && !isNamedAfterMedia(nameOf(path))
  )
  const albums = ofFolder.length > mostOfFolder ? [] : ofFolder.map(({ path }) => path)
  const picasa = sidecars.filter(({ path }) => isPicasa(nameOf(path)))
  if (albums.length === 0 && picasa.length === 0) return
  await inTurns(files, file => {
    const beside = picasa.filter(({ path }) => folderOf(path) === folderOf(file.path)).map(({ path }) => path)
    const more = [...albums, ...beside]
    if (more.length > 0) described.set(file, [...(described.get(file) ?? file.sidecarPaths), ...more])
  })
}

/** An export is cut into parts by size: a photo may be in another one than its JSON. */
async function fromOtherParts(
  files: readonly FoundFile[],
  jsons: readonly FoundSidecar[],
  described: Map<FoundFile, readonly string[]>
): Promise<void> {
  const folders = new Set([...files, ...jsons].map(({ path }) => folderOf(path)))
  if (folders.size < 2) return
  const paths = new Map<string, string>()
  for (const { path } of jsons) if (!paths.has(nameOf(path))) paths.set(nameOf(path), path)
  const found = await matchSidecars(
    files.map(({ path }) => nameOf(path)),
    [...paths.keys()]
  )
  await inTurns(files, file => {
    const names = found.get(nameOf(file.path)) ?? []
    const beside = new Set(file.sidecarPaths.map(nameOf))
    if (names.every(name => beside.has(name))) return
    // A JSON beside it that describes it less exactly is another photo's.
    const others = file.sidecarPaths.filter(path => !path.toLowerCase().endsWith('.json'))
    described.set(file, [...others, ...names.flatMap(name => paths.get(name) ?? [])])
  })
}

/**
 * The same for one folder in all parts of an export: `takeout-20240712T112341Z-003/Takeout/Google Photos/Trip` and
 * `takeout-20240712T112341Z-004/Takeout/Google Photos/Trip`, `takeout-001/Takeout/…`, `Takeout 2/…`. Parts lie beside each other;
 * exports of another day, whose name says so, are others.
 */
function placeInExport(folder: string): string {
  const parts = folder.split('/')
  const first = parts.findIndex(isPart)
  if (first < 0) return folder
  let next = first
  while (next < parts.length && isPart(parts[next] ?? '')) next++
  const day = /\d{8}T\d{6}Z/i.exec(parts.slice(first, next).join('/'))?.[0] ?? ''
  return [...parts.slice(0, first), `\0${day}`, ...parts.slice(next)].join('/')
}

function isPart(name: string): boolean {
  return /^takeout(?:$|[-_ .(])/i.test(name)
}
