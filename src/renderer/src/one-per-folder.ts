/** A system's file manager opens a window for each folder: no more of them than this at once. */
const MOST_WINDOWS = 8

/** The first of each folder, to show where they all are without opening a folder twice. */
export function onePerFolder<T extends { readonly path: string }>(items: readonly T[]): readonly T[] {
  const first = new Map<string, T>()
  for (const item of items) {
    const folder = item.path.replace(/[^\\/]+$/u, '')
    if (!first.has(folder)) first.set(folder, item)
  }
  return [...first.values()].slice(0, MOST_WINDOWS)
}
