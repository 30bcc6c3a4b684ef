import { EngineError } from '../../../shared/errors.ts'
import type { Offer } from './catalogue.ts'
import { hubOf, shortFetch, type HubAccess } from './reach.ts'
import { networkTrouble, PassingTrouble, unharmed, untrusted, withPatience, type Patience } from './trouble.ts'

/** How the hub names a content: large files by their sha256 (LFS, Xet), small ones as git does. */
type Fingerprint =
  | { readonly kind: 'sha256'; readonly hex: string }
  /** sha1("blob <size>\0" + content) */
  | { readonly kind: 'git-blob'; readonly hex: string }

/** A file as the hub announces it, before a byte of it was fetched. */
export interface AnnouncedFile {
  readonly path: string
  readonly sizeBytes: number
  readonly fingerprint: Fingerprint
}

export interface Announced {
  /** The commit that the revision is. */
  readonly commit: string
  readonly files: readonly AnnouncedFile[]
  readonly totalBytes: number
}

/** In bytes: more than any pack here has, less than what would fill a disk by surprise. */
const largestFile = 2 ** 33
/** A repository with more files is not one of these. */
const mostEntries = 10_000

/** Asks what the repository has at a revision, and picks the offer's files; whatever else the server lists is passed over. */
export async function askHub(
  offer: Offer,
  revision: string,
  access: HubAccess,
  patience: Patience
): Promise<Announced> {
  // Loaded only here: nothing of it is in a process whose user never installs a model.
  const { listFiles, modelInfo, HubApiError } = await import('@huggingface/hub')
  const asked = { hubUrl: hubOf(access), fetch: shortFetch(access, patience.signal) }
  const ask = <T>(question: () => Promise<T>): Promise<T> =>
    withPatience(patience, () =>
      question().catch((error: unknown) => {
        throw error instanceof HubApiError ? hubTrouble(error.statusCode, offer, revision) : understood(error)
      })
    )

  const { sha: commit } = await ask(() =>
    modelInfo({ ...asked, name: offer.repository, revision, additionalFields: ['sha'] })
  )
  if (!isCommit(commit)) throw untrusted('The server does not say which commit it has.')
  if (isCommit(revision) && commit !== revision)
    throw untrusted(`The server has another commit (${commit.slice(0, 12)}) than the one that was asked for.`)

  const listed = await ask(async () => {
    const wanted = new Set(offer.files.map(({ path }) => path))
    const found = new Map<string, AnnouncedFile>()
    let entries = 0
    const repo = { type: 'model', name: offer.repository } as const
    for await (const entry of listFiles({ ...asked, repo, revision: commit, recursive: true })) {
      if (++entries > mostEntries) throw untrusted('The server’s list of files has no end.')
      if (entry.type === 'file' && wanted.has(entry.path)) found.set(entry.path, announced(entry))
    }
    return found
  })
  const files = offer.files.map(({ path }) => {
    const file = listed.get(path)
    if (file === undefined)
      throw new EngineError(
        'not-found',
        `${offer.repository} has no ${path} at this revision, so nothing was fetched. ${unharmed} Choose another model.`
      )
    return file
  })
  return { commit, files, totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
}

interface Entry {
  readonly path: string
  readonly size: number
  readonly oid?: string
  readonly lfs?: { readonly oid: string; readonly size: number }
}

function announced({ path, size, oid, lfs }: Entry): AnnouncedFile {
  const sizeBytes = lfs?.size ?? size
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > largestFile)
    throw untrusted(`The server announces ${path} with a size that such a file cannot have.`)
  const fingerprint = lfs === undefined ? gitBlob(oid) : sha256(lfs.oid)
  if (fingerprint === null) throw untrusted(`The server does not say what ${path} has to be.`)
  return { path, sizeBytes, fingerprint }
}

const sha256 = (hex: unknown): Fingerprint | null =>
  typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? { kind: 'sha256', hex } : null

const gitBlob = (hex: unknown): Fingerprint | null =>
  typeof hex === 'string' && /^[0-9a-f]{40}$/.test(hex) ? { kind: 'git-blob', hex } : null

const isCommit = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{40}$/.test(text)

function hubTrouble(status: number, offer: Offer, revision: string): Error {
  if (status === 429 || status >= 500) return new PassingTrouble(`The hub is busy (it says ${status}).`)
  if (status === 401 || status === 403)
    return networkTrouble(
      `${offer.repository} is not open to everybody, and Reverie has no account there.`,
      'Choose another model.'
    )
  return new EngineError(
    'not-found',
    `${offer.repository} is not there, or has no revision ${revision.slice(0, 12)}. Nothing was fetched. ${unharmed} Choose another model, or another mirror.`
  )
}

/** An answer that is not what the hub speaks: a mirror's own error page, most likely. */
function understood(error: unknown): unknown {
  if (error instanceof EngineError || error instanceof PassingTrouble) return error
  if (error instanceof SyntaxError || error instanceof TypeError)
    return networkTrouble('The server’s answer is not understood.', 'Look at the setting “hubUrl”.')
  return error
}
