import type { FolderId, FoundFile } from '../../base/domain.ts'
import { hashFile, tooLong } from '../../base/hash-file.ts'
import { folderOf, nameOf } from '../../base/item-path.ts'
import { photoLimits } from '../../stages/library/photo/limits.ts'
import type { Store } from '../../store/store.ts'
import { absolutePath } from './read-files.ts'

/** No file that is read is larger, so no content that is known is. */
const mostBytes = photoLimits.sizeBytes

type Found = Pick<FoundFile, 'path' | 'sizeBytes'>

/**
 * sha256 of a file that a scan found. Content that is known has the size that was found: a file that is larger by now is not
 * read any further, and one that is larger than any that is read is not opened.
 *
 * @throws the file system's error, or one with the code EFBIG
 */
export async function hashFound(folderPath: string, file: Found): Promise<string> {
  if (file.sizeBytes > mostBytes) throw tooLong(mostBytes)
  return hashFile(absolutePath({ folderPath }, file.path), file.sizeBytes)
}

/** The same, also of a note in a file of many: its hash is known since that was opened. */
export async function hashOfItem(
  file: Found & { readonly folderId: FolderId; readonly folderPath: string },
  store: Pick<Store, 'containers'>
): Promise<string> {
  return containedHash(file, store) ?? hashFound(file.folderPath, file)
}

/** undefined for what is a file of its own. */
export function containedHash(
  { folderId, path }: Pick<Found, 'path'> & { readonly folderId: FolderId },
  { containers }: Pick<Store, 'containers'>
): string | undefined {
  return path.includes('/') ? containers.hashOf(folderId, folderOf(path), nameOf(path)) : undefined
}
