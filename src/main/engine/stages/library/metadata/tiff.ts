import { uint16, uint32, type ByteSource } from './bytes.ts'

/** One entry of a directory. The value is read when it is asked for. */
export interface TiffField {
  readonly type: number
  readonly count: number
  /** From the start of the TIFF block. */
  readonly valueOffset: number
}

export type Directory = ReadonlyMap<number, TiffField>

/** Bytes per value, by TIFF 6.0 type number; 13 is IFD (TIFF supplement 1). */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4]

/** Hostile files have directories that point at each other, and counts of four billion. */
const maxDirectories = 64
const maxFieldsPerDirectory = 1024
const maxValueBytes = 4 * 1024 * 1024

/**
 * TIFF directories at any offset: the EXIF block of every format, TIFF files, and RAW files that are TIFF inside
 * (Panasonic and Olympus write their own number where TIFF has 42). Never throws; what is out of bounds is absent.
 *
 * @see TIFF revision 6.0, section 2; CIPA DC-008 (EXIF 2.32), 4.6
 */
export class Tiff {
  readonly source: ByteSource
  readonly littleEndian: boolean
  /** 42 in a TIFF, 85 in RW2, 'RO' or 'RS' in ORF. */
  readonly magic: number

  private constructor(source: ByteSource, littleEndian: boolean, magic: number) {
    this.source = source
    this.littleEndian = littleEndian
    this.magic = magic
  }

  /** null when the block does not begin with a byte order mark. */
  static open(source: ByteSource): Tiff | null {
    const head = source.read(0, 8)
    if (head.length < 8 || head[0] !== head[1] || (head[0] !== 0x49 && head[0] !== 0x4d)) return null
    const littleEndian = head[0] === 0x49
    return new Tiff(source, littleEndian, uint16(head, 2, littleEndian))
  }

  /** The chain of directories that begins in the header: the picture, then its thumbnail or further pages. */
  chain(): readonly Directory[] {
    const found: Directory[] = []
    const seen = new Set<number>()
    let offset = uint32(this.source.read(4, 4), 0, this.littleEndian)
    while (offset > 0 && !seen.has(offset) && found.length < maxDirectories) {
      seen.add(offset)
      const directory = this.directoryAt(offset)
      if (directory === null) break
      found.push(directory)
      const count = uint16(this.source.read(offset, 2), 0, this.littleEndian)
      const next = this.source.read(offset + 2 + count * 12, 4)
      offset = next.length === 4 ? uint32(next, 0, this.littleEndian) : 0
    }
    return found
  }

  /** The whole tree: the chain, and what SubIFDs (0x14a) lead to, each directory once. */
  all(): readonly Directory[] {
    const found = [...this.chain()]
    const seen = new Set<number>()
    for (let i = 0; i < found.length && found.length < maxDirectories; i++) {
      for (const offset of this.numbers(found[i]?.get(0x14a)).slice(0, 16)) {
        if (seen.has(offset)) continue
        seen.add(offset)
        const child = this.directoryAt(offset)
        if (child !== null) found.push(child)
      }
    }
    return found
  }

  directoryAt(offset: number): Directory | null {
    const head = this.source.read(offset, 2)
    if (head.length < 2) return null
    const count = Math.min(uint16(head, 0, this.littleEndian), maxFieldsPerDirectory)
    const entries = this.source.read(offset + 2, count * 12)
    const directory = new Map<number, TiffField>()
    for (let at = 0; at + 12 <= entries.length; at += 12) {
      const tag = uint16(entries, at, this.littleEndian)
      const type = uint16(entries, at + 2, this.littleEndian)
      const valueCount = uint32(entries, at + 4, this.littleEndian)
      const sizeBytes = (typeBytes[type] ?? 0) * valueCount
      if (sizeBytes === 0 || directory.has(tag)) continue
      const valueOffset = sizeBytes <= 4 ? offset + 2 + at + 8 : uint32(entries, at + 8, this.littleEndian)
      directory.set(tag, { type, count: valueCount, valueOffset })
    }
    return directory.size > 0 ? directory : null
  }

  /** The value as it lies in the file; empty when there is none or it is implausibly large. */
  bytes(field: TiffField | undefined): Uint8Array {
    if (field === undefined) return new Uint8Array(0)
    const sizeBytes = (typeBytes[field.type] ?? 0) * field.count
    return sizeBytes > maxValueBytes ? new Uint8Array(0) : this.source.read(field.valueOffset, sizeBytes)
  }

  /** Whole and rational numbers; a rational with denominator 0 is NaN. Other types give nothing. */
  numbers(field: TiffField | undefined): number[] {
    const bytes = this.bytes(field)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const little = this.littleEndian
    const each = (size: number, read: (at: number) => number): number[] =>
      Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => read(i * size))
    const ratio = (top: number, bottom: number): number => (bottom === 0 ? NaN : top / bottom)
    switch (field?.type) {
      case 1:
      case 7:
        return Array.from(bytes)
      case 3:
        return each(2, at => view.getUint16(at, little))
      case 4:
      case 13:
        return each(4, at => view.getUint32(at, little))
      case 5:
        return each(8, at => ratio(view.getUint32(at, little), view.getUint32(at + 4, little)))
      case 8:
        return each(2, at => view.getInt16(at, little))
      case 9:
        return each(4, at => view.getInt32(at, little))
      case 10:
        return each(8, at => ratio(view.getInt32(at, little), view.getInt32(at + 4, little)))
      case undefined:
      default:
        return []
    }
  }

  number(field: TiffField | undefined): number | undefined {
    return field !== undefined && field.count > 4096 ? undefined : this.numbers(field)[0]
  }
}
