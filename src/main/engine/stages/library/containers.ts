import { extensionOf } from './eligible.ts'
import { containerKind, type ContainerKind } from './note/documents/container-kind.ts'
import { isNamedAfterMedia } from './sidecars.ts'

/** What kind of file with many notes it is, by its name and its first bytes; null for any other. @param name  without folders */
export function containerOf(name: string, head: Uint8Array): ContainerKind | null {
  return mayHoldNotes(name) ? containerKind(extensionOf(name), head) : null
}

/** Whether it is worth looking into a file: whether it may hold many notes, by its name. @param name  without folders */
export function mayHoldNotes(name: string): boolean {
  const extension = extensionOf(name)
  if (name.startsWith('.')) return false
  // Google's JSON of a photo is named after it, and there are thousands.
  if (extension === 'json') return !isNamedAfterMedia(name)
  return extension === 'enex' || extension === 'mbox' || (extension === 'txt' && /^_chat|whats\s?app/i.test(name))
}
