import { Turns } from '../../base/give-way.ts'

const runLength = 4096

/** A sorted copy, made in turns of the event loop: runs that are sorted at once, and then merged two by two. */
export async function sortInTurns<T>(items: readonly T[], isBefore: (a: T, b: T) => boolean): Promise<T[]> {
  const turns = new Turns()
  let runs: T[][] = []
  for (let from = 0; from < items.length; from += runLength) {
    runs.push(items.slice(from, from + runLength).sort((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0)))
    if (turns.isLong) await turns.next()
  }
  while (runs.length > 1) {
    const merged: T[][] = []
    for (let i = 0; i < runs.length; i += 2) merged.push(await merge(runs[i] ?? [], runs[i + 1] ?? [], turns))
    runs = merged
  }
  return runs[0] ?? []

  async function merge(first: readonly T[], second: readonly T[], turns: Turns): Promise<T[]> {
    const merged: T[] = []
    let [i, j] = [0, 0]
    while (i < first.length || j < second.length) {
      const [a, b] = [first[i], second[j]]
      const takesSecond = i >= first.length || (j < second.length && isBefore(b as T, a as T))
      merged.push((takesSecond ? b : a) as T)
      if (takesSecond) j++
      else i++
      if (turns.isLong) await turns.next()
    }
    return merged
  }
}
