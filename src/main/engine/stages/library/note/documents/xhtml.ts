const voids = 'area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr'
const closedAtOnce = new RegExp(`<(?!(?:${voids})\\b)([a-zA-Z][\\w:-]*)((?:\\s[^<>]*)?)/>`, 'g')

/** XHTML as HTML reads it: there, an element that is closed at once, as `<title/>`, would go on to the end of the page. */
export function asHtml(xhtml: string): string {
  return xhtml.replace(closedAtOnce, '<$1$2></$1>')
}
