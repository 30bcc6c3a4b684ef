import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LibraryStatus } from '../../../src/shared/library.ts'
import { EngineError } from '../../../src/shared/errors.ts'
import { AlertsState } from '../../../src/renderer/src/state/alerts.svelte.ts'
import { BrowseState } from '../../../src/renderer/src/state/browse.svelte.ts'
import { ConnectionState, LOOK_EVERY_MS } from '../../../src/renderer/src/state/connection.svelte.ts'
import { SelectionState } from '../../../src/renderer/src/state/selection.svelte.ts'
import type { Stands } from '../../../src/renderer/src/tiles.ts'

describe('alerts', () => {
  test('stay until they are dismissed, and the same sentence is not said twice', () => {
    const alerts = new AlertsState()
    alerts.add('The disk is full.')
    alerts.add('The folder is gone.')
    alerts.add('The disk is full.')
    expect(alerts.list.map(({ message }) => message)).toEqual(['The disk is full.', 'The folder is gone.'])
    alerts.dismiss(alerts.list[0]!.alertId)
    expect(alerts.list.map(({ message }) => message)).toEqual(['The folder is gone.'])
    alerts.add('The disk is full.')
    expect(new Set(alerts.list.map(({ alertId }) => alertId)).size).toBe(2)
  })
})

describe('the tab stop of the grid', () => {
  const tile = (...itemIds: number[]): Stands => ({ hits: itemIds.map(itemId => ({ itemId })) })
  const hits = [tile(4), tile(7), tile(9)]
  test('stays on its item when the hits change around it, and is the first one when it is not among them', () => {
    const selection = new SelectionState()
    expect(selection.indexIn(hits, 'sea')).toBe(0)
    selection.choose(7, 'sea')
    expect(selection.indexIn(hits, 'sea')).toBe(1)
    expect(selection.indexIn([tile(1), tile(2), ...hits], 'sea')).toBe(3)
    expect(selection.indexIn([tile(1)], 'sea')).toBe(0)
    expect(selection.indexIn([], 'sea')).toBe(-1)
  })

  test('goes to the tile that stands for its item when that is folded away', () => {
    const selection = new SelectionState()
    selection.choose(9, 'sea')
    expect(selection.indexIn([tile(4), tile(7, 8, 9)], 'sea')).toBe(1)
  })

  test('is the first one again when something else is asked, though the chosen item is found again', () => {
    const selection = new SelectionState()
    selection.choose(9, 'sea')
    expect(selection.indexIn(hits, 'sea and sand')).toBe(0)
    expect(selection.indexIn([], 'sea and sand')).toBe(-1)
  })
})

describe('choosing a folder', () => {
  const tree: Readonly<Record<string, readonly string[]>> = { '/home': ['ada'], '/home/ada': ['Pictures'] }
  const engine = {
    browse: ({ path }: { path?: string | undefined }) => {
      const names = path === undefined ? ['home'] : tree[path]
      if (names === undefined) return Promise.reject(new EngineError('bad-input', 'It cannot be opened.'))
      const folders = names.map(name => ({ name, path: `${path ?? ''}/${name}` }))
      return Promise.resolve({ path: path ?? null, parent: null, folders })
    }
  }

  test('goes in and back to the usual places; where it cannot look, it says so and stays', async () => {
    const reported: unknown[] = []
    const browse = new BrowseState(engine, error => reported.push(error))
    await browse.go('/home')
    expect(browse.place?.folders).toEqual([{ name: 'ada', path: '/home/ada' }])
    await browse.go('/locked')
    expect(browse.place?.path).toBe('/home')
    expect(reported).toMatchObject([{ message: 'It cannot be opened.' }])
    await browse.go(null)
    expect([browse.place?.path, browse.isLoading]).toEqual([null, false])
  })

  test('the last folder that was opened wins', async () => {
    const browse = new BrowseState(engine, () => undefined)
    await Promise.all([browse.go('/home/ada'), browse.go('/home')])
    expect(browse.place?.path).toBe('/home')
  })
})

describe('a lost engine', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  test('is looked for until it answers; then the page goes on', async () => {
    let isUp = false
    let looks = 0
    let restored = 0
    const status = {} as LibraryStatus
    const engine = {
      library: () => {
        looks++
        return isUp ? Promise.resolve(status) : Promise.reject(new TypeError('Failed to fetch'))
      }
    }
    const connection = new ConnectionState(engine, () => restored++)
    connection.lost()
    connection.lost()
    await vi.advanceTimersByTimeAsync(2 * LOOK_EVERY_MS)
    expect([looks, connection.isLost, restored]).toEqual([2, true, 0])
    isUp = true
    await connection.retry()
    expect([looks, connection.isLost, restored]).toEqual([3, false, 1])
    await vi.advanceTimersByTimeAsync(5 * LOOK_EVERY_MS)
    expect(looks).toBe(3)
  })
})
