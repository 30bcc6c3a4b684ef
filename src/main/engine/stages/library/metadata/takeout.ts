import { isRecord, parseRecord, recordsOf, textOf } from './json-record.ts'

/** What Google Photos wrote beside a photo; absent is null or empty. `title` is the file name there, so it is left out. */
export interface TakeoutWords {
  readonly description: string | null
  readonly people: readonly string[]
  readonly isFavourite: boolean
  /** Milliseconds since 1970, UTC. */
  readonly takenMs: number | null
  readonly latitude: number | null
  readonly longitude: number | null
}

/** What is said of a folder of photos. */
export interface AlbumWords {
  readonly title: string | null
  readonly description: string | null
}

const maxLength = 1024 * 1024
/** The messages of a chat of many years. */
const maxChatLength = 4 * 1024 * 1024

/** What a JSON of Google's export says: of one photo, of an album, or of the pictures in a chat. */
export type GoogleWords =
  | { readonly kind: 'photo'; readonly words: TakeoutWords }
  | { readonly kind: 'album'; readonly words: AlbumWords }
  /** By the name of the picture's file, folded by `chatKey`. */
  | { readonly kind: 'chat'; readonly words: ReadonlyMap<string, TakeoutWords> }

/** The content decides what it is: its name depends on the language of the account. Never throws; null when it is something else. */
export function parseGoogle(bytes: Uint8Array): GoogleWords | null {
  const json = parseRecord(bytes, maxChatLength)
  if (json === null) return null
  if (Array.isArray(json.messages)) return { kind: 'chat', words: chatOf(json) }
  if (bytes.length > maxLength) return null
  const photo = photoOf(json)
  if (photo !== null) return { kind: 'photo', words: photo }
  const album = albumOf(json)
  return album === null ? null : { kind: 'album', words: album }
}

function photoOf(json: Readonly<Record<string, unknown>>): TakeoutWords | null {
  const { photoTakenTime, creationTime, geoData, geoDataExif, people, description } = json
  if (![photoTakenTime, creationTime, geoData].some(isRecord) || isRecord(json.date)) return null
  const seconds = isRecord(photoTakenTime) ? Number(photoTakenTime.timestamp) : NaN
  const place = [geoData, geoDataExif]
    .filter(isRecord)
    .find(({ latitude, longitude }) => Boolean(latitude) || Boolean(longitude))
  return {
    description: typeof description === 'string' ? unescaped(description) : null,
    people: recordsOf(people).flatMap(({ name }) => (typeof name === 'string' ? [unescaped(name)] : [])),
    isFavourite: json.favorited === true,
    takenMs: Number.isSafeInteger(seconds) ? seconds * 1000 : null,
    latitude: typeof place?.latitude === 'number' ? place.latitude : null,
    longitude: typeof place?.longitude === 'number' ? place.longitude : null
  }
}

/** Google's names for the folders of a year, in which every photo is: no words of a person. */
const yearFolder =
  /^(?:photos?|fotos?|foto['’]s|foton|fotky|fotografie|zdjęcia|bilder|billeder|kuvat|фото(?:графии)?)\s.{0,12}(?:19|20)\d{2}$|^(?:19|20)\d{2}\s?(?:年|년).{0,8}$/iu

/** Until 2022 or so in `albumData`, since then directly. */
function albumOf(json: Readonly<Record<string, unknown>>): AlbumWords | null {
  const album = isRecord(json.albumData) ? json.albumData : json
  const isAlbum = album !== json || isRecord(json.date) || 'access' in json || 'enrichments' in json
  if (!isAlbum || typeof album.title !== 'string') return null
  const title = textOf(unescaped(album.title))
  const description = textOf(album.description)
  const isNamed = title !== null && /\p{L}/u.test(title) && !yearFolder.test(title.trim())
  return {
    title: isNamed ? title : null,
    description: description === null ? null : unescaped(description)
  }
}

/** A picture in Google Chat says what its message says, and is of its day. */
function chatOf(json: Readonly<Record<string, unknown>>): ReadonlyMap<string, TakeoutWords> {
  const pictures = new Map<string, TakeoutWords>()
  for (const message of recordsOf(json.messages)) {
    const files = recordsOf(message.attached_files)
    if (files.length === 0) continue
    const creator = isRecord(message.creator) ? textOf(message.creator.name) : null
    const words: TakeoutWords = {
      description: textOf(message.text),
      people: creator === null ? [] : [creator],
      isFavourite: false,
      takenMs: chatTime(message.created_date),
      latitude: null,
      longitude: null
    }
    for (const { export_name: name } of files)
      if (typeof name === 'string' && !pictures.has(chatKey(name))) pictures.set(chatKey(name), words)
  }
  return pictures
}

/** `Tuesday, May 4, 2021 at 7:08:09 AM UTC`, the only form there is. */
function chatTime(written: unknown): number | null {
  if (typeof written !== 'string' || written.length > 100) return null
  const match = /([A-Z][a-z]+ \d{1,2}, \d{4}) at (\d{1,2}:\d{2}:\d{2}) ([AP]M) UTC/.exec(written.replace(/\s/g, ' '))
  if (match === null) return null
  const [, day, time, half] = match
  const ms = Date.parse(`${day} ${time} ${half} UTC`)
  return Number.isNaN(ms) ? null : ms
}

/** Disks differ in case and in how they write accents. */
export function chatKey(fileName: string): string {
  return fileName.normalize('NFC').toLowerCase()
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Google writes texts as they stand in a page: `&#39;`, `&amp;`. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name.toLowerCase()] ?? whole
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}
