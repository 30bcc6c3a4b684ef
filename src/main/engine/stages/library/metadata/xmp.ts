import { decimalDegrees } from './place.ts'
import { decodeUtf16 } from './words.ts'
import { parseXml, type XmlElement } from './xml.ts'

/** What XMP says about a picture; absent is null or empty. Words are as written, uncleaned. */
export interface XmpWords {
  /** In each language, the default one first. */
  readonly titles: readonly string[]
  readonly descriptions: readonly string[]
  /** What is told to somebody who cannot see it: the best captions there are. IPTC 2021.1 and later. */
  readonly alternatives: readonly string[]
  /** Comments, other programs' descriptions, the event. */
  readonly comments: readonly string[]
  readonly headline: string | null
  /** With the names of people. */
  readonly keywords: readonly string[]
  /** Cities, regions, countries and the like, as people write them. */
  readonly places: readonly string[]
  /** When the picture was made: ISO 8601, any precision, as written. */
  readonly date: string | null
  /** When it came to be a file: of a scan, the day of the scan. */
  readonly digitised: string | null
  /** Decimal degrees, unchecked. */
  readonly latitude: number | null
  readonly longitude: number | null
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
}

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const dc = 'http://purl.org/dc/elements/1.1/'
const exif = 'http://ns.adobe.com/exif/1.0/'
const tiff = 'http://ns.adobe.com/tiff/1.0/'
const photoshop = 'http://ns.adobe.com/photoshop/1.0/'
const iptcCore = 'http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/'
const iptcExtension = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/'
const regions = 'http://www.metadataworkinggroup.com/schemas/regions/'
const people = 'http://ns.microsoft.com/photo/1.2/'

/** Flat lists of keywords, and hierarchies with the letter between their levels. */
const keywordLists: readonly (readonly [name: string, separator: string | null])[] = [
  [`${dc} subject`, null],
  ['http://ns.adobe.com/lightroom/1.0/ hierarchicalSubject', '|'],
  ['http://www.digikam.org/ns/1.0/ TagsList', '/'],
  ['http://ns.microsoft.com/photo/1.0/ LastKeywordXMP', '/'],
  ['http://ns.microsoft.com/photo/1.0 LastKeywordXMP', '/'],
  ['http://ns.iview-multimedia.com/mediapro/1.0/ CatalogSets', '|'],
  [`${iptcExtension} PersonInImage`, null]
]

const placeNames = [`${iptcCore} Location`, `${photoshop} City`, `${photoshop} State`, `${photoshop} Country`]
const placeStructures = [`${iptcExtension} LocationShown`, `${iptcExtension} LocationCreated`]
const partsOfPlace = ['LocationName', 'Sublocation', 'City', 'ProvinceState', 'CountryName'].map(
  part => `${iptcExtension} ${part}`
)

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
  const parts = descriptions.flatMap(one => one.children)
  return {
    titles: values(`${dc} title`),
    descriptions: values(`${dc} description`),
    alternatives: [`${iptcCore} AltTextAccessibility`, `${iptcCore} ExtDescrAccessibility`].flatMap(values),
    comments: [`${tiff} ImageDescription`, `${exif} UserComment`, `${iptcExtension} Event`].flatMap(values),
    headline: first(`${photoshop} Headline`),
    keywords: [
      ...keywordLists.flatMap(([name, separator]) =>
        values(name).flatMap(value => (separator === null ? [value] : value.split(separator)))
      ),
      ...parts.filter(({ name }) => name === `${regions} Regions`).flatMap(one => namesInRegions(one)),
      ...parts
        .filter(({ name }) => name === `${people} RegionInfo`)
        .flatMap(one => within(one, [`${people}t/Region# PersonDisplayName`]))
    ],
    places: [
      ...placeNames.flatMap(values),
      ...parts.filter(({ name }) => placeStructures.includes(name)).flatMap(one => within(one, partsOfPlace))
    ],
    date: first(`${exif} DateTimeOriginal`, `${photoshop} DateCreated`),
    digitised: first(`${exif} DateTimeDigitized`, 'http://ns.adobe.com/xap/1.0/ CreateDate'),
    latitude: decimalDegrees(first(`${exif} GPSLatitude`), first(`${exif} GPSLatitudeRef`)),
    longitude: decimalDegrees(first(`${exif} GPSLongitude`), first(`${exif} GPSLongitudeRef`)),
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

/** Structures in lists of structures: no program nests deeper. */
const deepest = 8

/** Values of these names in a structure, wherever they stand in it. */
function within(element: XmlElement, names: readonly string[], depth = deepest): string[] {
  return [
    ...names.flatMap(name => valuesOf(element, name)),
    ...(depth === 0 ? [] : element.children.flatMap(child => within(child, names, depth - 1)))
  ]
}

/** Names of faces and pets in the Metadata Working Group's list of regions; other regions are where the camera focused, or codes. */
function namesInRegions(element: XmlElement, depth = deepest): string[] {
  const [type = 'Face'] = valuesOf(element, `${regions} Type`)
  return [
    ...(type === 'Face' || type === 'Pet' ? valuesOf(element, `${regions} Name`) : []),
    ...(depth > 0 ? element.children.flatMap(child => namesInRegions(child, depth - 1)) : [])
  ]
}

/** The text of a property: itself, or the members of its rdf:Alt (default language first), rdf:Bag or rdf:Seq. */
function listed(property: XmlElement): string[] {
  const container = property.children.find(child => [`${rdf} Alt`, `${rdf} Bag`, `${rdf} Seq`].includes(child.name))
  if (container === undefined) return property.children.length === 0 ? [property.text] : []
  const members = container.children.filter(child => child.name === `${rdf} li`)
  if (container.name !== `${rdf} Alt`) return members.map(member => member.text)
  const isDefault = (member: XmlElement): boolean => member.attributes.get('xml lang') === 'x-default'
  const written = members.filter(member => member.text.trim() !== '')
  return [...new Set([...written.filter(isDefault), ...written].map(member => member.text))]
}
