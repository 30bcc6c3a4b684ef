/**
 * A drawing of Obsidian's Excalidraw, which is a Markdown file: what the plugin writes for itself becomes spaces, so that
 * the texts of the drawing stay where they are, and files in it are shown rather than mentioned. Any other text is
 * returned as it is.
 */
export function withoutExcalidraw(markdown: string): string {
  if (!/^---\r?\n(?:(?!---)[^\n]*\n){0,40}?excalidraw-plugin:/.test(markdown)) return markdown
  const spaces = (written: string): string => written.replace(/[^\r\n]/g, ' ')
  return markdown
    .replace(/^==⚠[^\n]*/gm, spaces)
    .replace(/^#{1,2} (?:Excalidraw Data|Text Elements|Embedded Files|Element Links|Drawing)[ \t]*$/gm, spaces)
    .replace(/ \^[\w-]{8}(?=[ \t]*$)/gm, spaces)
    .replace(/^[0-9a-f]{40}: (\[\[[^\]\n]*\]\])/gm, (whole: string, link: string) => `!${link}`.padEnd(whole.length))
}
