import type { Definition, Nodes, Root } from 'mdast'
import remarkGfm from 'remark-gfm'
import remarkParse from 'remark-parse'
import { unified } from 'unified'
import { Refusal } from './refusal.ts'
import { tameMarkdown } from './tame-markdown.ts'

const parser = unified().use(remarkParse).use(remarkGfm)

/** CommonMark with GitHub's additions; positions are those of `markdown`. @throws Refusal corrupt where it is nested too deeply */
export function parseMarkdown(markdown: string): Root {
  try {
    return parser.parse(tameMarkdown(markdown))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Refusal('corrupt', 'The Markdown in this file is nested so deeply that it cannot be read.')
  }
}

/** What references mean, by their identifier. Of several definitions the first wins. */
export function definitionsOf(root: Root): ReadonlyMap<string, Definition> {
  const definitions = new Map<string, Definition>()
  const stack: Nodes[] = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    // The stack gives the last first.
    if (node.type === 'definition') definitions.set(node.identifier, node)
    else if ('children' in node) stack.push(...(node.children as Nodes[]))
  }
  return definitions
}
