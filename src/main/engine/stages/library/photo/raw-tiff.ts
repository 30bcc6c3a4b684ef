import { ascii, bytesOf } from '../metadata/bytes.ts'
import { Tiff } from '../metadata/tiff.ts'

/** RAW files whose directories may lie beyond the first 64 KiB, so that only the name tells them from a TIFF. */
const rawNames = /\.(?:3fr|arw|cr2|dcr|dng|erf|fff|gpr|iiq|k25|kdc|mef|mos|nef|nrw|pef|raw|rwl|sr2|srf|srw)$/i

/** How makers compress sensor data: NEF, ARW, PEF, SRW, Kodak, Hasselblad. No picture viewer writes these. */
const sensorCompressions = new Set([34713, 32767, 32769, 32770, 32772, 65000, 65535])

/**
 * Whether a file that begins like a TIFF is a camera's RAW file.
 *
 * @param head the first 64 KiB
 * @see DNG 1.7, chapter 4 (DNGVersion 0xc612, CFA 32803, LinearRaw 34892); TIFF 6.0, NewSubfileType
 */
export function isRawTiff(head: Uint8Array, fileName: string): boolean {
  if (ascii(head, 8, 2) === 'CR' || rawNames.test(fileName)) return true // CR2 says so
  const tiff = Tiff.open(bytesOf(head))
  return (tiff?.all() ?? []).some((directory, i) => {
    if (directory.has(0xc612)) return true
    const photometric = tiff?.number(directory.get(0x0106))
    if (photometric === 32803 || photometric === 34892) return true
    if (sensorCompressions.has(tiff?.number(directory.get(0x0103)) ?? 1)) return true
    // A camera's file begins with a small picture and keeps the real one below it; a TIFF begins with the real one.
    return i === 0 && directory.has(0x014a) && directory.has(0x010f) && tiff?.number(directory.get(0x00fe)) === 1
  })
}
