import type { AlbumWords } from './takeout.ts'
import { decodeWords } from './words.ts'

/** What Picasa kept about one photo in the file of its folder; absent is null or empty. Words are as written. */
export interface PicasaWords {
  readonly caption: string | null
  readonly keywords: readonly string[]
  /** Of the faces that have a name. */
  readonly people: readonly string[]
  readonly isStarred: boolean
  /** Those that the photo is in, and its folder. */
  readonly albums: readonly AlbumWords[]
}

/** Sections by their names, folded by `fold`; each its values by key in lower case. */
export type PicasaFile = ReadonlyMap<string, ReadonlyMap<string, string>>

const maxLength = 4 * 1024 * 1024
const maxSections = 100_000

/**
 * Reads `.picasa.ini` (`Picasa.ini` of old versions): a section a photo, contacts, albums. Never throws.
 *
 * @see https://gist.github.com/fbuchinger/1073823 (the keys, as users found them out; Google described none)
 */
export function parsePicasa(bytes: Uint8Array): PicasaFile {
  const sections = new Map<string, Map<string, string>>()
  if (bytes.length > maxLength) return sections
  let section = new Map<string, string>()
  for (const line of decodeWords(bytes).split(/\r\n?|\n/)) {
    const written = line.replace(/^\ufeff/, '').trimEnd()
    if (written.startsWith('[') && written.endsWith(']')) {
      if (sections.size >= maxSections) break
      const name = fold(written.slice(1, -1))
      section = sections.get(name) ?? new Map<string, string>()
      sections.set(name, section)
      continue
    }
    const equals = written.indexOf('=')
    if (equals > 0) section.set(written.slice(0, equals).trim().toLowerCase(), written.slice(equals + 1))
  }
  return sections
}

/** What is said of one photo, by the name of its file. */
export function picasaWords(file: PicasaFile, fileName: string): PicasaWords {
  const own = file.get(fold(fileName))
  const folder = file.get('picasa')
  const albums = [folder, ...listOf(own?.get('albums'), ',').map(token => file.get(`.album:${fold(token)}`))]
  return {
    caption: own?.get('caption') ?? null,
    keywords: listOf(own?.get('keywords'), ','),
    people: listOf(own?.get('faces'), ';').flatMap(face => nameOf(file, face.slice(face.lastIndexOf(',') + 1)) ?? []),
    isStarred: own?.get('star')?.trim().toLowerCase() === 'yes',
    albums: albums.flatMap(album =>
      album === undefined
        ? []
        : [
            {
              // The section of the folder has the name of the folder, which a person sees anyway.
              title: album === folder ? null : (album.get('name') ?? null),
              description: album.get('description') ?? null
            }
          ]
    )
  }
}

/** `3b1b2a7c=Bo Hartmann;bo@example.com;`; Picasa leaves leading zeros out, or not. */
function nameOf(file: PicasaFile, id: string): string | null {
  const short = bare(id)
  for (const section of ['contacts2', 'contacts'])
    for (const [key, value] of file.get(section) ?? []) if (bare(key) === short) return value.split(';')[0] ?? null
  return null
}

function bare(id: string): string {
  return id.trim().toLowerCase().replace(/^0+/, '')
}

function listOf(written: string | undefined, separator: string): readonly string[] {
  return (written ?? '')
    .split(separator)
    .map(one => one.trim())
    .filter(Boolean)
}

function fold(name: string): string {
  return name.trim().normalize('NFC').toLowerCase()
}
