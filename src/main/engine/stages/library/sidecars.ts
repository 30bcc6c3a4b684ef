import { createHash } from 'node:crypto'
import { inTurns } from '../../base/give-way.ts'

/*
 * Which files of one folder describe which photo, by name alone. Whether a JSON file really is Google Takeout's is for
 * whoever reads it.
 *
 * How Takeout names the JSON of `stem(n).ext`, (n) being absent or a number, as met in exports of 2017 to 2025:
 *   1. `stem.ext` + tail, cut to 46 UTF-16 units, + (n) + `.json`. The tail is '' or, since late 2024, `.supplemental-metadata`
 *   2. the same of `stem`, when the uploaded title had no extension
 *   3. an edited copy, `stem-edited.ext` in the language of the account, has none of its own: it shares its original's
 *   4. a live photo may have only its video's: `stem.mp4`
 * Where the number stands (`IMG.jpg(1).json`, `IMG.jpg.supplemental-metadata(1).json`, `IMG(1).jpg.json`) varies too.
 * Sources: ente/ente pull request 4956; TheLastGimbus/GooglePhotosTakeoutHelper pull request 449; simulot/immich-go issue 674.
 */

/** UTF-16 units of a Takeout name before `(n).json`; 51 with `.json`. */
const takeoutLimit = 46
const tail = '.supplemental-metadata'

/** English and the languages for which the word is known from users' exports. */
const editedWords = [
  'edited',
  'bearbeitet',
  'modifié',
  'edytowane',
  'bewerkt',
  'editado',
  'modificato',
  'ha editado',
  '編集済み'
]
const edited = new RegExp(`-(${editedWords.join('|')})$`, 'iu')

const videoExtensions = ['mp4', 'mov', 'mp']

/**
 * @param photos  names of the photos in a folder
 * @param sidecars  names of the `.xmp` and `.json` files in the same folder
 * @returns for each photo that has any, the names of its sidecars, sorted
 */
export async function matchSidecars(
  photos: readonly string[],
  sidecars: readonly string[]
): Promise<ReadonlyMap<string, readonly string[]>> {
  const matches = new Map<string, readonly string[]>()
  if (sidecars.length === 0) return matches
  const index = await indexByDescribed(sidecars)
  await inTurns(photos, photo => {
    const found = [...xmpOf(photo, index), ...takeoutOf(photo, index)].sort()
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
      add(jsonKey(withoutTail(base), number), name)
    }
  })
  return index
}

function xmpOf(photo: string, index: Index): readonly string[] {
  const name = normalise(photo)
  return [...(index.get(`xmp:${name}`) ?? []), ...(index.get(`xmp:${splitExtension(name).stem}`) ?? [])]
}

/** All of the first naming that finds something: later ones are guesses that an exact one makes needless. */
function takeoutOf(photo: string, index: Index): readonly string[] {
  const { stem, extension } = splitExtension(normalise(photo))
  const { base, number } = splitNumber(stem)
  const original = base.replace(edited, '')
  const keys = [
    jsonKey(stem + extension, ''),
    ...takeoutKeys(base + extension, number),
    ...takeoutKeys(base, number),
    ...(original === base ? [] : [...takeoutKeys(original + extension, number), ...takeoutKeys(original, number)]),
    ...videoExtensions.flatMap(video => takeoutKeys(`${base}.${video}`, number))
  ]
  return keys.map(key => index.get(key)).find(names => names !== undefined) ?? []
}

/** Whole, then cut: other tools write whole names however long they are. */
function takeoutKeys(described: string, number: string): readonly string[] {
  return [jsonKey(described, number), jsonKey(described.slice(0, takeoutLimit), number)]
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
