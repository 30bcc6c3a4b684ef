import { mkdirSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'

const cache = resolve(import.meta.dirname, '../.cache/bare-resources')

/** The app's resources without the model in the box: for stories that begin with no model, or with only their own. */
export function bareResources(): string {
  mkdirSync(cache, { recursive: true })
  try {
    symlinkSync(resolve(import.meta.dirname, '../../resources/kernels'), join(cache, 'kernels'), 'junction')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return cache
}
