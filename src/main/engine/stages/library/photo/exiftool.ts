import type { ExifTool } from 'exiftool-vendored'
import { PhotoFailure, type PhotoLimits } from './limits.ts'

/** The names under which ExifTool gives previews. */
const previewTags = ['JpgFromRaw', 'PreviewImage', 'OtherImage', 'ThumbnailImage'] as const

let running: Promise<ExifTool> | null = null

/**
 * The previews that ExifTool finds in a RAW file of a maker that is not read directly, largest first. It is started on the
 * first such file and then kept, since starting takes a quarter of a second; it ends by itself with this process.
 *
 * @throws PhotoFailure no-preview where ExifTool cannot run: outside Windows it needs Perl
 */
export async function exiftoolPreviews(path: string, limits: PhotoLimits): Promise<readonly Uint8Array[]> {
  const exiftool = await (running ??= start(limits))
  const found: Uint8Array[] = []
  for (const tag of previewTags) {
    const preview = await exiftool.extractBinaryTagToBuffer(tag, path).catch(() => null) // rejects where there is none
    if (preview !== null) found.push(preview)
  }
  return found.toSorted((a, b) => b.length - a.length)
}

async function start(limits: PhotoLimits): Promise<ExifTool> {
  const { ExifTool } = await import('exiftool-vendored')
  const exiftool = new ExifTool({ maxProcs: 1, taskTimeoutMillis: limits.milliseconds, taskRetries: 0 })
  try {
    await exiftool.version()
    return exiftool
  } catch (cause) {
    running = null
    await exiftool.end()
    throw new PhotoFailure(
      'no-preview',
      'No preview was found in this RAW file. ExifTool, which knows more kinds of RAW files, cannot run here: it needs Perl.',
      { cause }
    )
  }
}

/** Ends the ExifTool process, if one runs; the next photo that needs it starts another. */
export async function closeExiftool(): Promise<void> {
  const ending = running
  running = null
  if (ending === null) return
  const exiftool = await ending.catch(() => null)
  await exiftool?.end()
}
