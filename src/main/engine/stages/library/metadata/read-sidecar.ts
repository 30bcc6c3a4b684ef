import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { isPicasa } from '../eligible.ts'
import { parsePicasa, picasaWords, type PicasaFile, type PicasaWords } from './picasa.ts'
import { chatKey, parseGoogle, type AlbumWords, type GoogleWords, type TakeoutWords } from './takeout.ts'
import { parseXmp, type XmpWords } from './xmp.ts'

/** What the sidecars of a photo say; absent is empty. */
export interface SidecarWords {
  readonly xmp: readonly XmpWords[]
  readonly takeout: TakeoutWords | null
  readonly albums: readonly AlbumWords[]
  readonly picasa: PicasaWords | null
}

const maxSidecarBytes = 4 * 1024 * 1024

type Parsed =
  | { readonly kind: 'xmp'; readonly words: XmpWords | null }
  | { readonly kind: 'picasa'; readonly words: PicasaFile }
  | GoogleWords
  | null

/** Files that describe whole folders are asked for by each of their photos. */
const mostRemembered = 16
const remembered = new Map<string, Parsed>()

/** Never throws: what cannot be read is absent. @param paths  absolute */
export function readSidecars(paths: readonly string[], fileName: string): SidecarWords {
  const parsed = paths.map(readSidecar)
  return {
    xmp: parsed.flatMap(one => (one?.kind === 'xmp' && one.words !== null ? [one.words] : [])),
    takeout:
      parsed.flatMap(one => {
        if (one?.kind === 'photo') return [one.words]
        return one?.kind === 'chat' ? (one.words.get(chatKey(fileName)) ?? []) : []
      })[0] ?? null,
    albums: parsed.flatMap(one => (one?.kind === 'album' ? [one.words] : [])),
    picasa: parsed.flatMap(one => (one?.kind === 'picasa' ? [picasaWords(one.words, fileName)] : []))[0] ?? null
  }
}

function readSidecar(path: string): Parsed {
  try {
    const { size, mtimeMs, ino } = statSync(path)
    if (size > maxSidecarBytes) return null
    const key = `${path}\0${size}\0${mtimeMs}\0${ino}`
    if (remembered.has(key)) return remembered.get(key) ?? null
    const parsed = parse(basename(path), readFileSync(path))
    // Those of single photos are not asked for again.
    if (parsed?.kind !== 'xmp' && parsed?.kind !== 'photo') remember(key, parsed)
    return parsed
  } catch {
    return null // gone since the scan: the next scan sees the change and describes the photo again
  }
}

function parse(name: string, bytes: Uint8Array): Parsed {
  if (isPicasa(name)) return { kind: 'picasa', words: parsePicasa(bytes) }
  return name.toLowerCase().endsWith('.json') ? parseGoogle(bytes) : { kind: 'xmp', words: parseXmp(bytes) }
}

function remember(key: string, parsed: Parsed): void {
  const [oldest] = remembered.keys()
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest)
  remembered.set(key, parsed)
}
