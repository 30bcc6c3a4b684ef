import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { askHub, type Announced } from './announce.ts'
import { approximateBytes, type Offer } from './catalogue.ts'
import { syncFolder } from '../base/safe-files.ts'
import { bytesIn, filesIn, isThere } from './folders.ts'
import { fetchFile } from './fetch-file.ts'
import { intactFile, type Expected } from './fingerprint.ts'
import { hubOf, reach, type HubAccess } from './reach.ts'
import { readRecord, writeRecord, type InstallRecord } from './record.ts'
import { fetchTrouble, unharmed, untrusted } from './trouble.ts'

export interface InstallDeps {
  /** The person's own packs: the new one appears here, whole, at the end. */
  readonly packsFolder: string
  readonly access: HubAccess
  /** Writes `model.json` where the repository brings none, and refuses what is no pack. */
  readonly makeManifest: (
    folder: string,
    about: Pick<Offer, 'id' | 'name' | 'licence' | 'languages' | 'precision'>,
    signal: AbortSignal
  ) => Promise<void>
  /** Multiplies the waits between tries; 0 in tests. */
  readonly waitFactor?: number
}

export interface InstallProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

/** Left free, so that a download does not stop everything else on the machine. */
const spareBytes = 64 * 2 ** 20
/** The hub may ask for so much more than was agreed to; sizes of small settings files are rough in the catalogue. */
const agreedMore = { share: 1.1, bytes: 2 ** 20 }

/**
 * Fetches an offer's files into `.incoming/<id>`, checks each, writes the manifest, and gives the folder its name. A pack that is
 * there already is only completed: files that are what they have to be are kept.
 *
 * Stopped or killed anywhere, what was fetched is there the next time, and no half of a pack is ever seen.
 * @throws EngineError with what happened, what is unharmed and what to do
 */
export async function* installPack(
  offer: Offer,
  deps: InstallDeps,
  signal: AbortSignal
): AsyncGenerator<InstallProgress> {
  const { packsFolder } = deps
  try {
    yield* install(offer, deps, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw fetchTrouble(error, packsFolder)
  }
}

async function* install(offer: Offer, deps: InstallDeps, signal: AbortSignal): AsyncGenerator<InstallProgress> {
  const { packsFolder, access, waitFactor = 1 } = deps
  const patience = { signal, waitFactor }
  checkOffer(offer)
  yield { doneBytes: 0, totalBytes: approximateBytes(offer) }

  const target = join(packsFolder, offer.id)
  const incoming = join(packsFolder, '.incoming', offer.id)
  await takeBack(target)
  const record = await readRecord(packsFolder, offer)
  if (await isThere(target)) {
    if (record === null) throw notOurs(target)
    if ((await isThere(join(target, 'model.json'))) && (await isIntact(target, record, signal))) return
  }

  const announced = await askHub(offer, record?.commit ?? offer.revision, access, patience)
  checkAgreed(announced, offer, access)
  const expected = announced.files.map(file => expect(file, offer, record))
  await mkdir(incoming, { recursive: true })
  await takeOver(target, incoming, expected, signal)
  await checkSpace(packsFolder, announced.totalBytes - (await bytesIn(incoming)))

  const files: InstallRecord['files'] = []
  let doneBytes = 0
  for (const file of expected) {
    const path = join(incoming, file.path)
    await mkdir(dirname(path), { recursive: true })
    const address = `${hubOf(access)}/${offer.repository}/resolve/${announced.commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`
    const fetching = fetchFile(
      file,
      path,
      (headers, inner) => reach(address, access, { headers, signal: inner }),
      patience
    )
    let step = await fetching.next()
    try {
      for (; step.done !== true; step = await fetching.next())
        yield { doneBytes: doneBytes + step.value, totalBytes: announced.totalBytes }
    } finally {
      // Also when nobody wants the next yield: the part is closed, the connection hung up.
      await fetching.return('')
    }
    files.push({ path: file.path, sizeBytes: file.sizeBytes, sha256: step.value })
    doneBytes += file.sizeBytes
  }

  const { repository, revision } = offer
  await sweep(incoming, new Set(offer.files.map(({ path }) => path)))
  await deps.makeManifest(incoming, offer, signal)
  signal.throwIfAborted()
  await writeRecord(packsFolder, offer.id, { format: 1, repository, revision, commit: announced.commit, files })
  await giveName(incoming, target)
}

/** Names that become paths: the catalogue is ours, and a slip in it must not write elsewhere. */
function checkOffer({ id, files }: Offer): void {
  const isName = (part: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(part)
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(id)) throw new Error(`The offer “${id}” has no proper id.`)
  for (const { path } of files)
    if (!path.split('/').every(isName) || /\.part(\.json)?$/.test(path))
      throw new Error(`The offer ${id} names a file that cannot be one: ${path}`)
}

function checkAgreed({ totalBytes }: Announced, offer: Offer, access: HubAccess): void {
  const agreed = approximateBytes(offer)
  if (totalBytes <= agreed * agreedMore.share + agreedMore.bytes) return
  throw untrusted(
    `${offer.name} was to take ${megabytes(agreed)}, but ${hubOf(access)} announces ${megabytes(totalBytes)}, so nothing was fetched.`
  )
}

/** What is known of a file wins over what is announced. [Note: what is trusted] */
function expect(file: Announced['files'][number], offer: Offer, record: InstallRecord | null): Expected {
  const recorded = record?.files.find(({ path }) => path === file.path)
  const sha256 = recorded?.sha256 ?? offer.files.find(({ path }) => path === file.path)?.sha256 ?? null
  const isOther =
    (recorded !== undefined && recorded.sizeBytes !== file.sizeBytes) ||
    (sha256 !== null && file.fingerprint.kind === 'sha256' && file.fingerprint.hex !== sha256)
  if (isOther)
    throw untrusted(
      `The server offers another ${file.path} than the one that ${recorded === undefined ? 'is known' : 'was installed before'}, so it was not fetched.`
    )
  return { ...file, sha256 }
}

async function isIntact(folder: string, record: InstallRecord, signal: AbortSignal): Promise<boolean> {
  for (const { path, sizeBytes, sha256 } of record.files) {
    const expected = { path, sizeBytes, sha256, fingerprint: { kind: 'sha256', hex: sha256 } } as const
    if ((await intactFile(join(folder, path), expected, signal)) === null) return false
  }
  return true
}

/** Files of the pack that is there are not fetched again when they are what they have to be. */
async function takeOver(
  target: string,
  incoming: string,
  expected: readonly Expected[],
  signal: AbortSignal
): Promise<void> {
  for (const file of expected) {
    const [from, to] = [join(target, file.path), join(incoming, file.path)]
    if ((await isThere(to)) || (await intactFile(from, file, signal)) === null) continue
    await mkdir(dirname(to), { recursive: true })
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    // A copy has the rights of its original, whatever the process gives new files.
    await chmod(to, 0o600)
  }
}

async function checkSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const freeBytes = bavail * bsize
  if (neededBytes + spareBytes <= freeBytes) return
  throw new EngineError(
    'disk-full',
    `The model needs ${megabytes(neededBytes + spareBytes)} more, but the disk of ${folder} has ${megabytes(freeBytes)} free. Nothing was fetched. ${unharmed} Free some space and try again.`
  )
}

/** Nothing but what the offer names, so that a pack holds no file that nobody checked. */
async function sweep(folder: string, kept: ReadonlySet<string>): Promise<void> {
  for (const entry of await filesIn(folder)) {
    const path = join(entry.parentPath, entry.name)
    if (!kept.has(relative(folder, path).replaceAll('\\', '/'))) await rm(path, { force: true })
  }
}

const previous = (target: string): string =>
  join(dirname(target), '.incoming', `${target.slice(dirname(target).length + 1)}.previous`)

/** The pack's folder appears at once. One that was there is moved aside first, and removed only when the new one has its place. */
async function giveName(incoming: string, target: string): Promise<void> {
  await syncFolder(incoming)
  if (await isThere(target)) await rename(target, previous(target))
  await rename(incoming, target)
  await syncFolder(dirname(target))
  await rm(previous(target), { recursive: true, force: true })
}

/** Between the two renames of `giveName` a kill leaves no pack at all: the previous one gets its place back. */
async function takeBack(target: string): Promise<void> {
  if (!(await isThere(previous(target)))) return
  if (await isThere(target)) await rm(previous(target), { recursive: true, force: true })
  else await rename(previous(target), target)
}

function notOurs(target: string): EngineError {
  return new EngineError(
    'bad-input',
    `${target} is there already, and was not installed from here, so nothing was fetched or changed. Move it away first.`
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
