/** The name of a property as it is compared: without case, marks, spaces, hyphens and underscores. */
export function foldKey(key: string): string {
  return key
    .normalize('NFD')
    .replace(/[\p{M}\s_-]/gu, '')
    .toLowerCase()
}

/** The beginning of a note below its front matter, where programs write properties as lines. */
export function topOfBody(text: string): string {
  return text
    .slice(0, 65_536)
    .replace(/^(---|\+\+\+)[ \t]*\r?\n(?:[^]*?\n)?\1[ \t]*(?:\r?\n|$)/, '')
    .slice(0, 4096)
}
