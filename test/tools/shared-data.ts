import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, test } from 'vitest'

const root = process.env.REVERIE_TEST_DATA ?? resolve(import.meta.dirname, '../../../shared/data')

/** A path in the developers' collection of real photos, notes and encoders; null where this machine does not have it. */
export function sharedData(...parts: string[]): string | null {
  const path = join(root, ...parts)
  return existsSync(path) ? path : null
}

/** A suite that needs real data. Without it every test in it is reported as skipped, and the reason is printed. */
export function describeWithData(name: string, parts: readonly string[], suite: (path: string) => void): void {
  const path = sharedData(...parts)
  if (path !== null) {
    describe(name, () => suite(path))
    return
  }
  console.log(`skipped: ${name} (needs ${parts.join('/')} in the shared data folder or $REVERIE_TEST_DATA)`)
  // The suite is not even collected: it may read its data while it says which tests it has.
  describe.skip(name, () => {
    test(`needs ${parts.join('/')}`, () => undefined)
  })
}
