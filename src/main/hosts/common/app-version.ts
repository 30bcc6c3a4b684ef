import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** As the app's package.json says. @param root  of the app */
export function appVersion(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return version
}
