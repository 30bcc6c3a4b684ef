import { createHash } from 'node:crypto'
import { readdir, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { AnswerLinksInput, OutsideLinkEntry, OutsideLinksAnswer } from '../../../../shared/outside-links.ts'
import type { ItemId, OutsideLink } from '../../base/domain.ts'
import { folderOf } from '../../base/item-path.ts'
import { EngineError } from '../../../../shared/errors.ts'
import { forgetItems } from './forget-items.ts'
import { knownFiles } from './known-files.ts'
import { isWithin, LinkGuard, type LinkRules } from '../../stages/library/outside-links.ts'
import type { IndexingParts } from './parts.ts'
import { absolutePath } from '../../store/paths.ts'
import type { Store, StoredFolder } from '../../store/store.ts'

/** What a link is known by: it counts anew when it leads elsewhere. */
interface Place {
  /** The chosen folder's path: ids mean nothing to another database. */
  readonly folder: string
  readonly kind: OutsideLink['kind']
  readonly path: string
  readonly target: string
}

interface Found extends Place {
  readonly links: number
}

interface Answered extends Found {
  readonly answer: AnswerLinksInput['answer']
}

const foundName = 'foundLinks'
/** Written beside the database with the other decisions: see `decidedSettings` in store/decisions.ts. */
const answersName = 'linkAnswers'

/** More than anybody answers one by one; when some of them are answered, a scan finds the next ones. */
const mostFound = 1000

function foundIn(store: Pick<Store, 'settings'>): readonly Found[] {
  return (store.settings.get(foundName) as readonly Found[] | undefined) ?? []
}

function answersIn(store: Pick<Store, 'settings'>): readonly Answered[] {
  return (store.settings.get(answersName) as readonly Answered[] | undefined) ?? []
}

function idOf({ folder, kind, path, target }: Place): string {
  return createHash('sha256').update([folder, kind, path, target].join('\0')).digest('hex').slice(0, 16)
}

/** What a scan of a folder may follow. */
export async function linkRules(folder: StoredFolder, store: Store): Promise<LinkRules> {
  const roots = await Promise.all(store.folders.all().map(({ path }) => realpath(path).catch(() => path)))
  const included = answersIn(store).filter(one => one.folder === folder.path && one.answer === 'included')
  return { roots, included }
}

/**
 * Keeps what a scan found, for the person to be asked.
 * @returns paths of the library below which nothing was looked at because nobody has answered yet: what is known there stays
 */
export function saveFoundLinks(folder: StoredFolder, outside: readonly OutsideLink[], store: Store): readonly string[] {
  const answered = new Set(answersIn(store).map(idOf))
  const asked = outside.filter(
    ({ kind, path, target }) => !answered.has(idOf({ folder: folder.path, kind, path, target }))
  )
  const now = asked.slice(0, mostFound).map(({ kind, path, target, links }): Found => ({
    ...{ folder: folder.path, kind, path, target },
    links: links.length
  }))
  const before = foundIn(store)
  const all = [...before.filter(one => one.folder !== folder.path), ...now]
  if (JSON.stringify(all) !== JSON.stringify(before)) store.settings.set(foundName, all)
  return asked.flatMap(({ links }) => links)
}

export function listOutsideLinks(limit: number, store: Store): OutsideLinksAnswer {
  const folders = new Map(store.folders.all().map(folder => [folder.path, folder]))
  const answers = answersIn(store)
  const answered = new Set(answers.map(idOf))
  const asked = foundIn(store).filter(link => !answered.has(idOf(link)))
  const entries = [...asked.map(link => ({ ...link, answer: null })), ...answers].flatMap(
    ({ folder, path, ...link }): OutsideLinkEntry[] => {
      const chosen = folders.get(folder)
      if (chosen === undefined) return []
      const linkId = idOf({ folder, path, ...link })
      return [{ ...link, linkId, folderId: chosen.folderId, path: path === '' ? folder : absolutePath(folder, path) }]
    }
  )
  return {
    entries: entries.slice(0, limit),
    total: entries.length,
    asked: entries.filter(({ answer }) => answer === null).length
  }
}

/** @returns the id of the job that follows what was let in @throws EngineError not-found for a link that nobody was asked about */
export async function answerOutsideLinks(
  { linkIds, answer }: AnswerLinksInput,
  parts: Pick<IndexingParts, 'store' | 'galleries' | 'indexing'>
): Promise<string> {
  const { store, indexing } = parts
  const wanted = new Set(linkIds)
  const before = answersIn(store)
  const known = new Map<string, Found>([...foundIn(store), ...before].map(link => [idOf(link), link]))
  const chosen = [...wanted].flatMap(linkId => known.get(linkId) ?? [])
  if (chosen.length < wanted.size)
    throw new EngineError(
      'not-found',
      'This link is not in the library any more, or it leads elsewhere by now. Nothing was changed. Look for changes, then it is asked about anew.'
    )
  const others = before.filter(link => !wanted.has(idOf(link)))
  store.settings.set(answersName, [
    ...others,
    ...chosen.map(({ folder, kind, path, target, links }): Answered => ({ folder, kind, path, target, links, answer }))
  ])
  if (answer === 'left-out') {
    const itemIds: ItemId[] = []
    for (const link of chosen) itemIds.push(...(await readThrough(link, store)))
    await forgetItems([...new Set(itemIds)], parts)
  }
  indexing.changed()
  return indexing.request()
}

/**
 * Items that were read through a link that is not followed any more: below a link to a folder, and behind links to files that
 * lead to the same place by another way.
 */
async function readThrough({ folder, kind, path, target }: Place, store: Store): Promise<readonly ItemId[]> {
  const chosen = store.folders.all().find(one => one.path === folder)
  if (chosen === undefined) return []
  const guard = new LinkGuard(await realpath(folder).catch(() => folder), await linkRules(chosen, store))
  const items = await knownFiles(chosen.folderId, store)
  const found = new Set(kind === 'folder' ? store.items.below(chosen.folderId, path) : [])
  for (const [place, those] of Map.groupBy(items, item => folderOf(item.path))) {
    if (kind === 'files' && place !== path) continue
    const entries = await readdir(join(folder, place), { withFileTypes: true }).catch(() => [])
    const links = new Set(entries.flatMap(entry => (entry.isSymbolicLink() ? [entry.name] : [])))
    for (const item of those.filter(({ path: own }) => links.has(basename(own)))) {
      const leadsTo = dirname(await realpath(absolutePath(folder, item.path)).catch(() => ''))
      const isThere = kind === 'folder' ? isWithin(leadsTo, target) : leadsTo === target
      if (isThere && !guard.follows({ kind: 'files', path: place, target: leadsTo })) found.add(item.itemId)
    }
  }
  return [...found]
}
