/** What was typed as tags: separated by commas or lines, each once whatever its case, without what is only white space. */
export function tagsIn(text: string): readonly string[] {
  const tags = new Map<string, string>()
  for (const part of text.split(/[,;\n]/u)) {
    const tag = part.trim()
    if (tag !== '' && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag)
  }
  return [...tags.values()]
}
