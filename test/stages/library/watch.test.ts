import type ParcelWatcher from '@parcel/watcher'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { watchFolder, type WatchTimes } from '../../../src/main/engine/stages/library/watch.ts'
import { folderWith, write } from './folders.ts'

const quick: WatchTimes = { quietMs: 150, longestMs: 600, presenceMs: 100, fallbackMs: 50 }

/** Longer than a change takes to be told. */
const longEnoughMs = 700

interface Watched {
  readonly changes: () => number
  readonly errors: string[]
  /** Waits until the system has told of this file or folder, by its name. */
  readonly heardOf: (name: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/** The real watcher, of which it is known what it has told so far. */
async function watched(folder: string, times = quick): Promise<Watched> {
  const errors: string[] = []
  const heard = new Set<string>()
  const waiting = new Set<() => void>()
  let changes = 0
  const watcher = await import('@parcel/watcher')
  const stop = await watchFolder(
    folder,
    () => changes++,
    message => errors.push(message),
    times,
    () =>
      Promise.resolve({
        subscribe: (path, tell, options) =>
          watcher.subscribe(
            path,
            (error, events) => {
              tell(error, events)
              for (const event of events) heard.add(basename(event.path))
              for (const look of waiting) look()
            },
            options
          )
      })
  )
  onTestFinished(stop)
  // No polling: it would move the clock.
  const heardOf = (name: string): Promise<void> =>
    new Promise(resolve => {
      const look = (): void => {
        if (heard.has(name)) resolve()
      }
      waiting.add(look)
      look()
    })
  return { changes: () => changes, errors, heardOf, stop }
}

/** Time is what these stories are about, so it passes when they say so; the watcher itself is real. */
describe('when changes are told', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
  afterEach(() => void vi.useRealTimers())

  test('many changes at once are told once, when it is quiet', async () => {
    const folder = folderWith({ 'sub/a.jpg': '1' })
    const { changes, errors, heardOf } = await watched(folder)
    for (let i = 0; i < 20; i++) write(folder, `sub/${i}.jpg`, 'x')
    await heardOf('19.jpg')
    expect(changes()).toBe(0)
    vi.advanceTimersByTime(quick.quietMs)
    expect(changes()).toBe(1)
    expect(errors).toEqual([])
  })

  test('when it never gets quiet, a change is told all the same', async () => {
    const folder = folderWith()
    const { changes, heardOf } = await watched(folder, { ...quick, quietMs: 60_000, longestMs: 300 })
    write(folder, 'a.jpg', '1')
    await heardOf('a.jpg')
    vi.advanceTimersByTime(250)
    expect(changes()).toBe(0)
    vi.advanceTimersByTime(50)
    expect(changes()).toBe(1)
  })

  test('edits, sidecars, deletions, new folders with a dot and markers are changes', async () => {
    const folder = folderWith({ 'a.md': '1', 'b.jpg': '1' })
    const { changes, heardOf } = await watched(folder)
    const steps: [string, () => void][] = [
      ['a.md', () => write(folder, 'a.md', '22')],
      ['b.jpg.xmp', () => write(folder, 'b.jpg.xmp', '<x/>')],
      ['b.jpg', () => rmSync(join(folder, 'b.jpg'))],
      ['Trip.to.rome', () => mkdirSync(join(folder, 'Trip.to.rome'))],
      ['.nomedia', () => write(folder, '.nomedia', '')]
    ]
    for (const [i, [name, step]] of steps.entries()) {
      step()
      await heardOf(name)
      vi.advanceTimersByTime(quick.quietMs)
      expect(changes(), name).toBe(i + 1)
    }
  })

  test('what scan skips is no change', async () => {
    const folder = folderWith({ 'a.jpg': '1', '.git/x': '', 'node_modules/p/x': '', '@eaDir/x': '' })
    const { changes, heardOf } = await watched(folder)
    write(folder, '.git/HEAD.txt', '')
    write(folder, 'node_modules/p/readme.md', '')
    write(folder, '@eaDir/thumb.jpg', '')
    write(folder, '.hidden.jpg', '')
    write(folder, 'film.mp4', '')
    await heardOf('film.mp4')
    vi.advanceTimersByTime(60_000)
    expect(changes()).toBe(0)
  })

  test('after it was stopped nothing is told', async () => {
    const folder = folderWith()
    const { changes, heardOf, stop } = await watched(folder)
    write(folder, 'a.jpg', '')
    await heardOf('a.jpg')
    await stop()
    write(folder, 'b.jpg', '')
    vi.advanceTimersByTime(60_000)
    expect(changes()).toBe(0)
  })
})

test('the folder disappearing and coming back are changes, and the new one is watched', async () => {
  const folder = folderWith({ 'here/a.jpg': '1' })
  const here = join(folder, 'here')
  const { changes, errors } = await watched(here)
  renameSync(here, join(folder, 'away'))
  await expect.poll(changes).toBeGreaterThanOrEqual(1)
  // What is still told of its going must not pass for its coming.
  await sleep(longEnoughMs)

  const away = changes()
  mkdirSync(here)
  await expect.poll(changes).toBeGreaterThan(away)
  await sleep(longEnoughMs)

  const back = changes()
  write(here, 'b.jpg', '1')
  await expect.poll(changes).toBeGreaterThan(back)
  expect(errors).toEqual([])
})

test('what lies deep in a folder that was moved in, renamed or made with folders in it is watched', async () => {
  const folder = folderWith({ 'library/a.jpg': '1', 'library/old/deep/b.jpg': '1', 'outside/c/d/e.jpg': '1' })
  const library = join(folder, 'library')
  const { changes, heardOf, errors } = await watched(library)
  const writtenBelow = async (change: () => void, name: string, below: string): Promise<void> => {
    change()
    await heardOf(name)
    // Until everything about it was told and looked at.
    await sleep(longEnoughMs)
    const before = changes()
    write(library, below, 'new')
    await expect.poll(changes, { message: below }).toBeGreaterThan(before)
    await sleep(longEnoughMs)
  }
  await writtenBelow(() => renameSync(join(folder, 'outside'), join(library, 'in')), 'in', 'in/c/d/f.jpg')
  await writtenBelow(() => renameSync(join(library, 'old'), join(library, 'new')), 'new', 'new/deep/g.jpg')
  await writtenBelow(() => mkdirSync(join(library, '2026/11/30'), { recursive: true }), '2026', '2026/11/30/h.jpg')
  expect(errors).toEqual([])
})

test('a folder that is not there yet is watched when it comes', async () => {
  const folder = folderWith()
  const { changes } = await watched(join(folder, 'disk'))
  write(folder, 'disk/a.jpg', '')
  await expect.poll(changes).toBeGreaterThanOrEqual(1)
})

test('where the watcher cannot be loaded it says so in a sentence, and asks for a look from time to time', async () => {
  const errors: string[] = []
  let looks = 0
  const missing = '@parcel/watcher-for-no-platform'
  const stop = await watchFolder(
    folderWith(),
    () => looks++,
    message => errors.push(message),
    quick,
    () => import(missing) as Promise<typeof ParcelWatcher>
  )
  await expect.poll(() => looks).toBeGreaterThan(1)
  await stop()
  expect(errors).toHaveLength(1)
  expect(errors[0]).toContain('not noticed at once on this computer')
})
