import { createHash } from 'node:crypto'
import { inTurns } from '../../base/give-way.ts'
import { isPage, kindByName } from './eligible.ts'

/*
 * Which files of one folder describe which photo, by name alone. Whether a JSON file really is Google Takeout's is for
 * whoever reads it.
 *
 * How Takeout names the JSON of `stem(n).ext`, (n) being absent or a number, as met in exports of 2017 to 2025:
 *   1. `stem.ext` + tail, cut to 46 UTF-16 units, + (n) + `.json`. The tail is '' or, since late 2024, `.supplemental-metadata`
 *   2. the same of `stem`, when the uploaded title had no extension
 *   3. an edited copy, `stem-edited.ext` in the language of the account, has none of its own: it shares its original's. The
 *      suffix may be cut; every other photo has a JSON of its own, so what stands behind the hyphen need not be known
 *   4. a live photo may have only its video's: `stem.mp4`
 * Where the number stands (`IMG.jpg(1).json`, `IMG.jpg.supplemental-metadata(1).json`, `IMG(1).jpg.json`) varies too.
 * Sources: ente/ente pull request 4956; TheLastGimbus/GooglePhotosTakeoutHelper pull request 449; simulot/immich-go issue 674.
 */

/** UTF-16 units of a Takeout name before `(n).json`; 51 with `.json`. Exports differ by a few. */
const takeoutLimits = [46, 47, 51, 50, 49, 48, 45]
const tail = '.supplemental-metadata'
/** UTF-16 units of a photo's name before its extension, from which on the suffix of an edited copy may be cut. */
const cutFrom = 43

/** What Takeout puts behind a hyphen: `edited`, `编辑`, `ha editado`, `EFFECTS`; not a number of a person's. */
const suffix = /^\p{L}[\p{L}\p{M}\p{N} '’._-]{0,30}$/u
/** A name has few hyphens; one that is nothing else must not be looked up at each of them. */
const mostHyphens = 4

const videoExtensions = ['mp4', 'mov', 'mp']

/**
 * @param photos  names of the photos and of the web pages in a folder
 * @param sidecars  names of the `.xmp` and `.json` files in the same folder
 * @returns for each that has any, the names of its sidecars, sorted
 */
export async function matchSidecars(
  photos: readonly string[],
  sidecars: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const matches = new Map<string, readonly string[]>()
  if (sidecars.length === 0) return matches
  const index = await indexByDescribed(sidecars)
  await inTurns(photos, photo => {
    const found = isPage(photo) ? keepOf(photo, index) : [...xmpOf(photo, index), ...takeoutOf(photo, index)].sort()
    if (found.length > 0) matches.set(photo, found)
  })
  return matches
}

/** What a sidecar's name says it describes → names of sidecars. Keys are normalised; 'xmp:' and 'json:' keep kinds apart. */
type Index = ReadonlyMap<string, readonly string[]>

async function indexByDescribed(sidecars: readonly string[]): Promise<Index> {
  const index = new Map<string, string[]>()
  const add = (key: string, name: string): void => {
    const names = index.get(key)
    if (names === undefined) index.set(key, [name])
    else if (!names.includes(name)) names.push(name)
  }
  await inTurns(sidecars, name => {
    const dot = name.lastIndexOf('.')
    const described = normalise(name.slice(0, dot))
    if (name.slice(dot + 1).toLowerCase() === 'xmp') add(`xmp:${described}`, name)
    else {
      const { base, number } = splitNumber(described)
      add(jsonKey(base, number), name)
      // The literal name too: a person may have called a photo "Beach (2).jpg".
      add(jsonKey(described, ''), name)
      const whole = withoutTail(base)
      add(jsonKey(whole, number), name)
      if (kindByName(whole) === 'photo') {
        const { stem } = splitExtension(whole)
        add(anyPictureKey(stem, number), name)
      }
    }
  })
  return index
}

function xmpOf(photo: string, index: Index): readonly string[] {
  const name = normalise(photo)
  return [...(index.get(`xmp:${name}`) ?? []), ...(index.get(`xmp:${splitExtension(name).stem}`) ?? [])]
}

function keepOf(page: string, index: Index): readonly string[] {
  return index.get(jsonKey(splitExtension(normalise(page)).stem, '')) ?? []
}

/** All of the first naming that finds something: later ones are guesses that an exact one makes needless. */
function takeoutOf(photo: string, index: Index): readonly string[] {
  const { stem, extension } = splitExtension(normalise(photo))
  const { base, number } = splitNumber(stem)
  const keys = [
    jsonKey(stem + extension, ''),
    ...takeoutKeys(base + extension, number),
    ...takeoutKeys(base, number),
    ...videoExtensions.flatMap(video => takeoutKeys(`${base}.${video}`, number)),
    ...originalsOf(base).flatMap(original => {
      const own = splitNumber(original)
      const at = own.number === '' ? { base: original, number } : own
      return [
        ...takeoutKeys(at.base + extension, at.number),
        ...takeoutKeys(at.base, at.number),
        anyPictureKey(at.base, at.number),
        ...(number === '' ? [jsonKey(original + extension, ''), anyPictureKey(original, '')] : [])
      ]
    })
  ]
  return keys.map(key => index.get(key)).find(names => names !== undefined) ?? []
}

/** What this may be an edited copy of, the longest first. */
function originalsOf(stem: string): readonly string[] {
  const originals: string[] = []
  for (let at = stem.lastIndexOf('-'); at > 0 && originals.length < mostHyphens; at = stem.lastIndexOf('-', at - 1)) {
    const isCut = at === stem.length - 1 && stem.length >= cutFrom
    if (isCut || suffix.test(stem.slice(at + 1))) originals.push(stem.slice(0, at))
  }
  return originals
}

/** Whole, then cut: other tools write whole names however long they are. */
function takeoutKeys(described: string, number: string): readonly string[] {
  const cuts = takeoutLimits.filter(limit => limit < described.length).map(limit => described.slice(0, limit))
  return [described, ...cuts].map(name => jsonKey(name, number))
}

/** An edited copy is a JPEG, also of a HEIC or RAW. */
function anyPictureKey(stem: string, number: string): string {
  return `of:${stem}|${number}`
}

/** Whether a JSON is named after a picture or a video: of a whole folder it says nothing. */
export function isNamedAfterMedia(json: string): boolean {
  const { base } = splitNumber(normalise(json).replace(/\.json$/, ''))
  const { stem, extension } = splitExtension(withoutTail(base))
  const described = splitNumber(stem).base + extension
  return /\.(?:mp4|mov|mp|m4v|3gp|avi|mkv|mts|mpg|mpeg|wmv|webm)$/.test(described) || kindByName(described) === 'photo'
}

function jsonKey(described: string, number: string): string {
  return `json:${described}|${number}`
}

/** 'img.jpg.suppl' → 'img.jpg'. Every cut of the tail is known, down to its dot. */
function withoutTail(base: string): string {
  const dot = base.lastIndexOf('.')
  return dot > 0 && tail.startsWith(base.slice(dot)) ? base.slice(0, dot) : base
}

function splitNumber(stem: string): { base: string; number: string } {
  const number = /\(\d{1,5}\)$/.exec(stem)?.[0] ?? ''
  return { base: stem.slice(0, stem.length - number.length), number }
}

function splitExtension(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' }
}

/** Disks differ in case and in how they write accents; a photo and its sidecar may have come over different ones. */
function normalise(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/**
 * Sixteen hex digits over the sidecars' names, sizes and times, '' when there are none. Folders are left out, so that it
 * stays the same when a photo moves together with its sidecars.
 */
export function sidecarStamp(
  sidecars: readonly { readonly name: string; readonly sizeBytes: number; readonly modifiedMs: number }[]
): string {
  if (sidecars.length === 0) return ''
  const lines = sidecars.map(({ name, sizeBytes, modifiedMs }) => `${name}\0${sizeBytes}\0${modifiedMs}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 16)
}
