import { importsOf, type Source } from './imports.ts'

/** Files by their paths, and what each imports of the others. */
type Graph = ReadonlyMap<string, readonly string[]>

/**
 * Circles of files that import each other, by values or by types. An address (`new URL(…, import.meta.url)`) is no import: the file
 * that it names runs in a process of its own.
 *
 * @returns for each file in a circle the shortest one, as `a → b → a` and from its first file in the order of letters; none when
 * the imports run one way
 */
export function circlesIn(sources: readonly Source[]): string[] {
  const paths = new Set(sources.map(({ path }) => path))
  const graph: Graph = new Map(
    sources.map(source => {
      const imports = importsOf(source).filter(({ to, kind }) => kind !== 'address' && paths.has(to))
      return [source.path, imports.map(({ to }) => to)] as const
    })
  )
  return [...new Set([...paths].map(path => written(shortestCircle(path, graph))))].filter(text => text !== '').sort()
}

/** The files on the shortest way from a file back to itself, the file first; none when there is no such way. */
function shortestCircle(start: string, graph: Graph): readonly string[] {
  const ways = new Map<string, readonly string[]>([[start, [start]]])
  for (const [file, way] of ways)
    for (const next of graph.get(file) ?? []) {
      if (next === start) return way
      if (!ways.has(next)) ways.set(next, [...way, next])
    }
  return []
}

/** The same text for a circle, whichever of its files it was found from. */
function written(circle: readonly string[]): string {
  const first = circle.indexOf(circle.toSorted()[0] ?? '')
  return circle.length === 0 ? '' : [...circle.slice(first), ...circle.slice(0, first), circle[first]].join(' → ')
}
