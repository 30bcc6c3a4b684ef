import { decodeUtf16 } from './words.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** What XMP says about a picture; absent is null or empty. Words are as written, uncleaned. */
export interface XmpWords {
  readonly title: string | null
  readonly description: string | null
  readonly headline: string | null
  readonly keywords: readonly string[]
  /** ISO 8601, any precision, as written. */
  readonly date: string | null
  readonly latitude: string | null
  readonly longitude: string | null
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const dc = 'http://purl.org/dc/elements/1.1/'
const exif = 'http://ns.adobe.com/exif/1.0/'
const tiff = 'http://ns.adobe.com/tiff/1.0/'
const photoshop = 'http://ns.adobe.com/photoshop/1.0/'

/** Flat lists of keywords, and hierarchies with the letter between their levels. */
const keywordLists: readonly (readonly [name: string, separator: string | null])[] = [
  [`${dc} subject`, null],
  ['http://ns.adobe.com/lightroom/1.0/ hierarchicalSubject', '|'],
  ['http://www.digikam.org/ns/1.0/ TagsList', '/'],
  ['http://ns.microsoft.com/photo/1.0/ LastKeywordXMP', '/'],
  ['http://ns.microsoft.com/photo/1.0 LastKeywordXMP', '/'],
  ['http://ns.iview-multimedia.com/mediapro/1.0/ CatalogSets', '|'],
  ['http://iptc.org/std/Iptc4xmpExt/2008-02-29/ PersonInImage', null]
]

/** Longer packets hold editing histories and depth maps; what a person wrote stands in the first part. */
const maxPacketLength = 2 * 1024 * 1024

/**
 * Reads an XMP packet or an `.xmp` sidecar. Never throws; null when it is not XMP.
 *
 * @see XMP specification part 1 (ISO 16684-1), 7: properties are attributes or elements of rdf:Description
 */
export function parseXmp(bytes: Uint8Array): XmpWords | null {
  if (bytes.length > maxPacketLength) return null
  const root = parseXml(decodePacket(bytes))
  if (root === null) return null
  const descriptions: XmlElement[] = []
  collect(root, `${rdf} Description`, descriptions, 4)
  if (descriptions.length === 0) return null

  const values = (name: string): string[] => descriptions.flatMap(one => valuesOf(one, name))
  const first = (...names: string[]): string | null => {
    for (const name of names) {
      const value = values(name).find(text => text.trim() !== '')
      if (value !== undefined) return value
    }
    return null
  }
  return {
    title: first(`${dc} title`),
    description: first(`${dc} description`),
    headline: first(`${photoshop} Headline`),
    keywords: keywordLists.flatMap(([name, separator]) =>
      values(name).flatMap(value => (separator === null ? [value] : value.split(separator)))
    ),
    date: first(`${exif} DateTimeOriginal`, `${photoshop} DateCreated`, 'http://ns.adobe.com/xap/1.0/ CreateDate'),
    latitude: first(`${exif} GPSLatitude`),
    longitude: first(`${exif} GPSLongitude`),
    make: first(`${tiff} Make`),
    model: first(`${tiff} Model`),
    lens: first(
      'http://cipa.jp/exif/1.0/ LensModel',
      'http://ns.adobe.com/exif/1.0/aux/ Lens',
      'http://ns.adobe.com/exif/1.0/aux/ LensModel'
    )
  }
}

function decodePacket(bytes: Uint8Array): string {
  const isWide = (bytes[0] === 0 || bytes[1] === 0 || bytes[0] === 0xfe || bytes[0] === 0xff) && bytes.length > 2
  return isWide ? decodeUtf16(bytes, true) : new TextDecoder().decode(bytes)
}

/** Descriptions of the picture itself lie near the root; deeper ones describe its regions and its editing history. */
function collect(element: XmlElement, name: string, found: XmlElement[], depth: number): void {
  if (element.name === name) found.push(element)
  else if (depth > 0) for (const child of element.children) collect(child, name, found, depth - 1)
}

function valuesOf(description: XmlElement, name: string): string[] {
  const attribute = description.attributes.get(name)
  const elements = description.children.filter(child => child.name === name)
  return [...(attribute === undefined ? [] : [attribute]), ...elements.flatMap(listed)]
}

/** The text of a property: itself, or the members of its rdf:Alt (default language first), rdf:Bag or rdf:Seq. */
function listed(property: XmlElement): string[] {
  const container = property.children.find(child => [`${rdf} Alt`, `${rdf} Bag`, `${rdf} Seq`].includes(child.name))
  if (container === undefined) return property.children.length === 0 ? [property.text] : []
  const members = container.children.filter(child => child.name === `${rdf} li`)
  if (container.name !== `${rdf} Alt`) return members.map(member => member.text)
  const isDefault = (member: XmlElement): boolean => member.attributes.get('xml lang') === 'x-default'
  const written = members.filter(member => member.text.trim() !== '')
  return [...written.filter(isDefault), ...written].map(member => member.text).slice(0, 1)
}
