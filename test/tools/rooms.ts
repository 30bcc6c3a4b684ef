import { importsOf, type Source } from './imports.ts'

/** Rooms that have folders of their own and are entered as one. */
const wholeRooms = /^src\/(preload|renderer|main\/engine\/stages\/[\w-]+)\//

/** The shape of the program: which rooms there are, and which know which. */
export interface Shape {
  /** A folder with code, or a file that lies beside folders; a stage and the page are one room with all that is in them. */
  readonly rooms: readonly string[]
  /** One room imports another; counted once, types too. */
  readonly arrows: readonly { readonly from: string; readonly to: string }[]
  /** How many rooms the longest way down from each room passes, itself included. Rooms of one circle share a floor. */
  readonly floorOf: ReadonlyMap<string, number>
  /** How many rooms the longest way down passes; no end where rooms know each other. */
  readonly floors: number
  /** Rooms that know each other, directly or by a detour. */
  readonly circles: readonly (readonly string[])[]
}

/** @param sources  all files of the program; what they name by address runs elsewhere and is no arrow */
export function shapeOf(sources: readonly Source[]): Shape {
  const paths = sources.map(({ path }) => path).filter(path => /\.(ts|svelte)$/.test(path))
  const roomOf = roomsOf(paths)
  const known = new Map([...new Set(paths.map(roomOf))].sort().map(room => [room, new Set<string>()]))
  const isFile = new Set(paths)
  for (const source of sources)
    for (const { to, kind } of importsOf(source)) {
      if (kind === 'address' || !isFile.has(source.path) || !isFile.has(to)) continue
      if (roomOf(source.path) !== roomOf(to)) known.get(roomOf(source.path))?.add(roomOf(to))
    }
  const circles = circlesOf(known)
  const floorOf = floorsOf(known, circles)
  return {
    rooms: [...known.keys()],
    arrows: [...known].flatMap(([from, tos]) => [...tos].map(to => ({ from, to }))),
    floorOf,
    floors: circles.length > 0 ? Infinity : Math.max(...floorOf.values()),
    circles
  }
}

/** The room of each file. */
function roomsOf(paths: readonly string[]): (path: string) => string {
  const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
  const withFolders = new Set(paths.map(path => folderOf(folderOf(path))))
  return path => {
    const whole = wholeRooms.exec(path)?.[0]
    if (whole !== undefined) return whole.slice(0, -1)
    return withFolders.has(folderOf(path)) ? path : folderOf(path)
  }
}

type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** Each room that reaches itself, with the others on its way; none twice. */
function circlesOf(graph: Graph): string[][] {
  const reached = new Map([...graph.keys()].map(room => [room, reachOf(room, graph)]))
  const circles = new Map<string, string[]>()
  for (const [room, those] of reached) {
    const circle = [...those].filter(other => reached.get(other)?.has(room) === true).sort()
    if (circle.length > 0) circles.set(circle.join(), circle)
  }
  return [...circles.values()]
}

function reachOf(room: string, graph: Graph): Set<string> {
  const found = new Set(graph.get(room))
  for (const one of found) for (const next of graph.get(one) ?? []) found.add(next)
  return found
}

/** Rooms of one circle lie beside each other. */
function floorsOf(graph: Graph, circles: readonly (readonly string[])[]): Map<string, number> {
  const circleOf = new Map(circles.flatMap(circle => circle.map(room => [room, circle] as const)))
  const known = new Map<string, number>()
  const floorOf = (room: string): number => {
    const circle = circleOf.get(room) ?? [room]
    const below = circle.flatMap(one => [...(graph.get(one) ?? [])]).filter(other => !circle.includes(other))
    const floor = known.get(room) ?? 1 + Math.max(0, ...below.map(floorOf))
    for (const one of circle) known.set(one, floor)
    return floor
  }
  for (const room of graph.keys()) floorOf(room)
  return known
}
