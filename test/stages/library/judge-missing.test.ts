import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeMissing, type MissingFile, type Sight } from '../../../src/main/engine/stages/library/judge-missing.ts'

const disk = '42'

/** A known file. @param seen  in which scans it was there: since when, and the first one without it */
function file(path: string, device: string | null = disk, seen: { since?: number; missing?: number } = {}) {
  return {
    path,
    device,
    sizeBytes: 1000,
    presence: { thereSince: seen.since ?? 1, missingSince: seen.missing ?? null }
  }
}

interface Seen {
  /** Folders that answered, with their devices; the chosen folder is there without being named. */
  readonly folders?: Readonly<Record<string, string>>
  readonly there?: readonly ReturnType<typeof file>[]
  readonly hidden?: Readonly<Record<string, string>>
  readonly marked?: readonly string[]
  readonly root?: string | null
  readonly scan?: number
}

function sight({ folders = {}, there = [], hidden = {}, marked = [], root = disk, scan = 2 }: Seen): Sight {
  const all: Readonly<Record<string, string>> = { ...(root === null ? {} : { '': root }), ...folders }
  return {
    scan,
    folders: Object.entries(all).map(([path, device]) => ({ path, device, isMarked: marked.includes(path) })),
    hidden: new Map(Object.entries(hidden)),
    inPlace: there.map(known => ({
      known,
      found: {
        sizeBytes: known.sizeBytes,
        device: all[known.path.slice(0, Math.max(0, known.path.lastIndexOf('/')))] ?? null
      }
    }))
  }
}

/** deleted, or the place that is lost and why. */
async function verdict(missing: MissingFile, seen: Seen): Promise<string> {
  const [one] = await judgeMissing([missing], sight(seen))
  return one?.kind === 'unreachable' ? `${one.place}: ${one.why}` : (one?.kind ?? 'nothing')
}

test('missing while its folder answers, is on the same device and holds another known file: deleted', async () => {
  expect(await verdict(file('x/a'), { folders: { x: disk }, there: [file('x/b')] })).toBe('deleted')
})

test('a folder that was deleted with all its files is judged by its parent', async () => {
  expect(await verdict(file('x/y/a'), { there: [file('b')] })).toBe('deleted')
  expect(await verdict(file('x/y/a'), { folders: { x: disk }, there: [file('b')] })).toBe('x: in-doubt')
})

test('a folder that is empty now is in doubt, be it a mount point, the whole library or the folder of one file', async () => {
  expect(await verdict(file('x/a'), { folders: { x: disk }, there: [file('b')] })).toBe('x: in-doubt')
  expect(await verdict(file('a'), {})).toBe(': in-doubt')
})

test('a mount point whose disk was taken away is on another device, and one that was removed with it leaves a parent on another', async () => {
  expect(await verdict(file('card/a', '7'), { folders: { card: disk }, there: [file('b')] })).toBe('card: lost')
  expect(await verdict(file('card/a', '7'), { there: [file('b')] })).toBe(': lost')
  expect(await verdict(file('a'), { root: '7', there: [file('b')] })).toBe(': lost')
})

test('what could not be looked into is unreachable for that reason, and so is what a dangling link led to', async () => {
  expect(await verdict(file('x/a'), { hidden: { x: 'EIO' }, there: [file('b')] })).toBe('x: hidden')
  expect(
    await verdict(file('x/y/a'), { folders: { x: disk }, hidden: { 'x/y': 'ESTALE' }, there: [file('x/b')] })
  ).toBe('x/y: hidden')
  expect(await verdict(file('a'), { hidden: { a: 'EACCES' }, there: [file('b')] })).toBe('a: hidden')
  expect(await verdict(file('a'), { root: null })).toBe(': hidden')
})

test('a stray file below a mount point was never seen together with what is on the disk', async () => {
  // Scan 2 found it, when the disk was away for the first time.
  expect(await verdict(file('a', disk, { missing: 2 }), { there: [file('stray', disk, { since: 2 })], scan: 3 })).toBe(
    ': in-doubt'
  )
  // The disk is back: the stray file is hidden, and the files that are there now were not there in the last scan.
  const back = [file('a', disk, { missing: 2 }), file('b', disk, { missing: 2 })]
  expect(await verdict(file('stray', disk, { since: 2 }), { there: back, scan: 4 })).toBe(': in-doubt')
  // Seen together once, it counts.
  expect(await verdict(file('a', disk, { missing: 3 }), { there: [file('b', disk, { since: 2 })], scan: 3 })).toBe(
    'deleted'
  )
})

test('a marker file in its folder takes a file out, on the same device', async () => {
  expect(await verdict(file('x/y/a'), { folders: { x: disk }, marked: ['x'] })).toBe('deleted')
  expect(await verdict(file('x/a', '7'), { folders: { x: disk }, marked: ['x'] })).toBe('x: lost')
})

test('a library of format 3 knows no devices: only the own folder, holding others, decides', async () => {
  expect(
    await verdict(file('x/a', null, { since: 0 }), {
      folders: { x: disk },
      there: [file('x/b', null, { since: 0 })],
      scan: 1
    })
  ).toBe('deleted')
  expect(await verdict(file('x/a', null, { since: 0 }), { there: [file('b', null, { since: 0 })], scan: 1 })).toBe(
    ': lost'
  )
  expect(
    await verdict(file('x/a', null, { since: 0 }), {
      folders: { x: disk },
      there: [file('b', null, { since: 0 })],
      scan: 1
    })
  ).toBe('x: in-doubt')
})

test('a disk that came back under another number is known by most of its files; the next scan decides', async () => {
  const there = [file('b', 'old'), file('c', 'old')]
  const [first] = await judgeMissing([file('a', 'old')], sight({ there }))
  expect(first).toMatchObject({ kind: 'unreachable', why: 'lost', device: disk })
  expect(await verdict(file('a', disk, { missing: 2 }), { there: [file('b')], scan: 3 })).toBe('deleted')
  // A few files of the same names on another disk are no sign.
  const many = Array.from({ length: 9 }, (_, i) => file(`gone ${i}`, 'old'))
  for (const one of await judgeMissing(many, sight({ there })))
    expect(one).toMatchObject({ kind: 'unreachable', device: null })
})

test('a file is deleted only where all that is asked for holds, whatever else was seen', async () => {
  const name = fc.constantFrom('a', 'b', 'c', 'x', 'y')
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
  const device = fc.constantFrom('1', '2', null)
  const known = fc.record({ path, device, since: fc.nat(4), missing: fc.option(fc.nat(4)) })
  const seen = fc.record({
    folders: fc.dictionary(path, fc.constantFrom('1', '2'), { maxKeys: 6 }),
    hidden: fc.dictionary(path, fc.constant('EIO'), { maxKeys: 2 }),
    root: fc.constantFrom('1', '2', null),
    there: fc.array(known, { maxLength: 5 })
  })
  await fc.assert(
    fc.asyncProperty(known, seen, async (missing, { there, ...rest }) => {
      const asFile = (one: typeof missing) =>
        file(one.path, one.device, { since: one.since, ...(one.missing === null ? {} : { missing: one.missing }) })
      const scan = 5
      const told = { ...rest, there: there.map(asFile), scan }
      const now = sight(told)
      const [one] = await judgeMissing([asFile(missing)], now)
      const above = [...missing.path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))].reverse()
      const nearest = above.find(place => now.folders.some(folder => folder.path === place))
      const folder = now.folders.find(one => one.path === nearest)
      const lastSeen = (missing.missing ?? scan) - 1
      const isHidden = [missing.path, ...above].some(place => now.hidden.has(place))
      const holds = now.inPlace.some(
        ({ known: witness, found }) =>
          (nearest === '' || witness.path.startsWith(`${nearest ?? '?'}/`)) &&
          found.device === folder?.device &&
          witness.presence?.missingSince === null &&
          witness.presence.thereSince <= lastSeen
      )
      const isSameDevice = missing.device === null ? nearest === above[0] : missing.device === folder?.device
      expect(one?.kind).toBe(!isHidden && folder !== undefined && isSameDevice && holds ? 'deleted' : 'unreachable')
    }),
    { numRuns: 2000 }
  )
})
