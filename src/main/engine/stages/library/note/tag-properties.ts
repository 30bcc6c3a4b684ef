import { foldKey, topOfBody } from './property-lines.ts'

/** Names of properties that hold tags, in the languages of `date-properties.ts`' own; folded. */
const keys =
  /^(?:tags?|keywords?|labels?|categor(?:y|ies)|topics?|schlagw(?:ort|orte|orter)|stichworte?|etiketten?|kategorien?|etiquetas?|categorias?|etiquettes?|mots?cles?|etichette?|taggar|tagi|tagy|теги|метки)$/

/** Whether a property of this name holds tags. @param key  as it was written */
export function isTagProperty(key: string): boolean {
  return keys.test(foldKey(key))
}

/** More words are a sentence. */
const mostWords = 6

/**
 * Tags of a property line in the first paragraphs of a note, as Notion exports them: `Tags: bread, sea travel`. Every line of such a
 * paragraph is a property (a title may stand above it); tags with `#` are found wherever they stand.
 */
export function tagsInFirstLines(text: string): readonly string[] {
  const paragraphs = topOfBody(text)
    .trim()
    .split(/\r?\n[ \t]*(?:\r?\n[ \t]*)+/)
  for (const paragraph of paragraphs.slice(0, 3)) {
    const lines = paragraph.split(/\r?\n/)
    if (/^#{1,2}\s/.test(lines[0] ?? '')) lines.shift()
    const properties = lines.map(line =>
      /^[-*]?\s*(?:\*\*|__)?(\p{L}[\p{L}\p{N} _-]{1,40}?)(?:\*\*|__)?::?(?:\*\*|__)?(?:\s+(.*))?$/u.exec(line)
    )
    if (properties.length === 0 || properties.includes(null)) continue
    const tags = properties.flatMap(property =>
      property?.[1] !== undefined && isTagProperty(property[1]) ? listed(property[2] ?? '') : []
    )
    if (tags.length > 0) return tags
  }
  return []
}

function listed(value: string): string[] {
  const tags = value.split(/[,;]/).map(tag => tag.replace(/^\s*\[\[|\]\]\s*$|[*`]/g, '').trim())
  return tags.some(tag => tag.includes('#') || tag.split(/\s+/).length > mostWords)
    ? []
    : tags.filter(tag => tag !== '')
}
