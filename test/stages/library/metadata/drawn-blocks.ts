/** Metadata blocks made by hand for tests, by the letter of their specifications: a second way beside the readers. */

interface Field {
  readonly type: 'byte' | 'ascii' | 'short' | 'long' | 'rational' | 'undefined'
  readonly values: readonly number[] | string | Uint8Array
}

export type Fields = Readonly<Record<number, Field>>

const types = { byte: [1, 1], ascii: [2, 1], short: [3, 2], long: [4, 4], rational: [5, 8], undefined: [7, 1] } as const

/** A TIFF block with a main directory and, where given, the EXIF, GPS and one child directory that it points to. */
export function tiffBlock({
  main,
  exif,
  gps,
  child,
  littleEndian = true,
  magic = 42
}: {
  main: Fields
  exif?: Fields
  gps?: Fields
  child?: Fields
  littleEndian?: boolean
  magic?: number
}): Uint8Array {
  const parts: Buffer[] = [Buffer.alloc(8)]
  let length = 8
  const append = (bytes: Buffer): number => {
    const at = length
    const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
    parts.push(padded)
    length += padded.length
    return at
  }
  const u16 = (buffer: Buffer, value: number, at: number): number =>
    littleEndian ? buffer.writeUInt16LE(value, at) : buffer.writeUInt16BE(value, at)
  const u32 = (buffer: Buffer, value: number, at: number): number =>
    littleEndian ? buffer.writeUInt32LE(value, at) : buffer.writeUInt32BE(value, at)

  const pack = ({ type, values }: Field): { bytes: Buffer; count: number } => {
    if (typeof values === 'string')
      return { bytes: Buffer.from(`${values}\0`, 'utf8'), count: Buffer.byteLength(values) + 1 }
    if (values instanceof Uint8Array) return { bytes: Buffer.from(values), count: values.length }
    const size = types[type][1]
    if (type === 'rational') {
      const bytes = Buffer.alloc(values.length * 8)
      values.forEach((value, i) => {
        u32(bytes, Math.round(value * 10000), i * 8)
        u32(bytes, 10000, i * 8 + 4)
      })
      return { bytes, count: values.length }
    }
    const bytes = Buffer.alloc(values.length * size)
    values.forEach((value, i) =>
      size === 1 ? bytes.writeUInt8(value, i) : size === 2 ? u16(bytes, value, i * 2) : u32(bytes, value, i * 4)
    )
    return { bytes, count: values.length }
  }

  const directory = (fields: Fields): number => {
    const entries = Object.entries(fields).map(([tag, field]) => ({ tag: Number(tag), field }))
    const block = Buffer.alloc(2 + entries.length * 12 + 4)
    u16(block, entries.length, 0)
    entries.forEach(({ tag, field }, i) => {
      const at = 2 + i * 12
      const { bytes, count } = pack(field)
      u16(block, tag, at)
      u16(block, types[field.type][0], at + 2)
      u32(block, count, at + 4)
      if (bytes.length <= 4) bytes.copy(block, at + 8)
      else u32(block, append(bytes), at + 8)
    })
    return append(block)
  }

  const long = (value: number): Field => ({ type: 'long', values: [value] })
  const first = directory({
    ...main,
    ...(exif && { 0x8769: long(directory(exif)) }),
    ...(gps && { 0x8825: long(directory(gps)) }),
    ...(child && { 0x014a: long(directory(child)) })
  })
  const head = parts[0]!
  head.write(littleEndian ? 'II' : 'MM', 0, 'latin1')
  u16(head, magic, 2)
  u32(head, first, 4)
  return Buffer.concat(parts)
}

/** IPTC data sets of record 2 (and 1:90 for UTF-8), as they stand in a file. */
export function iptcBlock(
  sets: readonly (readonly [dataSet: number, text: string])[],
  encoding: 'utf8' | 'latin1' = 'utf8'
): Uint8Array {
  const set = (record: number, number: number, value: Buffer): Buffer => {
    const head = Buffer.from([0x1c, record, number, 0, 0])
    head.writeUInt16BE(value.length, 3)
    return Buffer.concat([head, value])
  }
  const mark = encoding === 'utf8' ? [set(1, 90, Buffer.from('\x1b%G', 'latin1'))] : []
  return Buffer.concat([...mark, ...sets.map(([number, text]) => set(2, number, Buffer.from(text, encoding)))])
}

/** A JPEG with segments put in right after its start. */
export function withSegments(jpeg: Uint8Array, segments: readonly { marker: number; body: Uint8Array }[]): Uint8Array {
  const packed = segments.map(({ marker, body }) => {
    const head = Buffer.from([0xff, marker, 0, 0])
    head.writeUInt16BE(body.length + 2, 2)
    return Buffer.concat([head, body])
  })
  return Buffer.concat([jpeg.subarray(0, 2), ...packed, jpeg.subarray(2)])
}

export const exifSegment = (block: Uint8Array): { marker: number; body: Uint8Array } => ({
  marker: 0xe1,
  body: Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block])
})

export const xmpSegment = (packet: string): { marker: number; body: Uint8Array } => ({
  marker: 0xe1,
  body: Buffer.from(`http://ns.adobe.com/xap/1.0/\0${packet}`, 'utf8')
})

export const iptcSegment = (block: Uint8Array): { marker: number; body: Uint8Array } => {
  const head = Buffer.from('Photoshop 3.0\0' + '8BIM\x04\x04\0\0\0\0\0\0', 'latin1')
  head.writeUInt32BE(block.length, head.length - 4)
  return { marker: 0xed, body: Buffer.concat([head, block, Buffer.alloc(block.length % 2)]) }
}

/** An XMP packet around properties of one rdf:Description. */
export function xmpPacket(properties: string): string {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
 xmlns:digiKam="http://www.digikam.org/ns/1.0/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#">${properties}</rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
}
