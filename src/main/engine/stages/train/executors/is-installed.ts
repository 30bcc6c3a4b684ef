import { createRequire } from 'node:module'

/** Whether a package that need not be there is. */
export function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}
