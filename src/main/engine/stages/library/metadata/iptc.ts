import { ascii, uint16, uint32 } from './bytes.ts'
import { decodeWords } from './words.ts'

/** What IPTC-IIM says about a picture; absent is null or empty. Words are as written, uncleaned. */
export interface IptcWords {
  readonly title: string | null
  readonly headline: string | null
  readonly caption: string | null
  readonly keywords: readonly string[]
  /** Sublocation, city, state and country. */
  readonly places: readonly string[]
  /** CCYYMMDD */
  readonly date: string | null
  /** HHMMSS±HHMM */
  readonly time: string | null
}

/**
 * IPTC-IIM data sets, record 2. Text is UTF-8 where 1:90 says so or where it is valid UTF-8, else Latin-1. Never throws;
 * stops where the structure breaks.
 *
 * @see IPTC-IIM 4.2, part II
 */
export function parseIptc(bytes: Uint8Array): IptcWords {
  const values = new Map<number, string[]>()
  let at = 0
  while (at + 5 <= bytes.length && bytes[at] === 0x1c) {
    const record = bytes[at + 1]
    const dataSet = bytes[at + 2] ?? 0
    const length = uint16(bytes, at + 3)
    // An extended data set (length above 32767) holds no text that a person wrote.
    if (length > 0x7fff || at + 5 + length > bytes.length) break
    if (record === 2) {
      const list = values.get(dataSet) ?? []
      if (list.length < 500) list.push(decodeWords(bytes.subarray(at + 5, at + 5 + length)))
      values.set(dataSet, list)
    }
    at += 5 + length
  }
  const first = (dataSet: number): string | null => values.get(dataSet)?.[0] ?? null
  return {
    title: first(5),
    headline: first(105),
    caption: first(120),
    keywords: values.get(25) ?? [],
    places: [92, 90, 95, 101].flatMap(dataSet => values.get(dataSet) ?? []),
    date: first(55),
    time: first(60)
  }
}

/** The IPTC block (0x0404) among Photoshop's image resources; null when there is none. */
export function iptcInPhotoshop(resources: Uint8Array): Uint8Array | null {
  let at = 0
  while (at + 12 <= resources.length && ascii(resources, at, 4) === '8BIM') {
    const id = uint16(resources, at + 4)
    const nameBytes = 1 + (resources[at + 6] ?? 0)
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2)
    const size = uint32(resources, sizeAt)
    if (id === 0x0404) return resources.subarray(sizeAt + 4, sizeAt + 4 + size)
    at = sizeAt + 4 + size + (size % 2)
  }
  return null
}
