import { execFileSync } from 'node:child_process'
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A disk of its own, which can be full or read-only as disks are. */
export interface SmallDisk {
  readonly folder: string
  /** Why there is none; '' when there is one. */
  readonly whyNot: string
  /** Leaves no more than so many bytes free. */
  fill(leaveBytes?: number): void
  /** Takes away what filled it. */
  empty(): void
  /** Makes it larger or smaller, or read-only. */
  remount(options: string): void
}

/** Mounted where this may be done (by root on Linux), and unmounted after all tests of a suite. To be called while tests are collected. */
export function smallDisk(folder: string, megabytes: number): SmallDisk {
  const whyNot = mount(folder, megabytes)
  if (whyNot === '') afterAll(() => void execFileSync('umount', ['-l', folder], { stdio: 'pipe' }))
  const hog = join(folder, 'hog')
  return {
    folder,
    whyNot,
    fill(leaveBytes = 0) {
      writeFileSync(hog, '')
      const { bavail, bsize } = statfsSync(folder)
      writeFileSync(hog, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)))
    },
    empty: () => writeFileSync(hog, ''),
    remount: options => void execFileSync('mount', ['-o', `remount,${options}`, folder], { stdio: 'pipe' })
  }
}

function mount(folder: string, megabytes: number): string {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { stdio: 'pipe' })
    return ''
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error)
    const why = `a small disk cannot be mounted here (${message})`
    process.stdout.write(`skipped, because ${why}\n`)
    return why
  }
}
