import { blockText, type Block } from './block.ts'

/** For formats whose source is no text: the readable text of the blocks, one paragraph each, and the blocks with their place in it. */
export function extractText(found: readonly { readonly headingLevel: number; readonly text: string }[]): {
  text: string
  blocks: Block[]
} {
  const blocks: Block[] = []
  const parts: string[] = []
  let start = 0
  for (const { headingLevel, text } of found) {
    const clean = text.replace(/\s+/g, ' ').trim().toWellFormed()
    if (clean === '') continue
    blocks.push({ headingLevel, pieces: [{ text: clean, start, end: start + clean.length }] })
    parts.push(clean)
    start += clean.length + separator.length
  }
  return { text: parts.join(separator), blocks }
}

const separator = '\n\n'

/** The readable texts of blocks with their heading levels; 0 is no heading. */
export function textsOf(blocks: readonly Block[]): { headingLevel: number; text: string }[] {
  return blocks.map(block => ({ headingLevel: block.headingLevel, text: blockText(block) }))
}
