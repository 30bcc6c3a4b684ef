/** Formats that have one name in every language. One without a name is written as its letters: PDF. */
export const formatNames: Readonly<Record<string, string>> = {
  markdown: 'Markdown',
  docx: 'Word',
  textpack: 'TextPack',
  canvas: 'Canvas',
  opendocument: 'OpenDocument',
  rtf: 'Rich Text',
  pptx: 'PowerPoint',
  xlsx: 'Excel',
  org: 'Org',
  rst: 'reStructuredText',
  asciidoc: 'AsciiDoc',
  latex: 'LaTeX',
  webp: 'WebP'
}
