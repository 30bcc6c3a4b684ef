import type { ExifTool } from 'exiftool-vendored'
import { messageOf } from './decode.ts'
import { PhotoFailure, type PhotoLimits } from './limits.ts'

/** Under these names ExifTool gives previews, the largest first for most makers. */
const previewTags = ['JpgFromRaw', 'PreviewImage', 'OtherImage', 'ThumbnailImage'] as const

let running: Promise<ExifTool> | null = null

/**
 * The previews that ExifTool finds in a RAW file of a maker that is not read directly. It is started on the first such
 * file and then kept, since starting takes a quarter of a second.
 *
 * @throws PhotoFailure no-preview where ExifTool cannot run (it needs Perl on Linux and macOS)
 */
export async function exiftoolPreviews(path: string, limits: PhotoLimits): Promise<readonly Uint8Array[]> {
  const exiftool = await (running ??= start(limits))
  const found: Uint8Array[] = []
  for (const tag of previewTags) {
    try {
      found.push(await exiftool.extractBinaryTagToBuffer(tag, path))
    } catch (cause) {
      if (/ENOENT|perl|spawn|not found.*exiftool/i.test(messageOf(cause))) {
        await closeExiftool()
        throw new PhotoFailure(
          'no-preview',
          'No preview was found in this RAW file, and ExifTool, which knows more kinds of them, cannot run: it needs Perl.',
          { cause }
        )
      }
      // This file has no such preview.
    }
  }
  return found.toSorted((a, b) => b.length - a.length)
}

async function start(limits: PhotoLimits): Promise<ExifTool> {
  const { ExifTool } = await import('exiftool-vendored')
  return new ExifTool({
    maxProcs: 1,
    taskTimeoutMillis: limits.milliseconds,
    taskRetries: 0,
    spawnTimeoutMillis: 10_000
  })
}

export async function closeExiftool(): Promise<void> {
  const ending = running
  running = null
  if (ending !== null) await (await ending).end()
}
