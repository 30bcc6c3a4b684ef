/*
 * Paths of items are relative to their chosen folder and have '/' between their parts, on every system.
 */

/** `trips/oslo/a.jpg` → `a.jpg`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `trips/oslo/a.jpg` → `trips/oslo`; '' for what lies in the chosen folder itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}
