import type { FoundFile } from '../../base/domain.ts'
import { hashFile, tooLong } from '../../base/hash-file.ts'
import { photoLimits } from '../../stages/library/photo/limits.ts'
import { absolutePath } from './read-files.ts'

/** No file that is read is larger, so no content that is known is. */
const mostBytes = photoLimits.sizeBytes

/**
 * sha256 of a file that a scan found. Content that is known has the size that was found: a file that is larger by now is not
 * read any further, and one that is larger than any that is read is not opened.
 *
 * @throws the file system's error, or one with the code EFBIG
 */
export async function hashFound(folderPath: string, file: FoundFile): Promise<string> {
  if (file.sizeBytes > mostBytes) throw tooLong(mostBytes)
  return hashFile(absolutePath({ folderPath }, file.path), file.sizeBytes)
}
