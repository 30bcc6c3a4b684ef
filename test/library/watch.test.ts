import type ParcelWatcher from '@parcel/watcher'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchFolder, type WatchTimes } from '../../src/main/engine/library/watch.ts'
import { folderWith, write } from './folders.ts'

const quick: WatchTimes = { quietMs: 150, longestMs: 600, presenceMs: 100, fallbackMs: 50 }

/** Longer than a change takes to be told; what has not come by then does not come. */
const longEnoughMs = 700

async function watched(folder: string, times = quick): Promise<{ changes: () => number; errors: string[] }> {
  const errors: string[] = []
  let changes = 0
  const stop = await watchFolder(
    folder,
    () => changes++,
    message => errors.push(message),
    times
  )
  onTestFinished(stop)
  return { changes: () => changes, errors }
}

test('many changes at once are told once, when it is quiet', async () => {
  const folder = folderWith({ 'sub/a.jpg': '1' })
  const { changes, errors } = await watched(folder)
  for (let i = 0; i < 20; i++) write(folder, `sub/${i}.jpg`, 'x')
  await vi.waitFor(() => expect(changes()).toBe(1), 5000)
  await sleep(longEnoughMs)
  expect(changes()).toBe(1)
  expect(errors).toEqual([])
})

test('when it never gets quiet, a change is told all the same', async () => {
  const folder = folderWith()
  const { changes } = await watched(folder, { ...quick, quietMs: 60_000, longestMs: 300 })
  write(folder, 'a.jpg', '1')
  await vi.waitFor(() => expect(changes()).toBe(1), 5000)
})

test('edits, sidecars, deletions, new folders with a dot and markers are changes', async () => {
  const folder = folderWith({ 'a.md': '1', 'b.jpg': '1' })
  const { changes } = await watched(folder)
  const steps: (() => void)[] = [
    () => write(folder, 'a.md', '22'),
    () => write(folder, 'b.jpg.xmp', '<x/>'),
    () => rmSync(join(folder, 'b.jpg')),
    () => mkdirSync(join(folder, 'Trip.to.rome')),
    () => write(folder, '.nomedia', '')
  ]
  for (const [i, step] of steps.entries()) {
    step()
    await vi.waitFor(() => expect(changes(), `step ${i}`).toBe(i + 1), 5000)
  }
})

test('what scan skips is no change', async () => {
  const folder = folderWith({ 'a.jpg': '1', '.git/x': '', 'node_modules/p/x': '', '@eaDir/x': '' })
  const { changes } = await watched(folder)
  write(folder, '.git/HEAD.txt', '')
  write(folder, 'node_modules/p/readme.md', '')
  write(folder, '@eaDir/thumb.jpg', '')
  write(folder, '.hidden.jpg', '')
  write(folder, 'film.mp4', '')
  await sleep(longEnoughMs)
  expect(changes()).toBe(0)
})

test('the folder disappearing and coming back are changes, and the new one is watched', async () => {
  const folder = folderWith({ 'here/a.jpg': '1' })
  const here = join(folder, 'here')
  const { changes, errors } = await watched(here)
  renameSync(here, join(folder, 'away'))
  await vi.waitFor(() => expect(changes()).toBeGreaterThanOrEqual(1), 5000)
  await sleep(longEnoughMs)

  const away = changes()
  mkdirSync(here)
  await vi.waitFor(() => expect(changes()).toBeGreaterThan(away), 5000)
  await sleep(longEnoughMs)

  const back = changes()
  write(here, 'b.jpg', '1')
  await vi.waitFor(() => expect(changes()).toBeGreaterThan(back), 5000)
  expect(errors).toEqual([])
})

test('a folder that is not there yet is watched when it comes', async () => {
  const folder = folderWith()
  const { changes } = await watched(join(folder, 'disk'))
  write(folder, 'disk/a.jpg', '')
  await vi.waitFor(() => expect(changes()).toBeGreaterThanOrEqual(1), 5000)
})

test('after it was stopped nothing is told', async () => {
  const folder = folderWith()
  let changes = 0
  const stop = await watchFolder(
    folder,
    () => changes++,
    () => undefined,
    quick
  )
  write(folder, 'a.jpg', '')
  await stop()
  write(folder, 'b.jpg', '')
  await sleep(longEnoughMs)
  expect(changes).toBe(0)
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
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1), 5000)
  await stop()
  expect(errors).toHaveLength(1)
  expect(errors[0]).toContain('not noticed at once on this computer')
})
