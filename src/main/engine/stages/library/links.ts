import type { FolderId, ItemId, ItemKind } from '../../base/domain.ts'

export interface LinkToResolve {
  readonly linkId: number
  /** Of the note: absolute, or relative to its folder. */
  readonly fromPath: string
  readonly folderId: FolderId
  /** As in `NoteLink`: decoded, without anchor. */
  readonly target: string
  readonly kind: 'embed' | 'wikilink' | 'link'
}

export interface LinkableItem {
  readonly itemId: ItemId
  readonly kind: ItemKind
  readonly folderId: FolderId
  /** Relative to the folder, `/` between parts. */
  readonly path: string
}

/**
 * Finds the item that each link means, in the note's own folder and never outside it. The first that fits:
 *  1. the path from where the note stands, then the path from the folder's root;
 *  2. the item whose path ends with the target (static roots of site generators, Obsidian's bare names), then with the
 *     target without its first parts, of which two must remain; among several the nearest to the note, then the highest
 *     up, then the first by name;
 *  3. the same without extension: `[[Note]]` and `/blog/note/` for notes, `photo.webp` for the only `photo.*` there.
 * A note that links to itself has no such link. Upper and lower case and Unicode's composed and decomposed forms are the same unless both exist.
 */
export function resolveLinks(
  links: readonly LinkToResolve[],
  items: readonly LinkableItem[]
): { linkId: number; toId: ItemId | null }[] {
  const notePaths = new Set(items.flatMap(item => (item.kind === 'note' ? [folderKey(item.folderId, item.path)] : [])))
  const questions = links.map(link => {
    const from = fromFolder(link, notePaths)
    return { linkId: link.linkId, from, steps: stepsFor(link, from) }
  })
  const index = new PathIndex(items, new Set(questions.flatMap(({ steps }) => steps.map(step => step.key))))
  return questions.map(({ linkId, from, steps }) => {
    const found = index.first(steps)
    return { linkId, toId: found === null || found.path === from ? null : found.itemId }
  })
}

/** One thing to try. */
interface Step {
  /** What it looks up: see `pathKey`. */
  readonly key: string
  /** The same as it was spelled, to prefer an exact match. */
  readonly spelled: string
  /** The directory from which the nearest counts; null: the path must be the whole path. */
  readonly nearTo: string | null
  readonly kind: ItemKind | null
  readonly withoutExtension: boolean
}

// ── what to try ─────────────────────────────────────────────────────────────────────────────────────────────────────

const mostParts = 32

function stepsFor({ kind, target, folderId }: LinkToResolve, from: string): Step[] {
  const written = slashed(target).replace(/\/+$/, '')
  const directory = from.slice(0, Math.max(0, from.lastIndexOf('/')))
  const fromNote = written.startsWith('/') ? null : joined(directory, written)
  const fromRoot = joined('', written)
  const name = joined('', written.replace(/^(?:\.{0,2}\/+)+/, ''))
  const endings = name === null ? [] : endingsOf(name)
  const wants = kind === 'embed' ? 'photo' : null
  const step = (
    path: string | null,
    nearTo: string | null,
    itemKind: ItemKind | null,
    withoutExtension: boolean
  ): Step[] =>
    path === null || path === ''
      ? []
      : [
          {
            key: pathKey(folderId, path, withoutExtension),
            spelled: path.normalize('NFC'),
            nearTo,
            kind: itemKind,
            withoutExtension
          }
        ]
  const all = (change: (path: string) => string, itemKind: ItemKind | null, withoutExtension: boolean): Step[] => [
    ...[fromNote, fromRoot].flatMap(path =>
      step(path === null ? null : change(path), null, itemKind, withoutExtension)
    ),
    ...endings.flatMap(path => step(change(path), directory, itemKind, withoutExtension))
  ]
  const asWritten = all(path => path, wants, false)
  if (kind === 'embed') return [...asWritten, ...all(withoutExtensionOf, 'photo', true)]
  const asNote = all(path => path, 'note', true)
  const asIndex =
    kind === 'link' ? ['index', '_index', 'readme'].flatMap(page => all(path => `${path}/${page}`, 'note', true)) : []
  return [...asWritten, ...asNote, ...asIndex]
}

/** The whole, then without its first part, while two remain. */
function endingsOf(path: string): string[] {
  const parts = path.split('/').slice(-mostParts)
  const endings = [parts.join('/')]
  for (let i = 1; i < parts.length - 1; i++) endings.push(parts.slice(i).join('/'))
  return endings
}

/** null when `..` leaves the folder. */
function joined(directory: string, path: string): string | null {
  const parts: string[] = []
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  return parts.join('/')
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}

/** The note's path in its folder: the longest ending of an absolute path that is a note there. */
function fromFolder({ fromPath, folderId }: LinkToResolve, notePaths: ReadonlySet<string>): string {
  if (!/^(?:\/|\\|[A-Za-z]:[\\/])/.test(fromPath)) return fromPath
  const path = slashed(fromPath)
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const ending = path.slice(at + 1)
    if (notePaths.has(folderKey(folderId, ending))) return ending
  }
  return ''
}

function folderKey(folderId: FolderId, path: string): string {
  return `${folderId}/${path}`
}

/** Equal for paths that differ only in case, Unicode form and, if asked, extension. */
function pathKey(folderId: FolderId, path: string, withoutExtension: boolean): string {
  return `${withoutExtension ? 'stem' : 'path'}:${folderId}/${folded(path)}`
}

function folded(path: string): string {
  if (isAscii(path)) return path.toLowerCase()
  return path.normalize('NFC').toLowerCase().normalize('NFC')
}

/** Most paths are: no need to normalise them, which would cost most of the time. */
function isAscii(path: string): boolean {
  return /^[ -~]*$/.test(path)
}

function withoutExtensionOf(path: string): string {
  const dot = path.lastIndexOf('.')
  return dot > path.lastIndexOf('/') + 1 ? path.slice(0, dot) : path
}

// ── where to look ───────────────────────────────────────────────────────────────────────────────────────────────────

interface Place extends LinkableItem {
  readonly folded: string
  readonly depth: number
}

class PathIndex {
  /** By the key of the whole path. */
  readonly #whole = new Map<string, Place[]>()
  /** By the key of any ending, in the order of the folded path, so that what lies in one directory lies together. */
  readonly #endings = new Map<string, Place[]>()
  readonly #nearest = new Map<string, Place | null>()

  constructor(items: readonly LinkableItem[], wanted: ReadonlySet<string>) {
    const names = new Set([...wanted].map(key => key.slice(key.lastIndexOf('/') + 1)))
    for (const item of items) {
      const whole = folded(item.path)
      const stem = withoutExtensionOf(whole)
      const place: Place = { ...item, folded: whole, depth: whole.split('/').length }
      if (names.has(nameOf(whole))) this.#add(`path:${item.folderId}/`, whole, place, wanted)
      if (names.has(nameOf(stem))) this.#add(`stem:${item.folderId}/`, stem, place, wanted)
    }
    for (const places of this.#endings.values())
      places.sort((a, b) => compareText(a.folded, b.folded) || compareText(a.path, b.path))
  }

  first(steps: readonly Step[]): Place | null {
    for (const step of steps) {
      const found =
        step.nearTo === null ? best(this.#whole.get(step.key) ?? [], step) : this.#near(step, folded(step.nearTo))
      if (found !== null) return found
    }
    return null
  }

  /** Under every ending of the path that somebody asks for. */
  #add(prefix: string, path: string, place: Place, wanted: ReadonlySet<string>): void {
    for (let at = 0, parts = 0; at >= 0 && parts < mostParts; parts++) {
      const key = prefix + path.slice(at)
      if (wanted.has(key)) {
        push(this.#endings, key, place)
        if (at === 0) push(this.#whole, key, place)
      }
      const slash = path.indexOf('/', at)
      at = slash < 0 ? -1 : slash + 1
    }
  }

  /** From the note's own directory upwards, the first that has one below it. */
  #near(step: Step, directory: string): Place | null {
    const places = this.#endings.get(step.key)
    if (places === undefined) return null
    for (let above = directory; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/')))) {
      const found = this.#below(places, above, step)
      if (found !== null || above === '') return found
    }
  }

  /** Notes in one directory ask the same again and again: answered once. */
  #below(places: readonly Place[], directory: string, step: Step): Place | null {
    const question = `${step.kind ?? ''}:${directory}\n${step.key}\n${step.spelled}`
    const known = this.#nearest.get(question)
    if (known !== undefined) return known
    const prefix = directory === '' ? '' : `${directory}/`
    const start = lowerBound(places, prefix)
    let end = start
    while (places[end]?.folded.startsWith(prefix) === true) end++
    const found = best(places.slice(start, end), step)
    this.#nearest.set(question, found)
    return found
  }
}

/** The one spelled exactly so, then the highest up, then the first by name. null for two pictures that differ in extension only. */
function best(places: readonly Place[], step: Step): Place | null {
  const rank = (place: Place): number => (isSpelled(place, step) ? 0 : 1)
  const fitting = places.filter(place => step.kind === null || place.kind === step.kind)
  let winner: Place | null = null
  for (const place of fitting) {
    if (winner === null || compare(place, winner, rank) < 0) winner = place
  }
  if (winner === null || !step.withoutExtension || step.kind !== 'photo') return winner
  const stem = withoutExtensionOf(winner.folded)
  return fitting.filter(place => withoutExtensionOf(place.folded) === stem).length === 1 ? winner : null
}

function compare(a: Place, b: Place, rank: (place: Place) => number): number {
  return rank(a) - rank(b) || a.depth - b.depth || compareText(a.folded, b.folded) || compareText(a.path, b.path)
}

function isSpelled(place: Place, step: Step): boolean {
  const path = step.withoutExtension ? withoutExtensionOf(place.path) : place.path
  return path.endsWith(step.spelled) || (!isAscii(path) && path.normalize('NFC').endsWith(step.spelled))
}

function push(into: Map<string, Place[]>, key: string, place: Place): void {
  const places = into.get(key)
  if (places === undefined) into.set(key, [place])
  else places.push(place)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function lowerBound(places: readonly Place[], prefix: string): number {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((places[middle]?.folded ?? '') < prefix) low = middle + 1
    else high = middle
  }
  return low
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
