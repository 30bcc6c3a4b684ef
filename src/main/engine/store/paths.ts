import nodePath from 'node:path'
import type { PlatformPath } from 'node:path'

/** For comparing without case: what a person would take for the same word. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase()
}

/** For looking into a path without case. */
export function foldPath(path: string, os: PlatformPath = nodePath): string {
  return fold(path).replaceAll(os.sep, '/')
}

/** Absolute, as the operating system writes it. @param path  relative, '/' between parts */
export function absolutePath(folder: string, path: string, os: PlatformPath = nodePath): string {
  return withSeparator(folder, os) + path.replaceAll('/', os.sep)
}

/** The way from a folder to what is in it, '/' between parts; '' for the folder itself, undefined for what is elsewhere. */
export function pathWithin(folder: string, path: string, os: PlatformPath = nodePath): string | undefined {
  const inside = withSeparator(folder, os)
  // Windows, and macOS as it comes, take both spellings for one folder.
  const same = os.sep === '\\' || process.platform === 'darwin' ? fold : (text: string) => text
  if (same(path) === same(folder) || same(path) === same(inside)) return ''
  if (path.length <= inside.length || same(path.slice(0, inside.length)) !== same(inside)) return undefined
  return path.slice(inside.length).replaceAll(os.sep, '/')
}

function withSeparator(folder: string, os: PlatformPath): string {
  return folder.endsWith(os.sep) ? folder : folder + os.sep
}
