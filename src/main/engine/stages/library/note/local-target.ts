/**
 * The address of a link as a path on this machine: percent-decoded, without anchor and query. null for what is not in the
 * library: remote addresses, `data:`, `mailto:`, anchors in the same note, drive letters.
 */
export function localTarget(address: string): string | null {
  const trimmed = address.trim()
  // Joplin's own address of a resource, which its exports keep: the file has that name, with the ending of its format.
  const resource = /^:\/([0-9a-f]{32})(?:[?#].*)?$/i.exec(trimmed)?.[1]
  if (resource !== undefined) return `${resource}.jpg`
  // Logseq's reference to a block.
  if (/^\(\([0-9a-f-]{36}\)\)$/i.test(trimmed)) return null
  if (trimmed.length > 4096 || /^[a-z][a-z0-9+.-]*:/i.test(trimmed) || trimmed.startsWith('//')) return null
  return cleanTarget(percentDecoded(trimmed.replace(/[?#].*$/s, '')))
}

/** The same for `[[target#heading]]` and `[[target^block]]`, where a percent sign and a question mark are themselves. */
export function wikiTarget(written: string): string | null {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(written.trim())) return null
  return cleanTarget(written.replace(/[#^].*$/s, ''))
}

function cleanTarget(target: string): string | null {
  // eslint-disable-next-line no-control-regex -- no file name has a control character
  if (/[\0-\x1f\x7f]/.test(target)) return null
  const clean = target.trim().toWellFormed()
  return clean === '' || clean === '/' ? null : clean
}

/** The text with `%20` and its like decoded; unchanged where it is not valid percent encoding. */
export function percentDecoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text // A lone percent sign: the name has one.
  }
}

/** Whether a link shows a picture when it is embedded, by its name. */
export function isPictureName(target: string): boolean {
  return /\.(?:jpe?g|jpe|jfif|png|webp|avif|gif|tiff?|bmp|hei[cf]|svg|dng|cr[23w]|nef|arw|orf|rw2|raf|pef|srw)$/i.test(
    target
  )
}
