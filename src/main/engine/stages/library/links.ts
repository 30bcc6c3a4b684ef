import type { FolderId, ItemId, ItemKind } from '../../base/domain.ts'
import { stepsAtOnce, type Steps } from '../../base/give-way.ts'
import { folderOf, nameOf } from '../../base/item-path.ts'

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
  /** Copies of one file are one target. null or absent: not known, so like no other. */
  readonly contentHash?: string | null
  /** What it is called, where a wikilink may lead to it by that. */
  readonly title?: string | null
  readonly aliases?: readonly string[]
}

/** What a link was found to mean. */
export interface ResolvedLink {
  readonly linkId: number
  readonly toId: ItemId | null
  /** Another item might be meant: see `resolveLinks`. Such a link is shown as a guess, ranks nothing and is never trained on. */
  readonly isGuess: boolean
}

/**
 * Finds the item that each link means, in the note's own folder and never outside it. The first that fits:
 *  1. the path from where the note stands (not for `/…`), then the path from the folder's root (not for `./…` and `../…`);
 *  2. the item with the longest common end with the path from where the note stands (static roots of site generators,
 *     pictures kept in a tree of their own, Obsidian's bare names): two parts at least, or all of a target of one part;
 *  3. the same without extension: `[[Note]]` and `/blog/note/` for notes, `photo.webp` for the only `photo.*` there;
 *  4. for `[[…]]` the text of a bundle of that name, the note with that title or alias (`[[a/b]]` is in Logseq's `a___b.md`), and
 *     the page of that day in a journal.
 *
 * Where several files share the longest common end, an address that says where it starts (`./`, `../`, `/`) stays
 * unresolved; any other means the one nearest to the note, then the highest up, then the first by name. That is a guess, and
 * so is an address that says where it starts and is not there, of which only the name is somewhere else; and a place that
 * only parts of the note's own path tell from other files of the target's name.
 *
 * A note that links to itself has no such link. Upper and lower case and Unicode's composed and decomposed forms are the same unless both exist.
 */
export function resolveLinks(links: readonly LinkToResolve[], items: readonly LinkableItem[]): ResolvedLink[] {
  return stepsAtOnce(resolvingLinks(links, items))
}

/** What is done of links or items between two steps: about a millisecond. */
const stepRows = 128

/**
 * `resolveLinks` in steps, for a caller that lets others go first in between.
 * @yields after about a millisecond of work @returns as `resolveLinks`
 */
export function* resolvingLinks(
  links: readonly LinkToResolve[],
  items: readonly LinkableItem[]
): Steps<ResolvedLink[]> {
  const notePaths = new Set<string>()
  for (const [i, item] of items.entries()) {
    if (item.kind === 'note') notePaths.add(folderKey(item.folderId, item.path))
    if (i % stepRows === 0) yield
  }
  const questions: { readonly linkId: number; readonly from: string; readonly steps: readonly Step[] }[] = []
  const wanted = new Set<string>()
  for (const [i, link] of links.entries()) {
    const from = fromFolder(link, notePaths)
    const steps = stepsFor(link, from)
    questions.push({ linkId: link.linkId, from, steps })
    for (const { key } of steps) wanted.add(key)
    if (i % stepRows === 0) yield
  }
  const index = yield* PathIndex.of(items, wanted)
  const resolved: ResolvedLink[] = []
  for (const [i, { linkId, from, steps }] of questions.entries()) {
    const found = index.first(steps)
    resolved.push(
      found === null || found.place.path === from
        ? { linkId, toId: null, isGuess: false }
        : { linkId, toId: found.place.itemId, isGuess: found.isGuess }
    )
    if (i % stepRows === 0) yield
  }
  return resolved
}

/** One thing to try. */
interface Step {
  /** What it looks up: see `pathKey`. */
  readonly key: string
  /** The same as it was spelled, to prefer an exact match. */
  readonly spelled: string
  /** null: the path must be the whole path. */
  readonly end: {
    /** The directory from which the nearest counts; null: only one file may fit. */
    readonly nearTo: string | null
    /** `certain` unless several fit; `context`: only if nothing else has the end that was written. */
    readonly trust: 'certain' | 'context' | 'guess'
    /** The key of the end that was written. */
    readonly writtenKey: string
  } | null
  readonly kind: ItemKind | null
  readonly withoutExtension: boolean
}

// ── what to try ─────────────────────────────────────────────────────────────────────────────────────────────────────

const mostParts = 32

function stepsFor({ kind, target, folderId }: LinkToResolve, from: string): Step[] {
  const written = slashed(target).replace(/\/+$/, '')
  const start = /^(?:\/|\.{1,2}(?:\/|$))/.exec(written)?.[0] ?? ''
  const directory = folderOf(from)
  const fromNote = start === '/' ? null : joined(directory, written)
  const fromRoot = start.startsWith('.') ? null : joined('', written)
  const name = joined('', written.replace(/^(?:\.{0,2}\/+)+/, ''))
  const ends = name === null || name === '' ? [] : endsOf(fromNote ?? name, name)
  const steps = (change: (path: string) => string, itemKind: ItemKind | null, withoutExtension: boolean): Step[] => {
    const keyOf = (path: string): string => pathKey(folderId, change(path), withoutExtension)
    const step = (path: string, end: Step['end']): Step => ({
      key: keyOf(path),
      spelled: change(path).normalize('NFC'),
      end,
      kind: itemKind,
      withoutExtension
    })
    const writtenKey = name === null ? '' : keyOf(name)
    return [
      ...[fromNote, fromRoot].flatMap(path => (path === null || path === '' ? [] : [step(path, null)])),
      ...ends.map(({ path, trust }) =>
        step(path, {
          nearTo: start === '' ? directory : null,
          trust: trust === 'name' ? (start === '' ? 'certain' : 'guess') : trust,
          writtenKey
        })
      )
    ]
  }
  const asWritten = steps(path => path, kind === 'embed' ? 'photo' : null, false)
  if (kind === 'embed') return [...asWritten, ...steps(withoutExtensionOf, 'photo', true)]
  const asNote = steps(path => path, 'note', true)
  const asIndex =
    kind === 'link' ? ['index', '_index', 'readme'].flatMap(page => steps(path => `${path}/${page}`, 'note', true)) : []
  // Joplin's links to notes and attachments, of which the id alone is known (see `localTarget`).
  if (kind === 'wikilink')
    return [
      ...asWritten,
      ...asNote,
      ...steps(path => `${path}.textbundle/text`, 'note', true),
      titleStep(folderId, target, directory),
      ...journalNames(target).flatMap(day => journalSteps(folderId, day, directory))
    ]
  const asId = /^[0-9a-f]{32}\.jpg$/i.test(written) ? steps(withoutExtensionOf, null, true) : []
  return [...asWritten, ...asNote, ...asIndex, ...asId]
}

/** A note that is called so, wherever it lies. */
function titleStep(folderId: FolderId, target: string, directory: string): Step {
  const key = titleKey(folderId, target)
  return { ...{ key, spelled: target, kind: 'note' }, end: endAnywhere(key, directory), withoutExtension: false }
}

function journalSteps(folderId: FolderId, day: string, directory: string): Step {
  const key = pathKey(folderId, day, true)
  return { ...{ key, spelled: day, kind: 'note' }, end: endAnywhere(key, directory), withoutExtension: true }
}

function endAnywhere(key: string, directory: string): NonNullable<Step['end']> {
  return { nearTo: directory, trust: 'certain', writtenKey: key }
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** What the page of a day may be called, when a link names a day as Logseq and Obsidian do: `[[Jan 2nd, 2024]]`, `[[2024-01-02]]`. */
function journalNames(target: string): readonly string[] {
  const numbers = /^(\d{4})[-_/.](\d{2})[-_/.](\d{2})$/.exec(target)
  const named = /^(?:[a-z]{3,9},? )?([a-z]{3})[a-z]{0,6} (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/i.exec(target)
  const month = months.indexOf(named?.[1]?.toLowerCase() ?? '') + 1
  const day =
    named !== null && month > 0
      ? [named[3] ?? '', String(month).padStart(2, '0'), (named[2] ?? '').padStart(2, '0')]
      : numbers?.slice(1)
  return day === undefined ? [] : [day.join('_'), day.join('-')]
}

/**
 * Ends of a path, the longest first: with parts of the note's own path (`context`), then as it was written, then without its
 * first parts, while two remain.
 */
function endsOf(path: string, written: string): { path: string; trust: 'context' | 'certain' | 'name' }[] {
  const parts = path.split('/').slice(-mostParts)
  const writtenParts = written.split('/').length
  const fewest = Math.min(2, writtenParts)
  return parts.flatMap((_, i) => {
    const left = parts.length - i
    if (left < fewest) return []
    const trust = left > writtenParts ? 'context' : left === 1 ? 'name' : 'certain'
    return [{ path: parts.slice(i).join('/'), trust } as const]
  })
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

/** Equal for titles that differ only in case, Unicode form and white space. */
function titleKey(folderId: FolderId, title: string): string {
  return `title:${folderId}/${folded(title.replace(/\s+/g, ' ').trim())}`
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
  readonly #counted = new Map<string, number>()

  /** @yields as `resolvingLinks` */
  static *of(items: readonly LinkableItem[], wanted: ReadonlySet<string>): Steps<PathIndex> {
    const index = new PathIndex()
    const names = new Set<string>()
    for (const key of wanted) names.add(nameOf(key))
    for (const [i, item] of items.entries()) {
      const whole = folded(item.path)
      const stem = withoutExtensionOf(whole)
      const place: Place = { ...item, folded: whole, depth: whole.split('/').length }
      if (names.has(nameOf(whole))) index.#add(`path:${item.folderId}/`, whole, place, wanted)
      if (item.kind === 'note')
        for (const name of new Set(
          [item.title ?? '', ...(item.aliases ?? [])].map(one => titleKey(item.folderId, one))
        ))
          index.#addTitle(name, place, wanted)
      if (names.has(nameOf(stem))) index.#add(`stem:${item.folderId}/`, stem, place, wanted)
      if (i % stepRows === 0) yield
    }
    let sorted = 0
    for (const places of index.#endings.values()) {
      places.sort((a, b) => compareText(a.folded, b.folded) || compareText(a.path, b.path))
      if ((sorted += places.length) < stepRows) continue
      sorted = 0
      yield
    }
    return index
  }

  first(steps: readonly Step[]): { readonly place: Place; readonly isGuess: boolean } | null {
    for (const step of steps) {
      if (step.end === null) {
        const place = best(this.#whole.get(step.key) ?? [], step)
        if (place !== null) return { place, isGuess: false }
        continue
      }
      const { nearTo, trust, writtenKey } = step.end
      const bearers = this.#bearers(step, step.key)
      if (bearers === 0) continue
      if (bearers > 1 && nearTo === null) return null
      const place = this.#near(step, folded(nearTo ?? ''))
      if (place === null) continue
      const isAlone = bearers === 1 && (trust !== 'context' || this.#bearers(step, writtenKey) === 1)
      return { place, isGuess: trust === 'guess' || !isAlone }
    }
    return null
  }

  /** How many different files fit a step's kind and have this end. */
  #bearers({ kind }: Step, key: string): number {
    const asked = `${kind ?? ''}:${key}`
    let count = this.#counted.get(asked)
    if (count === undefined) {
      const fitting = (this.#endings.get(key) ?? []).filter(place => kind === null || place.kind === kind)
      count = new Set(fitting.map(place => place.contentHash ?? place.itemId)).size
      this.#counted.set(asked, count)
    }
    return count
  }

  #addTitle(key: string, place: Place, wanted: ReadonlySet<string>): void {
    if (wanted.has(key)) push(this.#endings, key, place)
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
    for (let above = directory; ; above = folderOf(above)) {
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
