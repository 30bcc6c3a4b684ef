import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isPictureName } from './local-target.ts'
import { namePattern } from './name-pattern.ts'
import type { FoundLink, PicturePattern } from './note-source.ts'
import type { Deadline } from './refusal.ts'

/** A page has few folders of pictures. Names that a pattern is compared with, and how deep they lie. */
const mostNames = 5000
const deepest = 4

/**
 * The pictures that patterns of a note mean, as links: those beside the note when it is read. A pattern says nothing of a picture that
 * something else in the note says something of.
 *
 * @param folder  of the note, absolute
 * @param links  of the note, where pictures have their own captions
 */
export async function picturesLike(
  patterns: readonly PicturePattern[],
  folder: string,
  links: readonly FoundLink[],
  deadline: Deadline
): Promise<FoundLink[]> {
  if (patterns.length === 0) return []
  const names = await picturesBelow(folder)
  const described = new Set(links.flatMap(({ target, text }) => (text === '' ? [] : [target.replace(/^\.\//, '')])))
  const found: FoundLink[] = []
  for (const { pattern, texts, start } of patterns) {
    const isLike = namePattern(pattern)
    const fitting: string[] = []
    for (const name of names) {
      await deadline.giveWay()
      if (!described.has(name) && isLike(name)) fitting.push(name)
    }
    for (const [i, target] of fitting.entries()) {
      if (texts.length > 0) described.add(target)
      for (const text of texts.length === 0 ? [''] : texts)
        found.push({ kind: 'embed', target, text: text.replaceAll(':counter', String(i + 1)), start })
    }
  }
  return found
}

/** Paths below the folder, `/` between parts, in the order of names. */
async function picturesBelow(folder: string): Promise<string[]> {
  const names: string[] = []
  let waiting = ['']
  for (let depth = 0; depth < deepest && waiting.length > 0 && names.length < mostNames; depth++) {
    const next: string[] = []
    for (const place of waiting.slice(0, mostNames)) {
      const entries = await readdir(join(folder, place), { withFileTypes: true }).catch(() => [])
      for (const entry of entries.slice(0, mostNames)) {
        const path = place === '' ? entry.name : `${place}/${entry.name}`
        if (entry.isDirectory() && !entry.name.startsWith('.')) next.push(path)
        else if (isPictureName(entry.name)) names.push(path)
      }
    }
    waiting = next
  }
  return names.slice(0, mostNames).sort()
}
