import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'

/** What the test runs from. */
const needed = [process.execPath, resolve(import.meta.dirname, '../..'), process.env.REVERIE_TEST_DATA ?? '']

/**
 * Where programs put files of everybody's, and the account's home, which a library may ask the system for whatever HOME says.
 * The house has empty folders of its own there: what is written while the program lives is the program's.
 */
export const ownPlaces = ['/tmp', '/var/tmp', '/dev/shm', userInfo().homedir].filter(
  place => existsSync(place) && !needed.some(path => path.startsWith(`${place}/`))
)
