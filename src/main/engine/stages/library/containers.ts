import { basename } from 'node:path'
import { extensionOf } from './eligible.ts'
import { headOf } from './file-head.ts'
import { containerHeadBytes, containerKind, type ContainerKind } from './note/documents/container-kind.ts'
import { isNamedAfterMedia } from './sidecars.ts'

/**
 * What kind of file with many notes it is, by its name and its first bytes; null for any other, most of which are not opened.
 * @param path  absolute @throws the file system's error
 */
export async function containerAt(path: string): Promise<ContainerKind | null> {
  const name = basename(path)
  return mayHoldNotes(name) ? containerKind(extensionOf(name), await headOf(path, containerHeadBytes)) : null
}

/** Whether it is worth looking into a file: whether it may hold many notes, by its name. @param name  without folders */
export function mayHoldNotes(name: string): boolean {
  const extension = extensionOf(name)
  if (name.startsWith('.')) return false
  // Google's JSON of a photo is named after it, and there are thousands.
  if (extension === 'json') return !isNamedAfterMedia(name)
  return extension === 'enex' || extension === 'mbox' || (extension === 'txt' && /^_chat|whats\s?app/i.test(name))
}
