import { sep } from 'node:path'
import type { OutsideLink } from '../../base/domain.ts'

/** Which symbolic links a scan may follow. */
export interface LinkRules {
  /** Chosen folders without symbolic links: what lies in them is the library's by whatever way it is reached. */
  readonly roots: readonly string[]
  /** What the person said may be followed. */
  readonly included: readonly Pick<OutsideLink, 'kind' | 'path' | 'target'>[]
}

/**
 * Links that lead out of every chosen folder are followed only when the person has said so. Whoever unpacks an archive, or
 * is sent one, has not said so: a link in it can lead to the whole disk, or to a file that nobody meant to have indexed.
 */
export class LinkGuard {
  readonly #roots: readonly string[]
  readonly #included: ReadonlySet<string>

  /** @param root  the folder that is scanned, without symbolic links */
  constructor(root: string, { roots, included }: LinkRules) {
    // What a person let in by one link is in the library, for other links too.
    this.#roots = [root, ...roots, ...included.flatMap(({ kind, target }) => (kind === 'folder' ? [target] : []))]
    this.#included = new Set(included.map(keyOf))
  }

  follows(link: Pick<OutsideLink, 'kind' | 'path' | 'target'>): boolean {
    return this.#roots.some(root => isWithin(link.target, root)) || this.#included.has(keyOf(link))
  }
}

/** Whether a path is the folder itself or lies below it. @param path  absolute, as is `folder`; neither is normalised here */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

function keyOf({ kind, path, target }: Pick<OutsideLink, 'kind' | 'path' | 'target'>): string {
  return `${kind}\0${path}\0${target}`
}
