/**
 * The question in the page's address, so that a reload asks it again: `#q=the%20words`. Other parts of the fragment are
 * somebody else's and are kept.
 */

export function questionIn(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/u, '')).get('q') ?? ''
}

/** The fragment with this question in it, `#` included; '' when nothing is left to say. */
export function hashWith(hash: string, question: string): string {
  const parts = new URLSearchParams(hash.replace(/^#/u, ''))
  if (question.trim() === '') parts.delete('q')
  else parts.set('q', question)
  const text = parts.toString()
  return text === '' ? '' : `#${text}`
}
