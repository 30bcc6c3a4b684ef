import { maskCharacter } from './wikilinks.ts'

/**
 * The Markdown parser's time grows with the square of the emphasis marks in a paragraph, and with the cube of the quotes
 * and lists inside each other; no person writes so many. Takes the meaning from marks beyond these numbers; offsets stay.
 */
export function tameMarkdown(markdown: string): string {
  return markdown.replace(deepContainers, tameContainers).replace(/\S[^]*?(?=\r?\n[ \t]*\r?\n|$(?![^]))/g, tameEmphasis)
}

const mostEmphasis = 1000
const mostContainers = 50

const star = '\ue001'
const underscore = '\ue002'

const container = String.raw`[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))`
const deepContainers = new RegExp(`^((?:${container}){${mostContainers}})((?:${container})+)`, 'gm')

function tameContainers(_: string, kept: string, dropped: string): string {
  return kept + dropped.replace(/\S/g, maskCharacter)
}

function tameEmphasis(paragraph: string): string {
  const marks = paragraph.match(/[*_]+/g)?.length ?? 0
  return marks <= mostEmphasis ? paragraph : paragraph.replaceAll('*', star).replaceAll('_', underscore)
}

/** What the reader of the note sees again. */
export function untamed(text: string): string {
  return text.replaceAll(star, '*').replaceAll(underscore, '_')
}
