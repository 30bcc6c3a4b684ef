import { lstat, readFile } from 'node:fs/promises'
import { mergeXmp, type WordsForXmp } from '../stages/library/metadata/write-xmp.ts'

export interface MergeInput {
  /** Absolute. */
  readonly path: string
  readonly words: WordsForXmp
}

/** A file as it was when it was read: whoever writes in its place looks whether it still is. */
export interface SidecarStamp {
  readonly sizeBytes: number
  readonly modifiedMs: number
  /** Permission bits. */
  readonly mode: number
}

export type MergeOutput =
  | { readonly kind: 'merged'; readonly content: string; readonly stamp: SidecarStamp | null }
  /** The sidecar says so already, or there is nothing to say and no sidecar. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly reason: string }

/** What can be merged; see `mergeXmp`. */
const maxBytes = 4 * 1024 * 1024

/** Reads a sidecar, if there is one, and puts the person's words into its text. Writes nothing. Never throws for a bad file. */
export async function mergeSidecar({ path, words }: MergeInput): Promise<MergeOutput> {
  const before = await lstat(path).catch((error: unknown) => error as NodeJS.ErrnoException)
  if (before instanceof Error) {
    if (before.code !== 'ENOENT')
      return refused(`The sidecar ${path} could not be looked at (${before.code ?? before.message}).`)
    const content = mergeXmp(null, words)
    return content === null ? { kind: 'same' } : { kind: 'merged', content, stamp: null }
  }
  if (!before.isFile()) return refused(`${path} is a link or no file. It was left as it is.`)
  if (before.size > maxBytes) return refused(`The sidecar ${path} is very large. It was left as it is.`)
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path))
    const content = mergeXmp(text, words)
    if (content === null)
      return refused(`The sidecar ${path} is not XMP that Reverie can add to. It was left as it is.`)
    const stamp = { sizeBytes: before.size, modifiedMs: before.mtimeMs, mode: before.mode & 0o777 }
    return content === text ? { kind: 'same' } : { kind: 'merged', content, stamp }
  } catch (error) {
    return refused(`The sidecar ${path} could not be read (${(error as Error).message}). It was left as it is.`)
  }
}

function refused(reason: string): MergeOutput {
  return { kind: 'refused', reason }
}
