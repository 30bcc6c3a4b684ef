import type { Told } from '../../base/domain.ts'
import { nameOf } from '../../base/item-path.ts'
import { dateInFileName } from './metadata/date.ts'
import { dateFromFileName } from './note/dates.ts'
import { titleFromFileName } from './note/titles.ts'

/**
 * Whether the same content, read under another name, may be told otherwise: the title of a note that has none of its own, the date of
 * what is dated by its name or could be now, and what an extension decides (see sniff.ts). The folder tells nothing.
 */
export function isToldByName(told: Told, pathBefore: string, pathNow: string): boolean {
  const [before, now] = [nameOf(pathBefore), nameOf(pathNow)]
  if (before === now) return false
  const isByExtension = told.kind === 'note' || told.format === 'raw' || told.format === 'tiff'
  if (isByExtension && extensionOf(before) !== extensionOf(now)) return true
  return isTitledByName(told, before) || isDatedByName(told, before, now)
}

function isTitledByName({ kind, title }: Told, name: string): boolean {
  return kind === 'note' && title === titleFromFileName(name)
}

function isDatedByName({ kind, dateSource }: Told, before: string, now: string): boolean {
  const dateIn = kind === 'note' ? dateFromFileName : dateInFileName
  const [dateBefore, dateNow] = [dateIn(before)?.localMs, dateIn(now)?.localMs]
  if (dateSource === 'file-name') return dateBefore !== dateNow
  // EXIF's date of the last change stands behind that of a name; its date of capture does not, and then a name had no say before.
  const gaveWay = dateSource === 'file' || (dateSource === 'exif' && dateBefore === undefined)
  return gaveWay && dateNow !== undefined
}

function extensionOf(name: string): string {
  return /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? ''
}
