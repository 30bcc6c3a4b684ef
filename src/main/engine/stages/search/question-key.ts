import type { ParsedQuery } from './parse.ts'

/**
 * What tells questions apart, for what the person said of their answers: the words in NFC, lower case and single spaces, with
 * what stands in quotes or is left out, and the content of the picture or item that was asked with. Filters do not count: they
 * ask the same of fewer items.
 *
 * @param named  sha256, hex, of the picture that was asked with or of the item of `like:`; null without one
 * @returns null for a question that claims nothing of its hits: filters alone, or nothing
 */
export function questionKey({ tokens }: Pick<ParsedQuery, 'tokens'>, named: string | null): string | null {
  const asked = tokens.flatMap(({ kind, label }): string[] => {
    const text = label.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim()
    if (kind === 'words') return [text]
    if (kind === 'exact') return [`"${text}"`]
    return kind === 'without' ? [`-"${text}"`] : []
  })
  const claims = named !== null || tokens.some(({ kind }) => kind === 'words' || kind === 'exact')
  if (!claims) return null
  return [...(named === null ? [] : [`like:${named}`]), ...asked].join(' ')
}
